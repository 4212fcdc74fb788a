"""An instance that cannot be read harms no other, and what is refused once is not refused for good."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from counterpoint import EngineLimits, function
from counterpoint.errors import Conflict, Outdated, StoreUnavailable
from tests.engine.conftest import WatchedStore
from tests.engine.documents import LISTEN, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio
DAY_MS = 86_400_000
MINUTE_MS = 60_000
LONG = "\n".join(f"- note{each}: {{set: {{a: 1}}}}" for each in range(9))
UNFIT = "does not fit test/unfit:1.0.0"
WINDOWED = document("- a: {call: do_it, compensate: {do: [{u: {call: undo_it}}]}}").replace(
    "version: '1.0.0'", "version: '1.0.0', metadata: {saga: {compensableFor: {days: 30}}}", 1
)
CHILD = "- a: {call: do_it, compensate: {do: [{u: {call: undo_it}}]}}"
PARENT = "- sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}"


@pytest.fixture
def done():
    return []


@pytest.fixture
def functions(done):
    @function
    async def do_it() -> None:
        done.append("do")

    @function
    async def undo_it() -> None:
        done.append("undo")

    return [do_it, undo_it]


async def with_an_unfit_one(engine, last: str) -> None:
    """Two instances that stand at `last`; the journal of the first will not fit its definition."""
    for name, text in (("unfit", f"{LONG}\n{last}"), ("sound", last)):
        await engine.start(await engine.publish(document(text, name)), id=name)


def spoilt(store: WatchedStore, last: str) -> WatchedStore:
    """What a crash leaves, with another text for the definition of the first."""
    after = store.after_a_crash()
    [unfit, *others] = after.contents.definitions
    after.contents.definitions[:] = [msgspec.structs.replace(unfit, text=document(last, "unfit")), *others]
    return after


async def test_the_timers_of_others_go_on(engine_on, still_clock, caplog):
    store, limits = WatchedStore(), EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, clock=still_clock, limits=limits) as engine:
        await with_an_unfit_one(engine, WAIT_A_DAY)
    after = spoilt(store, WAIT_A_DAY)
    async with engine_on(after, clock=still_clock, limits=limits) as engine:
        still_clock.advance(DAY_MS)
        assert (await engine.result("sound", timeout=5)).status == "completed"
    assert UNFIT in caplog.text


async def test_events_reach_others(engine_on, caplog):
    store, limits = WatchedStore(), EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, limits=limits) as engine:
        await with_an_unfit_one(engine, LISTEN)
    async with engine_on(spoilt(store, LISTEN), limits=limits) as engine:
        await engine.deliver(rung(bell=1))
        assert (await engine.result("sound", timeout=5)).output == [{"bell": 1}]
    assert UNFIT in caplog.text


async def test_an_engine_opens_and_others_go_on(engine_on, caplog):
    store, begun = WatchedStore(), []

    @function(name="act")
    async def hang() -> None:
        begun.append(1)
        await asyncio.Event().wait()

    @function
    async def act() -> None:
        pass

    async with engine_on(store, functions=[hang]) as engine:
        await with_an_unfit_one(engine, "- act: {call: act}")
        while len(begun) < 2:
            await asyncio.sleep(0)
        after = spoilt(store, "- act: {call: act}")
    async with engine_on(after, functions=[act]) as engine:
        assert (await engine.result("sound", timeout=5)).status == "completed"
    assert UNFIT in caplog.text


@pytest.mark.parametrize("refusal", ["outdated", "asked outside", "store", "store, and on its own account"])
async def test_an_undo_that_is_asked_for_late_and_refused_leaves_its_instance_ended(
    engine_on, store, functions, done, refusal
):
    async with engine_on(store, functions=functions) as engine:
        await engine.start(await engine.publish(WINDOWED), id="one")
        sequence = (await engine.result("one", timeout=5)).sequence
        instances, runtime = engine.service.instances, engine.runtime
        if refusal == "outdated":
            with pytest.raises(Outdated, match=f"by now, not {sequence - 1}"):
                await instances.compensate("one", expected=sequence - 1)
        elif refusal == "asked outside":
            ask = runtime.inbox._handlers["compensate"]
            with pytest.raises(Outdated):
                await ask({"id": "one", "ifSequence": sequence - 1})
        else:
            store.broken = True
            if refusal == "store":
                with pytest.raises(StoreUnavailable):
                    await instances.compensate("one")
            else:
                await runtime.inbox._handlers["compensate"]({"id": "one"})
                while runtime.committer.failure is None:
                    await asyncio.sleep(0)
            store.broken = False
            while runtime.committer.failure is not None:
                await asyncio.sleep(0)
        if refusal == "store, and on its own account":
            while (await engine.inspect("one")).saga != "compensated":
                await asyncio.sleep(0)
        assert not runtime.population.lives
        with pytest.raises(Conflict, match="ended already"):
            await engine.cancel("one")
        if refusal != "store, and on its own account":
            await engine.compensate("one")
            assert (await engine.result("one", timeout=5)).saga == "compensated"
    assert done == ["do", "undo"]


def failing(store, monkeypatch, wanted: str, times: int = 1) -> list[str]:
    """The store cannot be read when it is first asked for an instance whose id begins so; what was asked for."""
    find, failed = store.find, []

    async def fail(id: str):
        if id.startswith(wanted) and len(failed) < times:
            failed.append(id)
            raise StoreUnavailable("the disk reports an error")
        return await find(id)

    monkeypatch.setattr(store, "find", fail)
    return failed


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_read_that_fails_loses_no_undo_of_a_sub_workflow(engine_on, store, functions, done, monkeypatch, times):
    async with engine_on(store, functions=functions) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.start(await engine.publish(document(f"{PARENT}\n{LISTEN}")), id="parent")
        while (await engine.inspect("parent")).tasks[-1].name != "hear":
            await asyncio.sleep(0)
        failed = failing(store, monkeypatch, "parent.1", times)
        await engine.cancel("parent")
        view = await engine.result("parent", timeout=5)
    assert failed == ["parent.1"] * times
    assert (view.status, view.saga, done) == ("cancelled", "compensated", ["do", "undo"])


async def test_a_read_that_fails_leaves_no_child_of_one_that_is_cancelled(
    engine_on, store, functions, done, monkeypatch
):
    limits = EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, functions=functions, limits=limits) as engine:
        await engine.publish(document(f"{CHILD}\n{LISTEN}", "child"))
        await engine.start(await engine.publish(document(PARENT)), id="parent")
        while [row.status for row in await engine.list(status="waiting")] != ["waiting"]:
            await asyncio.sleep(0)
        failed = failing(store, monkeypatch, "parent.1")
        await engine.cancel("parent")
        view = await engine.result("parent", timeout=5)
        assert (await engine.inspect("parent.1")).saga == "compensated"
    assert failed == ["parent.1"]
    assert (view.status, done) == ("cancelled", ["do", "undo"])


async def test_a_schedule_waits_for_a_store_that_cannot_be_read(engine_on, store, still_clock, monkeypatch):
    text = document("- note: {set: {a: 1}}", head="schedule: {every: {minutes: 10}}")
    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await engine.publish(text)
        failed = failing(store, monkeypatch, "flow-")
        started = []
        for _ in range(25):
            still_clock.advance(MINUTE_MS)
            for _ in range(200):
                await asyncio.sleep(0)
            started.append(len(await engine.list()))
    assert len(failed) == 1
    assert [started.count(each) for each in (0, 1, 2)] == [10, 9, 6]
