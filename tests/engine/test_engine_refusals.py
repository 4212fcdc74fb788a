"""What a store refuses for good harms nobody but whoever asked for it; what it takes is in memory too."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import Engine, EngineLimits
from counterpoint.engine.limits import EventLimits
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, StoreCorrupt, StoreUnavailable, Withdrawn
from tests.engine.conftest import WatchedStore
from tests.engine.documents import LISTEN, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio
NOTE = "- note: {set: {a: 1}}"
UNSTORABLE = "half a pair: \udcff"


async def test_one_of_many_at_once_is_refused_alone(tmp_path):
    async with Engine.embedded(tmp_path / "store.db") as engine:
        old, new = [await engine.publish(document(NOTE, version=each)) for each in ("1.0.0", "2.0.0")]
        asked = [engine.start(new, id=str(each)) for each in range(5)]
        asked.insert(2, engine.deprecate(old, reason=UNSTORABLE))
        *outcomes, delivered = await asyncio.gather(*asked, engine.deliver(rung()), return_exceptions=True)
        refused = outcomes.pop(2)
        assert isinstance(refused, InvalidInput) and "cannot be stored" in str(refused)
        assert (outcomes, delivered) == ([str(each) for each in range(5)], None)
        for each in range(5):
            assert (await engine.result(str(each), timeout=5)).status == "completed"
        await engine.deprecate(old, reason="in words that can be")


async def test_what_the_engine_itself_can_never_write_is_given_up_and_all_else_is_written(tmp_path, caplog):
    async with Engine.embedded(tmp_path / "store.db") as engine:
        reference = await engine.publish(document(NOTE))
        runtime = engine.runtime
        runtime.committer.write(lambda batch: batch.refused.append((1, UNSTORABLE)))
        assert await engine.start(reference, id="one") == "one"
        assert (await engine.result("one", timeout=5)).status == "completed"
        assert runtime.committer.failure is None
    assert "which is given up" in caplog.text


async def test_a_request_that_cannot_be_written_leaves_its_instance_as_it_was(tmp_path):
    limits = EngineLimits(inline_bytes_max=500, payload_bytes_max=1_000)
    async with Engine.embedded(tmp_path / "store.db", limits=limits) as engine:
        await engine.start(await engine.publish(document(LISTEN)), id="one")
        for reason in ("x" * 2_000, UNSTORABLE):
            with pytest.raises(CounterpointError):
                await engine.suspend("one", reason=reason)
            assert (await engine.inspect("one")).status == "waiting"
        await engine.suspend("one", reason="short")
        await engine.resume("one")
        await engine.deliver(rung(bell=1))
        assert (await engine.result("one", timeout=5)).output == [{"bell": 1}]


async def test_one_that_cannot_be_read_again_is_left_and_the_engine_goes_on(engine_on, monkeypatch, caplog):
    store = WatchedStore()
    async with engine_on(store) as engine:
        reference = await engine.publish(document(LISTEN))
        for id in ("bad", "good"):
            await engine.start(reference, id=id)
        read, [bad, _] = store.read, sorted(store.contents.instances)

        async def damaged(instance, *more):
            if instance == bad:
                raise StoreCorrupt("a damaged page")
            return await read(instance, *more)

        monkeypatch.setattr(store, "read", damaged)
        store.broken = True
        asked = [asyncio.ensure_future(engine.suspend(id)) for id in ("bad", "good")]
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(outcome, StoreUnavailable)
        store.broken = False
        while engine.runtime.committer.failure is not None:
            await asyncio.sleep(0)
        await engine.deliver(rung(bell=1))
        assert (await engine.result("good", timeout=5)).output == [{"bell": 1}]
        with pytest.raises(CounterpointError, match="cannot go on"):
            await engine.cancel("bad")
    assert "cannot be read again" in caplog.text
    assert len(store.contents.journal[bad]) == 1  # nothing was written upon what had been refused


@pytest.mark.parametrize("change", ["deprecate", "retire", "undeprecate"])
async def test_a_change_of_a_version_is_known_once_it_is_written_whoever_waits(engine_on, store, change):
    async with engine_on(store) as engine:
        reference = await engine.publish(document(NOTE))
        if change == "undeprecate":
            await engine.deprecate(reference)
        before = len(store.contents.states)
        asking = asyncio.ensure_future(getattr(engine, change)(reference))
        while not engine.runtime.committer.queued:
            await asyncio.sleep(0)
        asking.cancel()
        while len(store.contents.states) == before:
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await asking
        if change == "retire":
            with pytest.raises(Withdrawn):
                await engine.start(reference)
            with pytest.raises(Conflict, match="is retired"):
                await engine.deprecate(reference)
        else:
            await engine.retire(reference)


def spoil_the_first(engine, store, monkeypatch):
    """The instance that was started first cannot be brought back into memory, by a fault of ours."""
    population, first = engine.runtime.population, min(store.contents.instances)
    admit = population.admit

    async def fail(number, *more):
        if number == first:
            raise KeyError("a fault of ours")
        return await admit(number, *more)

    monkeypatch.setattr(population, "admit", fail)


async def test_an_event_reaches_the_others_where_one_fails_by_a_fault_of_ours(engine_on, store, monkeypatch, caplog):
    limits = EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, limits=limits) as engine:
        reference = await engine.publish(document(LISTEN))
        for id in ("one", "two", "three"):
            await engine.start(reference, id=id)
        spoil_the_first(engine, store, monkeypatch)
        await engine.deliver(rung(bell=1))
        for id in ("two", "three"):
            assert (await engine.result(id, timeout=5)).output == [{"bell": 1}]
        monkeypatch.undo()
        assert (await engine.inspect("one")).status == "waiting"
    assert "a fault of ours" in caplog.text


async def test_a_schedule_of_after_goes_on_after_a_read_that_fails(engine_on, store, still_clock, monkeypatch):
    text = document(NOTE, head="schedule: {after: {minutes: 10}}")
    async with engine_on(store, clock=still_clock) as engine:
        await engine.publish(text)
        find, failed = store.find, []

        async def fail_second(id):
            if id.startswith("flow-") and len(failed) < 2:
                failed.append(id)
                if len(failed) == 2:
                    raise StoreUnavailable("the disk reports an error")
            return await find(id)

        monkeypatch.setattr(store, "find", fail_second)
        await engine.run_schedules()
        for _ in range(60):
            still_clock.advance(60_000)
            for _ in range(100):
                await asyncio.sleep(0)
        assert len(failed) == 2
        assert len(await engine.list()) >= 5


async def test_an_older_schedule_goes_on_where_a_newer_one_cannot_be_read(engine_on, store, still_clock, monkeypatch):
    head = "schedule: {every: {minutes: 10}}"
    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await engine.publish(document(NOTE, head=head))
        value, failed = store.value, []

        async def fail_once(name):
            if name.startswith("schedule:") and not failed:
                failed.append(name)
                raise StoreUnavailable("the disk reports an error")
            return await value(name)

        monkeypatch.setattr(store, "value", fail_once)
        with pytest.raises(StoreUnavailable):
            await engine.publish(document(NOTE, head=head, version="1.1.0"))
        for _ in range(30):
            still_clock.advance(60_000)
            for _ in range(100):
                await asyncio.sleep(0)
        assert failed == ["schedule:test/flow:1.1.0"]
        assert len(await engine.list()) == 3


async def test_a_schedule_collects_up_to_its_limit_and_takes_no_event_that_its_condition_fails_on(
    engine_on, store, caplog
):
    until = '${ if .[-1].n == 3 then error("no") else false end }'
    head = f"schedule: {{on: {{any: [{{with: {{type: org.example.rung}}}}], until: '{until}'}}}}"
    limits = EngineLimits(events=EventLimits(schedule_events_max=4))
    async with engine_on(store, limits=limits) as engine:
        await engine.run_schedules()
        await engine.publish(document("- note: {set: '${ { events: . } }'}", head=head))
        for number in range(12):
            await engine.deliver(rung(str(number), n=number))
        rows = [row for row in await engine.list() if row.status == "completed"]
        inputs = [[each["n"] for each in (await engine.inspect(row.id)).input] for row in rows]
    assert sorted(inputs) == [[0, 1, 2, 4], [5, 6, 7, 8]]
    assert "schedule_events_max" in caplog.text


async def test_timers_outlive_a_fault_of_ours(engine_on, store, still_clock, monkeypatch, caplog):
    limits = EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, clock=still_clock, limits=limits) as engine:
        reference = await engine.publish(document(WAIT_A_DAY))
        for id in ("one", "two"):
            await engine.start(reference, id=id)
        spoil_the_first(engine, store, monkeypatch)
        still_clock.advance(86_400_000)
        assert (await engine.result("two", timeout=5)).status == "completed"
    assert "a fault of ours" in caplog.text


async def test_a_fork_in_a_batch_with_what_is_refused_is_made_as_it_should_be(tmp_path):
    text = (
        "- first: {set: {a: 1}}\n- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}\n- last: {set: {b: 2}}"
    )
    async with Engine.embedded(tmp_path / "store.db") as engine:
        old = await engine.publish(document(NOTE, name="other"))
        origin = await engine.start(await engine.publish(document(text)), id="origin")
        while (await engine.inspect(origin)).status != "waiting":
            await asyncio.sleep(0)
        last = (await engine.inspect(origin)).sequence
        fork, refused = await asyncio.gather(
            engine.fork(origin, last, reason="what if", fork_id="fork"),
            engine.deprecate(old, reason=UNSTORABLE),
            return_exceptions=True,
        )
        assert (fork, type(refused)) == ("fork", InvalidInput)
        await engine.deliver(rung())
        views = [await engine.result(id, timeout=5) for id in (origin, fork)]
        assert [view.output for view in views] == [{"b": 2}] * 2
        assert [[task.name for task in view.tasks] for view in views] == [["first", "hear", "last"]] * 2
