"""Connections: how long and how large what a client sends may be until it is a request. uvicorn bounds neither.

A client that sends its headers or its body byte by byte, or nothing at all, must not hold a connection for ever. And
the one way past ASGI: see `direct`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import cache, partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from counterpoint.api.direct import Direct, Taken
from counterpoint.api.gathering import Gathered
from counterpoint.api.limits import ApiLimits
from counterpoint.api.plain import Written

_Protocol: Final[Any] = HttpToolsProtocol
_END: Final = b"\r\n\r\n"
"""Of a head."""
_NOBODY_WAITS: Final = asyncio.Event()
"""For a body that is there already."""


def connection(limits: ApiLimits, direct: Direct | None = None) -> type[asyncio.Protocol]:
    """A protocol with these bounds: whoever passes one is cut off. `direct` takes what it takes."""
    made: type[asyncio.Protocol] = type("Bounded", (Connection,), {"limits": limits, "direct": direct})
    return made


class Connection(_Protocol):  # type: ignore[misc]
    """uvicorn's protocol, with bounds and a way past ASGI. See `connection`."""

    limits: ClassVar[ApiLimits]
    direct: ClassVar[Direct | None]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited = ""
        self._head_bytes = 0
        self._taken: tuple[Any, Any, Taken] | None = None
        self._within = False
        """A request has begun to come and is not complete."""
        self._rest_bytes = 0
        """Of a body that came after its answer."""
        self._in_body = False
        """Its head is there, and its body is not, or not all of it."""
        self._chunk = b""
        """What is being read, where a request may begin with it and nothing is under way."""
        self._leave: Callable[[], None] | None = None
        """To be called where the client goes before it is answered."""
        self._idle_since = 0.0
        self._idling: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Gathered(transport, self.loop, lambda: self._in_rest))
        if len(self.connections) > self.limits.connections_max:
            transport.close()
        else:
            self._await("head", self.limits.head_ms_max)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await("", 0)
        if self._idling is not None:
            self._idling.cancel()
        super().connection_lost(exc)
        self.transport.lost()
        if self._leave is not None:
            self._leave()

    def data_received(self, data: bytes) -> None:
        cycle = self.cycle
        fresh = not self._within and (cycle is None or cycle.response_complete)
        if fresh and self.direct is not None and self._recall(data, self.direct):
            return
        self._chunk = data if fresh else b""
        rest = self._in_rest
        super().data_received(data)
        self._chunk = b""  # a connection that idles keeps nothing
        cycle = self.cycle
        if rest:  # or it was until now
            self._rest_bytes += len(data)
            if self._rest_bytes > self.limits.rest_bytes_max:
                self.transport.abort()
            return
        if cycle is None or cycle.response_complete:
            self._head_bytes += len(data)
            self._await("head", self.limits.head_ms_max)
            if self._head_bytes > self.limits.head_bytes_max:
                self.transport.abort()
            return
        self._head_bytes = 0
        self._await("body" if cycle.more_body else "", self.limits.body_ms_max)

    def on_message_begin(self) -> None:
        self._within = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        rest = self._in_rest
        self._within = self._in_body = False
        super().on_message_complete()
        if rest:
            self._end_rest()
        if self._taken is not None:
            (cycle, app, taken), self._taken = self._taken, None
            assert self.direct is not None
            body = bytes(cycle.body)
            self._leave = self.direct.begin(taken, body, partial(self._write, cycle))
            if self._leave is None:
                super()._start_asgi_task(cycle, app)
            elif cycle.keep_alive:
                self._remember(taken, body, len(cycle.scope["headers"]), self.direct)

    def _remember(self, taken: Taken, body: bytes, headers: int, direct: Direct) -> None:
        """Where the request came in one piece, whose head is a line for each header and nothing else."""
        head, _, rest = self._chunk.partition(_END)
        if rest == body and head.count(b"\n") == head.count(b"\r\n") == headers:
            direct.remember(head, taken)

    def _recall(self, data: bytes, direct: Direct) -> bool:
        """Begin a request that came in one piece and whose head is known by its bytes: nothing of it is to be parsed.

        The parser stands before a request, and would read the same out of the same bytes.
        """
        head, _, body = data.partition(_END)
        taken = direct.recall(head, len(body))
        if taken is None or self.transport.is_closing():
            return False
        scope: Any = {"type": "http", "method": "POST"}  # all that uvicorn looks at to write an answer
        cycle = RequestResponseCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=_NOBODY_WAITS,
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        self._leave = direct.begin(taken, body, partial(self._write, cycle))
        if self._leave is None:
            return False
        self.cycle = cycle
        self._head_bytes = 0
        self._await("", 0)
        return True

    def on_response_complete(self) -> None:
        """uvicorn's, but for its timer, which would be set and cancelled for every request."""
        if self._in_rest:
            self._rest_bytes = 0
            self.flow.resume_reading()
            self._await("rest", self.limits.rest_ms_max)
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._begin_idling()

    def shutdown(self) -> None:
        super().shutdown()
        if self._in_rest:
            self.transport.close()  # it was asked for once: now at once

    def send_400_response(self, msg: str) -> None:
        self._in_body = False  # what follows cannot be read
        super().send_400_response(msg)

    @property
    def _in_rest(self) -> bool:
        """Whether a body is still coming that has its answer. It is read and dropped: for what is left unread the
        system cuts the connection off, and many a client never sees the answer.
        """
        return self._in_body and self.cycle.response_complete

    def _end_rest(self) -> None:
        self._await("", 0)
        if self.transport.is_closing():
            self.transport.close()
        else:
            self._begin_idling()

    def _begin_idling(self) -> None:
        self._idle_since = self.loop.time()
        if self._idling is None:
            self._idling = self.loop.call_later(self.timeout_keep_alive, self._idle)

    def _idle(self) -> None:
        """Leave a client that has asked nothing for so long. It may have asked since this was set."""
        self._idling = None
        if self.cycle.response_complete and not self._in_body:
            left = self._idle_since + self.timeout_keep_alive - self.loop.time()
            if left > 0:
                self._idling = self.loop.call_later(left, self._idle)
            else:
                self.transport.close()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """uvicorn's, when the head of a request is there and those before it are answered."""
        expected = cycle.more_body and not cycle.waiting_for_100_continue
        taken = self.direct.takes(cycle.scope) if self.direct is not None and expected else None
        if taken is None:
            super()._start_asgi_task(cycle, app)
        else:
            self._taken = cycle, app, taken

    def _write(self, cycle: Any, answer: Written) -> None:
        self._leave = None
        if cycle.disconnected:
            return
        if cycle.flow.write_paused or not cycle.keep_alive or answer.last:
            task = self.loop.create_task(_send(cycle, answer))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        self.transport.write(_wire(answer, self.server_state.default_headers))
        # What uvicorn does at the end of an answer.
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()

    def _await(self, what: str, duration_ms: int) -> None:
        """From now on, or still, this much time is left for something; nothing: for nothing."""
        if what == self._awaited:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited, self._deadline = what, None
        if what:
            self._deadline = self.loop.call_later(duration_ms / 1000, self.transport.abort)


async def _send(cycle: Any, answer: Written) -> None:
    """By uvicorn, which knows about connections that end and readers that are slow."""
    await cycle.send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await cycle.send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _wire(answer: Written, defaults: Iterable[tuple[bytes, bytes]]) -> bytes:
    line = b": ".join
    return b"\r\n".join(
        [_status_line(answer.status), *map(line, defaults), *map(line, answer.headers), b"", answer.body]
    )


@cache
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()
