"""The chronicle tells from the journal what was told while it happened, from any position on."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from counterpoint.engine import chronicle
from counterpoint.engine.chronicle import UNREADABLE, Chronicle
from counterpoint.errors import StoreUnavailable
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


async def run_two(engine):
    """What is told of two instances that have completed."""
    scenario = SCENARIOS["completed"]
    reference = await engine.publish(scenario.document)
    for id in ("one", "two"):
        await engine.start(reference, input=scenario.input, id=id)
        await engine.result(id, timeout=10)
    return await tell(engine)


async def test_a_transition_that_cannot_be_read_is_told_as_such_and_ends_nothing(engine_on, store):
    async with engine_on(store, functions=FUNCTIONS) as engine:
        whole = await run_two(engine)
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


async def misfit(engine, store, number, sequence):
    """A transition that can be decoded, but names a task that the plan does not have."""
    archive = engine.runtime.archive
    kept = store.contents.journal[number][sequence]
    [(at, events)] = await archive.transitions(number, [kept], sequence - 1)
    wrong = [msgspec.structs.replace(each, task=99) if hasattr(each, "task") else each for each in events]
    assert wrong != events, "no event of this transition names a task"
    record = Record(number, sequence, archive._codec.encode(at, wrong)[0])
    order = store.contents.order
    position = order.index(kept)
    store.contents.journal[number][sequence] = order[position] = record

    def heal():
        store.contents.journal[number][sequence] = order[position] = kept

    return position + 1, heal


async def test_a_journal_that_does_not_fit_its_plan_ends_nothing_and_is_logged_once(engine_on, store, caplog):
    async with engine_on(store, functions=FUNCTIONS) as engine:
        whole = await run_two(engine)
        number = store.contents.order[0].instance
        position, heal = await misfit(engine, store, number, 1)
        told = await tell(engine)
        heal()
    owned = [each.position for each in whole if each.instance == "one" and each.position >= position]
    assert [each.position for each in told if each.type == UNREADABLE] == sorted({*owned, position})
    assert [each for each in told if each.instance == "two"] == [each for each in whole if each.instance == "two"]
    logged = [each.getMessage() for each in caplog.records if "cannot be told" in each.getMessage()]
    assert len(logged) == 1
    assert f"position {position} of the journal, of instance number {number}," in logged[0]


async def test_a_store_that_cannot_read_now_is_asked_again_and_nothing_is_passed_over(engine_on, store):
    async with engine_on(store, functions=FUNCTIONS) as engine:
        scenario = SCENARIOS["completed"]
        await engine.start(await engine.publish(scenario.document), input=scenario.input, id="one")
        await engine.result("one", timeout=10)
        whole, runtime, read = await tell(engine), engine.runtime, store.read
        late = Chronicle(store, runtime.archive, runtime.library, 1)

        async def failing(*_):
            raise StoreUnavailable("the disk is failing")

        store.read = failing
        with pytest.raises(StoreUnavailable):
            await late.read()
        store.read = read
        found = [each for chapter in await late.read() for each in chapter.events]
    assert found == [each for each in whole if each.position > 1]
    assert UNREADABLE not in {each.type for each in found}
