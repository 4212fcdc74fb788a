"""Room: only so many instances are at work at the same time. Who asks is refused, and what nobody waits for waits."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from counterpoint import EngineLimits, function
from counterpoint.engine.emission import EVENT
from counterpoint.errors import LimitExceeded
from counterpoint.ports.store import Message
from tests.engine.documents import LISTEN, WAIT_A_DAY, document, rung
from tests.engine.test_engine_schedules import rest

pytestmark = pytest.mark.anyio
WORK = "- work: {call: work, with: {name: '${ .name }'}}"
ON_EVENT = "schedule: {on: {one: {with: {type: org.example.rung}}}}"
ON_CALL = document("- work: {call: work, with: {name: '${ .[0].name }'}}", "called", head=ON_EVENT)
MINUTE_MS = 60_000


class Gate:
    """The function `work`: it takes until its name is let through."""

    def __init__(self) -> None:
        self.at_work: list[str] = []
        self._open: dict[str, asyncio.Event] = {}

        @function
        async def work(name: str) -> str:
            self.at_work.append(name)
            await self._event(name).wait()
            return name

        self.work = work

    def _event(self, name: str) -> asyncio.Event:
        return self._open.setdefault(name, asyncio.Event())

    def let(self, *names: str) -> None:
        for name in names:
            self._event(name).set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


def limits(active_max: int, **others: int) -> EngineLimits:
    return EngineLimits(instances_active_max=active_max, **others)


async def test_a_start_is_refused_while_there_is_no_room_and_taken_when_there_is(engine_on, store, gate):
    async with engine_on(store, functions=[gate.work], limits=limits(2)) as engine:
        flow = await engine.publish(document(WORK))
        for name in ("a", "b"):
            await engine.start(flow, {"name": name}, id=name)
        with pytest.raises(LimitExceeded, match=r"instances_active_max of 2 .*try again later"):
            await engine.start(flow, {"name": "c"}, id="c")
        gate.let("a")
        await engine.result("a", timeout=5)
        await engine.start(flow, {"name": "c"}, id="c")
        assert engine.runtime.population.active == 2
        gate.let("b", "c")
        await engine.result("c", timeout=5)
        assert {each.id for each in await engine.list()} == {"a", "b", "c"}


async def test_what_only_waits_takes_no_room(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock, limits=limits(1, instances_in_memory_max=3)) as engine:
        waits, hears = await engine.publish(document(WAIT_A_DAY, "waits")), await engine.publish(document(LISTEN))
        for number in range(10):
            await engine.start(waits, id=f"wait-{number}")
            await engine.start(hears, id=f"hear-{number}")
        assert (engine.runtime.population.active, len(engine.runtime.population.lives)) == (0, 3)
        await engine.deliver(rung())
        assert [(await engine.result(f"hear-{number}", timeout=5)).status for number in range(10)] == ["completed"] * 10
        still_clock.advance(24 * 60 * MINUTE_MS)
        assert [(await engine.result(f"wait-{number}", timeout=5)).status for number in range(10)] == ["completed"] * 10


RETRIES = """
- reach:
    try: [{ask: {call: ask, with: {}}}]
    catch: {retry: {delay: {hours: 1}, limit: {attempt: {count: 3}}}}
"""
UNDOES = """
- reserve:
    call: step
    with: {}
    compensate: {do: [{release: {call: ask, with: {}}}], retry: {delay: {hours: 1}, limit: {attempt: {count: 3}}}}
