"""Clients that go in the middle of a request about many: what was begun comes to its end, and no more is begun."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, listen
from counterpoint.ports.store import Batch, InstanceRow
from counterpoint.stores.memory import MemoryStore
from tests.api.conftest import HEARS, Serving

pytestmark = pytest.mark.anyio
SECONDS_MAX = 20


class Gated(MemoryStore):
    """A store that stops where it is told to, until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: Callable[[Any], bool] = lambda _: False
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def append(self, batch: Batch) -> None:
        await self._pass(batch)
        await super().append(batch)

    async def find(self, id: str) -> InstanceRow | None:
        await self._pass(id)
        return await super().find(id)

    async def _pass(self, what: Any) -> None:
        if not self.opened.is_set() and self.stops(what):
            self.reached.set()
            await self.opened.wait()


@asynccontextmanager
async def served(store: Gated) -> AsyncIterator[Serving]:
    async with Engine.embedded(store=store) as engine, AsyncExitStack() as server:
        address = await server.enter_async_context(listen(engine.service, Address.of("127.0.0.1:0"), Access(None)))
        async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client:
            yield Serving(client, engine, address, server)


@pytest.fixture
def store() -> Gated:
    return Gated()


@pytest.fixture
async def serving(store: Gated) -> AsyncIterator[Serving]:
    async with served(store) as started:
        yield started


async def leave(serving: Serving, store: Gated, path: str, body: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Send a request, go once the store has stopped at it, and let the store go on when the server has noticed."""
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {serving.address}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    head = "".join(f"{each}\r\n" for each in [*lines, ""])
    _, writer = await asyncio.open_connection("127.0.0.1", serving.address.port)
    with caplog.at_level("INFO", "counterpoint.api"):
        async with asyncio.timeout(SECONDS_MAX):
            writer.write(head.encode() + content)
            await store.reached.wait()
            writer.close()
            while "the client has gone" not in caplog.text:
                await asyncio.sleep(0)
    store.opened.set()


async def at_rest(serving: Serving) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not serving.engine.runtime.idle:
            await asyncio.sleep(0)


async def test_of_an_action_on_many_the_turn_that_was_begun_is_done_and_no_other(serving, store, caplog):
    reference = await serving.publish(HEARS)
    starts = [{"definition": reference, "input": {}} for _ in range(1_000)]
    await serving.client.post("/v1/bulk/starts", json=starts)
    await at_rest(serving)
    store.stops = lambda what: isinstance(what, Batch)
    await leave(serving, store, "/v1/bulk/actions", {"action": "suspend", "filter": {}, "dryRun": False}, caplog)
    await at_rest(serving)
    rows = store.contents.instances.values()
    assert Counter(each.status for each in rows) == {"suspended": 100, "waiting": 900}
    histories = [len(await serving.engine.history(each.id)) for each in rows if each.status == "suspended"]
    assert len(set(histories)) == 1  # each is suspended whole
    body = {"action": "resume", "filter": {"status": ["suspended"]}, "dryRun": False}
    assert (await serving.client.post("/v1/bulk/actions", json=body)).json()["count"] == 100


async def test_of_many_starts_none_is_begun_while_they_are_still_looked_at_and_their_keys_stay_free(
    serving, store, caplog
):
    reference = await serving.publish(HEARS)
    starts = [{"definition": reference, "input": {}, "key": str(number)} for number in range(1_000)]
    found = Counter[str]()

    def stops(what: Any) -> bool:
        found[type(what).__name__] += 1
        return found["str"] > 600

    store.stops = stops
    await leave(serving, store, "/v1/bulk/starts", starts, caplog)
    await at_rest(serving)
    assert not store.contents.instances and not serving.engine.runtime.population.lives
    again = (await serving.client.post("/v1/bulk/starts", json=starts)).json()["items"]
    assert Counter(each["status"] for each in again) == {201: 1_000}


async def test_many_starts_that_were_handed_on_are_started_all(serving, store, caplog):
    reference = await serving.publish(HEARS)
    starts = [{"definition": reference, "input": {}, "key": str(number)} for number in range(1_000)]
    store.stops = lambda what: isinstance(what, Batch) and bool(what.created)
    await leave(serving, store, "/v1/bulk/starts", starts, caplog)
    await at_rest(serving)
    assert Counter(each.status for each in store.contents.instances.values()) == {"waiting": 1_000}
    again = (await serving.client.post("/v1/bulk/starts", json=starts)).json()["items"]
    assert Counter(each["status"] for each in again) == {200: 1_000}


async def test_an_action_with_a_key_goes_on_to_its_end_and_is_answered_then(serving, store, caplog):
    reference = await serving.publish(HEARS)
    await serving.client.post("/v1/bulk/starts", json=[{"definition": reference, "input": {}} for _ in range(300)])
    await at_rest(serving)
    store.stops = lambda what: isinstance(what, Batch) and bool(what.summaries)
    body = {"action": "suspend", "filter": {}, "dryRun": False}
    headers = {"Idempotency-Key": "k"}
    left = asyncio.ensure_future(serving.client.post("/v1/bulk/actions", json=body, headers=headers))
    await store.reached.wait()
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    store.opened.set()
    answer = (await serving.client.post("/v1/bulk/actions", json=body, headers=headers)).json()
    assert [each["done"] for each in answer["items"]] == [True] * 300
    assert Counter(each.status for each in store.contents.instances.values()) == {"suspended": 300}
