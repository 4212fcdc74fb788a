"""Under load: what is not taken is refused with 429, and what is taken comes to its end. For figures: `bench load`."""

from __future__ import annotations

import asyncio
import json
import select
import socket
import sys

import pytest

from bench.load.generator import generate
from bench.load.ours import START, serving
from counterpoint import BulkStart, Engine
from counterpoint.api import Access, Address, ApiLimits, listen
from tests.api.conftest import HEARS, SET

pytestmark = pytest.mark.anyio
CLIENTS = 100
SECONDS = 5.0
GROWTH_BYTES_MAX = 64 * 2**20


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of another process from /proc")
async def test_every_start_that_is_accepted_under_load_ends_and_memory_stays(tmp_path):
    with serving(tmp_path) as server:
        url = f"{server.url}/v1/instances"
        warm = await generate(url, START, CLIENTS, seconds=1.0)
        before = server.resident_bytes()
        load = await generate(url, START, CLIENTS, seconds=SECONDS)
        grown = server.resident_bytes() - before
        server.drain()
        ended = server.ended()
    print(f"{load.rate:,.0f} starts/s, p99 {load.p99_ms:.0f} ms, {grown / 2**20:+.1f} MiB")
    assert set(warm.answers) | set(load.answers) <= {"201", "429"}
    assert ended == warm.answers["201"] + load.answers["201"]
    assert load.answers["201"] > CLIENTS
    assert grown < GROWTH_BYTES_MAX


async def test_what_is_too_much_is_refused_and_what_was_accepted_ends(serve):
    async with serve(ApiLimits(requests_in_flight_max=2)) as serving:
        body = json.dumps({"definition": await serving.publish(HEARS), "input": {"who": "@"}})
        url = f"http://{serving.address}/v1/instances?wait=0.2"  # so long nobody else is let in
        load = await generate(url, body, CLIENTS, requests_max=300)
        assert set(load.answers) == {"201", "429"}
        await serving.engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "api.go", "data": {}})
        rows = await serving.engine.list(limit=300)
        views = [await serving.engine.result(row.id, timeout=10) for row in rows]
        assert [view.status for view in views] == ["completed"] * load.answers["201"]


async def test_a_server_that_has_started_very_many_has_forgotten_them(serve):
    """What is kept of an instance after its end: nothing, wherever it was kept."""
    async with serve() as serving:
        reference = await serving.publish(SET)
        for number in range(3):
            starts = [BulkStart(reference, key=f"{number}-{index}") for index in range(1_000)]
            await serving.engine.start_many(starts, key=str(number))
        runtime = serving.engine.runtime
        while runtime.population.lives:
            await serving.engine.result(next(iter(runtime.population.lives.values())).instance.id)
        kept = {
            f"{type(part).__name__}.{name}": len(value)
            for part in (
                runtime, runtime.population, runtime.dispatch, runtime.dispatch.timers, runtime.dispatch.listeners,
                runtime.committer, runtime.inbox, runtime.lifecycle, runtime.emission, runtime.operations,
                serving.engine.service.starting, serving.engine.service.bulk, serving.engine.service.feed,
            )
            for name, value in vars(part).items()
            if hasattr(value, "__len__")
        }  # fmt: skip
        assert {name: count for name, count in kept.items() if count > 100} == {}


def test_clients_that_come_at_once_are_let_in_within_a_few_turns_of_the_loop():
    """On the loop of `serve`, which by itself lets in one in each turn."""
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(_turns_until_answered()) < CLIENTS / 2


async def _turns_until_answered():
    """Turns of the loop until as many clients as `CLIENTS` that have come together are all answered."""
    async with Engine.embedded() as engine, listen(engine.service, Address.of("127.0.0.1:0"), Access(None)) as address:
        clients = [socket.create_connection(address, timeout=10) for _ in range(CLIENTS)]
        for each in clients:
            each.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        turns, waiting = 0, list(clients)
        while waiting:
            turns += 1
            await asyncio.sleep(0)
            answered, _, _ = select.select(waiting, [], [], 0)
            waiting = [each for each in waiting if each not in answered]
        for each in clients:
            each.close()
    return turns