- ship: {raise: {error: {type: 'https://example.com/out-of-stock', status: 409}}}
"""


async def test_what_waits_for_its_next_attempt_takes_no_room_and_comes_back_after_a_crash_too(
    engine_on, store, still_clock
):
    """Whether a step or an undo is to be tried again: while a service is down for long, nobody is kept in memory."""
    mended = False

    @function
    async def ask() -> str:
        if not mended:
            raise RuntimeError("nobody is there")
        return "there"

    @function
    async def step() -> None:
        return None

    async def rested(engine) -> None:
        await until(lambda: engine.runtime.idle and not engine.runtime.population.active)

    options = {"clock": still_clock, "functions": [ask, step], "limits": limits(1, instances_in_memory_max=3)}
    ids = [f"{kind}-{number}" for kind in ("retries", "undoes") for number in range(5)]
    async with engine_on(store, **options) as engine:
        flows = {
            "retries": await engine.publish(document(RETRIES, "retries")),
            "undoes": await engine.publish(document(UNDOES, "undoes")),
        }
        for id in ids:
            await engine.start(flows[id.partition("-")[0]], id=id)
            await rested(engine)
        assert len(engine.runtime.population.lives) == 3
        still_clock.advance(60 * MINUTE_MS)
        await rested(engine)  # the second attempts have failed as well
        survived = store.after_a_crash()
    mended = True
    async with engine_on(survived, **options) as engine:
        assert len(engine.runtime.population.lives) == 0
        still_clock.advance(60 * MINUTE_MS)
        views = [await engine.result(id, timeout=5) for id in ids]
    assert [(each.status, each.saga) for each in views] == [("completed", None)] * 5 + [("faulted", "compensated")] * 5


async def test_sub_workflows_are_begun_all_the_same(engine_on, store):
    async with engine_on(store, limits=limits(1)) as engine:
        await engine.publish(document("- note: {set: {a: 1}}", "child"))
        flow = await engine.publish(
            document("- part: {run: {workflow: {namespace: test, name: child, version: 1.0.0}}}")
        )
        assert (await engine.result(await engine.start(flow), timeout=5)).output == {"a": 1}


async def test_a_bulk_takes_what_there_is_room_for_and_answers_each(engine_on, store, gate):
    async with engine_on(store, functions=[gate.work], limits=limits(3)) as engine:
        flow = await engine.publish(document(WORK))
        starts = [{"definition": flow, "input": {"name": str(n)}, "key": str(n)} for n in range(5)]
        from counterpoint.application.bulk import BulkStart

        asked = [BulkStart(**each) for each in starts]
        first = await engine.service.bulk.start(asked)
        assert [getattr(each, "limit", None) for each in first] == [None] * 3 + ["instances_active_max"] * 2
        gate.let("0", "1", "2")
        for each in first[:3]:
            await engine.result(each.id, timeout=5)
        again = await engine.service.bulk.start(asked)
        assert [each.replayed for each in again] == [True] * 3 + [False] * 2
        gate.let("3", "4")
        await engine.result(again[4].id, timeout=5)
        assert sorted(gate.at_work) == ["0", "1", "2", "3", "4"]


async def test_a_fork_is_refused_while_there_is_no_room(engine_on, store, gate):
    async with engine_on(store, functions=[gate.work], limits=limits(1)) as engine:
        flow = await engine.publish(document(WORK))
        await engine.start(flow, {"name": "a"}, id="a")
        with pytest.raises(LimitExceeded, match="instances_active_max"):
            await engine.fork("a", 1, reason="to see")
        gate.let("a")
        await engine.result("a", timeout=5)
        assert await engine.fork("a", 1, reason="to see")


async def until(condition) -> None:
    """Until it holds; what the engine does needs rounds of the loop alone."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to hold")


async def test_events_that_would_start_something_wait_in_the_inbox_and_the_others_go_on(engine_on, store, gate):
    async with engine_on(store, functions=[gate.work], limits=limits(1), schedules=True) as engine:
        await engine.run_schedules()
        await engine.publish(ON_CALL)
        hears = await engine.publish(document(LISTEN.replace("rung", "told"), "hears"))
        await engine.start(hears, id="hears")
        for name in ("a", "b", "c"):
            await engine.deliver(rung(name, name=name))
        await engine.deliver({**rung("other"), "type": "org.example.told"})
        assert (await engine.result("hears", timeout=5)).status == "completed"
        assert gate.at_work == ["a"] and await store.inbox_size() == 2
        for name, following in (("a", ["a", "b"]), ("b", ["a", "b", "c"])):
            gate.let(name)
            await until(lambda following=following: gate.at_work == following)
            assert engine.runtime.population.active == 1
        gate.let("c")
        await until(lambda: not engine.runtime.population.active and engine.runtime.idle)
        assert await store.inbox_size() == 0
    started = [each for each in store.contents.instances.values() if each.id.startswith("called-")]
    assert [each.status for each in started] == ["completed"] * 3


