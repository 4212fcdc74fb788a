"""The server that is killed: `counterpoint serve --http` on one port and one store, and clients that do not give up."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from tests.crash.document import documents, shape_of

COMMAND = str(Path(sys.executable).with_name("counterpoint"))
BULK = 10
"""Orders that are started with one request."""
REQUEST_SECONDS_MAX = 60.0


class Served:
    """The server through all its lives. `up` is set while it can be reached."""

    def __init__(self, folder: Path, services: str) -> None:
        self._folder = folder
        self._documents = []
        for name, text in documents(services).items():
            path = folder / f"{name}.json"
            path.write_text(text)
            self._documents.append(str(path))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.up = asyncio.Event()
        self._process: asyncio.subprocess.Process
        self._reading: asyncio.Task[bytes]

    async def begin(self) -> None:
        """A new life; returns once it can be reached."""
        store = str(self._folder / "served.db")
        self._process = await asyncio.create_subprocess_exec(
            *[COMMAND, "serve", *self._documents, "--quiet", "--http", f"127.0.0.1:{self.port}"],
            *["--store", store, "--allow-network", "loopback"],
            env={name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")},
            stderr=asyncio.subprocess.PIPE,
        )
        errors = self._process.stderr
        assert errors is not None
        told = b""
        async for line in errors:
            told += line
            if line.startswith(b"serving"):
                break
        else:
            raise AssertionError(f"the server did not start: {told.decode()}")
        self._reading = asyncio.create_task(errors.read())
        self.up.set()

    async def kill(self) -> None:
        """`kill -9`."""
        self.up.clear()
        self._process.kill()
        await self._process.wait()
        await self._reading


class Clients:
    """Clients that start orders, each with its key, and ask again until they are answered."""

    def __init__(self, served: Served, client: httpx2.AsyncClient) -> None:
        self._served = served
        self._client = client
        self.ids: dict[str, str] = {}
        """What was acknowledged: the instance of each order."""
        self.changed: list[str] = []
        """Orders that were answered with another instance than before."""
        self.repeated = 0
        self._moved = asyncio.Event()

    async def one(self, order: str) -> None:
        """Start an order with a request of its own."""
        start = _start(order)
        del start["key"]
        body = await self._persist(lambda: self._client.post("/v1/instances", json=start, headers=_key(order)))
        self._note(order, body["id"])

    async def many(self, orders: list[str]) -> None:
        """Start orders with one request."""
        body = await self._persist(lambda: self._client.post("/v1/bulk/starts", json=[_start(each) for each in orders]))
        for order, item in zip(orders, body["items"], strict=True):
            assert item["status"] in (200, 201), item
            self._note(order, item["id"])

    async def end(self, order: str) -> tuple[str, str]:
        """How an order has ended."""
        path = f"/v1/instances/{self.ids[order]}?wait=10"
        while True:
            view = await self._persist(lambda: self._client.get(path))
            if view["endedAt"] is not None:
                return view["status"], view["saga"] or ""

    async def acknowledged(self, count: int) -> None:
        """Return once so many orders are acknowledged."""
        while len(self.ids) < count:
            self._moved.clear()
            await self._moved.wait()

    async def _persist(self, ask: Callable[[], Awaitable[httpx2.Response]]) -> Any:
        while True:
            await self._served.up.wait()
            try:
                answer = await ask()
            except httpx2.TransportError:
                self.repeated += 1
                continue
            if answer.status_code == 503:  # it was told so while it was on its way down
                continue
            assert answer.status_code in (200, 201), answer.text
            return answer.json()

    def _note(self, order: str, id: str) -> None:
        if self.ids.setdefault(order, id) != id:
            self.changed.append(order)
        self._moved.set()


async def torment(served: Served, clients: Clients, orders: list[str], kills: int, chance: random.Random) -> None:
    """Start all orders from many clients at once, half of them in bulk, while the server is killed again and again."""
    await served.begin()
    half = len(orders) // 2
    bulks = [orders[first : first + BULK] for first in range(half, len(orders), BULK)]
    turns = asyncio.Semaphore(8)  # so that some are always still to come when the server is killed

    async def in_turn(work: Callable[[], Awaitable[None]]) -> None:
        async with turns:
            await work()

    works = [partial(clients.one, order) for order in orders[:half]] + [partial(clients.many, bulk) for bulk in bulks]
    chance.shuffle(works)
    async with asyncio.TaskGroup() as starting:
        for work in works:
            starting.create_task(in_turn(work))
        for number in range(1, kills + 1):
            await clients.acknowledged(len(orders) * number // (kills + 1))
            await served.kill()
            await served.begin()


def _start(order: str) -> dict[str, Any]:
    return {"definition": f"crash/{shape_of(order)}", "input": {"order": order}, "key": order}


def _key(order: str) -> dict[str, str]:
    return {"Idempotency-Key": order}
