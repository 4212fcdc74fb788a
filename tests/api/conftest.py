"""A real server on a free port of this machine, on an engine in memory, in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import httpx2
import pytest

from counterpoint import Engine, EngineLimits, function
from counterpoint.api import Access, Address, ApiLimits, listen
from counterpoint.ports.store import Batch

HEAD = "document: {{ dsl: '1.0.3', namespace: api, name: {name}, version: '{version}' }}\ndo:\n"
SET = "- tell: { set: { told: '${ .who }' } }\n"
HEARS = "- hear: { listen: { to: { one: { with: { type: api.go } } } } }\n- tell: { set: '${ { got: .[0] } }' }\n"
YAML = {"Content-Type": "application/yaml"}


class Serving(NamedTuple):
    """What a test talks to."""

    client: httpx2.AsyncClient
    engine: Engine
    address: Address
    server: AsyncExitStack

    async def stop(self) -> None:
        """Tell the server to stop, and wait until it has."""
        await self.server.aclose()

    async def publish(self, tasks: str, name: str = "thing", version: str = "1.0.0") -> str:
        """Publish a document over HTTP; its reference."""
        document = HEAD.format(name=name, version=version) + tasks
        answer = await self.client.post("/v1/definitions", content=document, headers=YAML)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["reference"]

    async def start(self, definition: str, input: Any = None, **parameters: Any) -> str:
        """Start an instance over HTTP; its id."""
        body = {"definition": definition, "input": input or {}}
        answer = await self.client.post("/v1/instances", json=body, params=parameters)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


class Sent(NamedTuple):
    """One server-sent event."""

    id: str
    type: str
    data: Any


@pytest.fixture
def anyio_backend() -> str:
    """The engine runs on asyncio."""
    return "asyncio"


@pytest.fixture
def mended() -> asyncio.Event:
    """Until it is set, the function `charge` fails for good."""
    return asyncio.Event()


@pytest.fixture
def serve(mended: asyncio.Event) -> Callable[..., AbstractAsyncContextManager[Serving]]:
    """Serve with these limits and this token, while the context lasts."""

    @function
    async def charge(order: str = "") -> dict[str, str]:
        if not mended.is_set():
            raise RuntimeError("no money")
        return {"paid": order}

    @function
    async def release() -> None:
        return None

    @asynccontextmanager
    async def begin(
        limits: ApiLimits | None = None, token: str | None = None, engine_limits: EngineLimits | None = None
    ) -> AsyncIterator[Serving]:
        embedded = Engine.embedded(None, functions=[charge, release], limits=engine_limits)
        async with embedded as engine, AsyncExitStack() as server:
            served = listen(engine.service, Address.of("127.0.0.1:0"), Access(token), limits)
            address = await server.enter_async_context(served)
            async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client:
                yield Serving(client, engine, address, server)

    return begin


@pytest.fixture
async def serving(serve: Callable[..., AbstractAsyncContextManager[Serving]]) -> AsyncIterator[Serving]:
    """A server with the default limits and no token."""
    async with serve() as started:
        yield started


def held_back(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Transitions are not written before the event is set."""
    store, held = serving.engine.runtime.store, asyncio.Event()
    append = store.append

    async def slowly(batch: Batch) -> None:
        if batch.records:
            await held.wait()
        await append(batch)

    monkeypatch.setattr(store, "append", slowly)
    return held


async def read_events(answer: httpx2.Response) -> AsyncIterator[Sent]:
    """The events of a stream, as a browser would read them."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif "data" in fields and not line:
            yield Sent(fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
        elif not line:
            fields.pop("retry", None)