async def test_events_that_wait_for_room_outlive_a_crash(engine_on, store, gate):
    async with engine_on(store, functions=[gate.work], limits=limits(1), schedules=True) as engine:
        await engine.run_schedules()
        await engine.publish(ON_CALL)
        for name in ("a", "b", "c"):
            await engine.deliver(rung(name, name=name))
        await until(lambda: gate.at_work == ["a"])
        survived = store.after_a_crash()
    gate.let("a", "b", "c")
    async with engine_on(survived, functions=[gate.work], limits=limits(1), schedules=True) as engine:
        await engine.run_schedules()
        await until(lambda: not engine.runtime.population.active and engine.runtime.idle)
        assert await survived.inbox_size() == 0
    assert gate.at_work == ["a", "a", "b", "c"]
    assert [each.status for each in survived.contents.instances.values()] == ["completed"] * 3


async def test_what_came_before_a_restart_waits_until_schedules_are_kept(engine_on, store, gate):
    gate.let("a")
    async with engine_on(store, functions=[gate.work]) as engine:
        await engine.publish(ON_CALL.replace("1.0.0", "0.9.0"))
    survived = store.after_a_crash()
    await survived.post(Message(kind=EVENT, body=msgspec.json.encode(rung("a", name="a"))))
    async with engine_on(survived, functions=[gate.work], schedules=True) as engine:
        await rest()
        await engine.publish(ON_CALL)
        assert await survived.inbox_size() == 1
        await engine.run_schedules()
        await until(lambda: engine.runtime.idle)
        assert [each.status for each in await engine.list()] == ["completed"]
        [started] = [await engine.inspect(each.id) for each in await engine.list()]
        assert started.workflow == "test/called:1.0.0"


async def test_an_inbox_full_of_events_that_wait_is_told_to_whoever_brings_more(engine_on, store, gate):
    from counterpoint.engine.limits import EventLimits

    bounds = EngineLimits(instances_active_max=1, events=EventLimits(inbox_events_max=2))
    async with engine_on(store, functions=[gate.work], limits=bounds, schedules=True) as engine:
        await engine.run_schedules()
        await engine.publish(ON_CALL)
        for name in ("a", "b", "c"):
            await engine.service.events.accept([rung(name, name=name)])
            await until(lambda: engine.runtime.idle or gate.at_work)
            await rest()
        with pytest.raises(LimitExceeded, match="inbox_events_max"):
            await engine.service.events.accept([rung("d", name="d")])
        gate.let("a")
        await until(lambda: gate.at_work == ["a", "b"])
        await rest()
        await engine.service.events.accept([rung("d", name="d")])
        gate.let("b", "c", "d")
        await until(lambda: not engine.runtime.population.active and engine.runtime.idle)
    assert gate.at_work == ["a", "b", "c", "d"]


async def test_a_schedule_that_is_due_waits_for_room_and_starts_once(engine_on, store, still_clock, gate):
    head = "schedule: {every: {minutes: 10}}"
    timed = document("- note: {set: {a: 1}}", "timed", head=head)
    async with engine_on(store, clock=still_clock, functions=[gate.work], limits=limits(1), schedules=True) as engine:
        await engine.run_schedules()
        await engine.publish(timed)
        await engine.start(await engine.publish(document(WORK)), {"name": "a"}, id="a")
        still_clock.advance(25 * MINUTE_MS)
        await rest()
        assert [each.id for each in await engine.list()] == ["a"]
        gate.let("a")
        await until(lambda: len(store.contents.instances) == 2)
        await rest()
        assert len(await engine.list()) == 2  # what was missed is made up for once
        still_clock.advance(5 * MINUTE_MS)
        await until(lambda: len(store.contents.instances) == 3)
