"""The chronicle tells from the journal what was told while it happened, from any position on."""

from __future__ import annotations

import asyncio
import json

import pytest

from counterpoint.engine import chronicle
from counterpoint.engine.chronicle import UNREADABLE, Chronicle
from counterpoint.ports.store import Record
from tests.histories.scenarios import FUNCTIONS, SCENARIOS

pytestmark = pytest.mark.anyio


async def tell(engine, position=0):
    """Everything that follows a position."""
    runtime = engine.runtime
    reader = Chronicle(runtime.store, runtime.archive, runtime.library, position)
    found = []
    while chapters := await reader.read():
        found += [told for chapter in chapters for told in chapter.events]
    return found


def plain(events):
    """As they are written."""
    return [json.loads(json.dumps(each)) for each in events]


@pytest.fixture(params=[10_000, 1], ids=["in memory", "read again"])
def tales_max(request, monkeypatch):
    """Of how many instances a chronicle keeps what it needs; with one, it reads journals all the time."""
    monkeypatch.setattr(chronicle, "TALES_MAX", request.param)
    monkeypatch.setattr(chronicle, "RECORDS_AT_ONCE", 7)


async def test_every_recorded_life_is_told_as_it_was_told_live(engine_on, store, tales_max):
    """All of them at once, so that their transitions are mixed; then again from every position."""
    live = []
    async with engine_on(store, functions=FUNCTIONS) as engine:
        engine.on_lifecycle(live.append)
        for name, scenario in SCENARIOS.items():
            for child in scenario.children:
                await engine.publish(child)
            await engine.start(await engine.publish(scenario.document), input=scenario.input, id=name)
        await asyncio.gather(*(each.drive(engine, name) for name, each in SCENARIOS.items()))
        told = await tell(engine)
        assert [json.loads(each.body) for each in told] == plain(live)
        assert len({each.type for each in told}) >= 12
        assert {each.instance for each in told} >= set(SCENARIOS)
        end = await store.position()
        assert end == len(store.contents.order) > 60
        for position in range(0, end, 9):
            later = [each for each in told if each.position > position]
            assert await tell(engine, position) == later


async def test_a_subscriber_who_comes_late_is_told_the_same(engine_on, store):
    live = []
    async with engine_on(store, functions=FUNCTIONS) as engine:
        scenario = SCENARIOS["held"]
        await engine.start(await engine.publish(scenario.document), input=scenario.input, id="held")
        begun = await store.position()
        engine.on_lifecycle(live.append)
        await scenario.drive(engine, "held")
        assert [json.loads(each.body) for each in await tell(engine, begun)] == plain(live)
        assert any("suspended" in each["type"] for each in live)


async def test_a_transition_that_cannot_be_read_is_told_as_such_and_ends_nothing(engine_on, store):
    async with engine_on(store, functions=FUNCTIONS) as engine:
        scenario = SCENARIOS["completed"]
        reference = await engine.publish(scenario.document)
        for id in ("one", "two"):
            await engine.start(reference, input=scenario.input, id=id)
            await engine.result(id, timeout=10)
        whole = await tell(engine)
        spoilt = store.contents.order[1]
        store.contents.order[1] = Record(spoilt.instance, spoilt.sequence, b"rubbish")
        told = await tell(engine)
        store.contents.order[1] = spoilt
    assert [each.position for each in told if each.type == UNREADABLE] == [2]
    assert [each for each in told if each.type != UNREADABLE] == [each for each in whole if each.position != 2]


async def test_whoever_is_interrupted_while_reading_has_read_nothing(engine_on, store):
    async with engine_on(store, functions=FUNCTIONS) as engine:
        scenario = SCENARIOS["completed"]
        await engine.start(await engine.publish(scenario.document), input=scenario.input, id="one")
        await engine.result("one", timeout=10)
        runtime = engine.runtime
        reader = Chronicle(runtime.store, runtime.archive, runtime.library, 0)
        reading = asyncio.create_task(reader.read())
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert [each for chapter in await reader.read() for each in chapter.events] == await tell(engine)
