"""An HTTP/1.1 server for tests: answers from a function, keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, method: str) -> bytes:
        body, headers = self.body, dict(self.headers)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        data = body.encode() if isinstance(body, str) else body or b""
        headers.setdefault("Content-Length", str(len(data)))
        lines = [f"HTTP/1.1 {self.status} X", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if method == "HEAD" else data)


Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Origin:
    """`url` is where it listens; `asked` is what came; `respond(asked)` gives an Answer or a raw coroutine function."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.queue: list[Answer | Raw] = []
        self.respond: Callable[[Asked], Answer | Raw] = self._next
        self.url = ""
        self.port = 0

    def _next(self, _: Asked) -> Answer | Raw:
        return self.queue.pop(0) if self.queue else Answer(body={"ok": True})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while line := await reader.readline():
                asked = await self._read(line, reader)
                self.asked.append(asked)
                answer = self.respond(asked)
                if not isinstance(answer, Answer):
                    await answer(reader, writer)
                    return
                writer.write(answer.encoded(asked.method))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _read(self, line: bytes, reader: asyncio.StreamReader) -> Asked:
        method, target, _ = line.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while (row := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = row.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Asked(method, target, headers, body)


@asynccontextmanager
async def origin(*queue: Answer | Raw, **options: Any) -> AsyncIterator[Origin]:
    made = Origin()
    made.queue = list(queue)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, **options)
    made.port = server.sockets[0].getsockname()[1]
    made.url = f"http{'s' if options.get('ssl') else ''}://127.0.0.1:{made.port}"
    try:
        yield made
    finally:
        server.close()
        if hasattr(server, "close_clients"):  # Python 3.13
            server.close_clients()
