"""Forks on a running engine: what they repeat, what they share, and what no crash may leave behind."""

from __future__ import annotations

import pytest

from counterpoint import function
from counterpoint.errors import Conflict, InvalidInput, NotFound, StoreError, Withdrawn
from tests.engine.documents import document

pytestmark = pytest.mark.anyio
SAGA = """
- first:
    call: act
    with: {what: first, large: "${ .large }"}
    output: {as: "${ $input }"}
    compensate: {do: [{undo: {call: act, with: {what: undo-first}}}]}
- pause: {wait: {hours: 1}}
- second: {call: act, with: {what: second}}
- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
"""
FAILS = SAGA.replace("call: act, with: {what: second}", "call: act, with: {what: fail}")
CHILD = "- act: {call: act, with: {what: child}, compensate: {do: [{undo: {call: act, with: {what: undo-child}}}]}}"
PARENT = """
- part: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}
- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
"""


@pytest.fixture
def acted():
    """What was done, and under which key."""
    return []


@pytest.fixture
def act(acted):
    """A function that notes its calls."""

    @function
    async def act(what: str, invocation, large: str | None = None) -> str:
        acted.append((what, invocation.key))
        if what == "fail":
            raise ValueError("no")
        return what

    return act


def key(id, place, name):
    """The idempotency key of a task of the document."""
    return f"{id}:/do/{place}/{name}"


async def at(engine, id, kind):
    """The number of the transition in which this event came first."""
    return next(each["sequence"] for each in await engine.history(id) if each["type"] == kind)


async def test_a_fork_goes_on_from_the_point_and_its_origin_is_not_changed(engine_on, store, act, acted, clock):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(SAGA, "saga"))
        large = "x" * 200_000
        origin = await engine.start("test/saga:1.0.0", {"large": large}, business_key="order 7")
        while (await engine.inspect(origin)).status != "waiting" or len(acted) < 2:
            await clock.sleep_until(clock.now() + 60_000)
        before, blobs = await engine.history(origin), len(store.contents.blobs)
        plan = await engine.plan_fork(origin, 2)
        assert [(each.task, each.key, each.in_flight) for each in plan.repeats] == [
            ("/do/2/second", key(origin, 2, "second"), False)
        ]
        assert [(each.task, each.undone) for each in plan.shared] == [("/do/0/first", False)]
        began = clock.now()
        fork = await engine.fork(origin, 2, reason="what if", business_key="order 8")
        (row,) = await engine.list(business_key="order 8")
        assert (row.id, row.created_at, row.due_at) == (fork, began, began + 3_600_000)
        while len(acted) < 3:
            await clock.sleep_until(clock.now() + 60_000)
        assert clock.now() - began >= 3_600_000
        assert acted[2] == ("second", key(fork, 2, "second"))
        await engine.cancel(fork)
        assert (await engine.result(fork)).saga == "compensated"
        assert acted[3] == ("undo-first", f"{key(origin, 0, 'first')}:undo")
        assert await engine.history(origin) == before
        assert len(store.contents.blobs) == blobs
        view = await engine.inspect(fork)
        assert view.labels["forkedFrom"] == f"{origin}@2"
        assert (await engine.inspect(origin)).status == "waiting"


async def test_a_fork_of_what_has_failed_tells_what_was_undone_since(engine_on, store, act, acted):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(FAILS, "fails"))
        origin = await engine.start("test/fails:1.0.0")
        assert (await engine.result(origin)).status == "faulted"
        plan = await engine.plan_fork(origin, 2)
        assert [(each.task, each.undone) for each in plan.shared] == [("/do/0/first", True)]
        assert (plan.repeats_count, plan.shared_count) == (1, 1)
        with pytest.raises(Conflict, match="had ended there"):
            await engine.fork(origin, plan.last, reason="r")
        undoing = await at(engine, origin, "CompensationStarted")
        with pytest.raises(Conflict, match="being undone there"):
            await engine.plan_fork(origin, undoing)
        fork = await engine.fork(origin, 2, reason="again")
        assert (await engine.result(fork)).status == "faulted"
        undos = [under for what, under in acted if what == "undo-first"]
        assert undos == [f"{key(origin, 0, 'first')}:undo"] * 2  # whoever receives it can tell that it is the same


async def test_what_is_in_flight_at_the_point_is_begun_under_a_key_of_the_fork(engine_on, store, act, acted):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(FAILS, "fails"))
        origin = await engine.start("test/fails:1.0.0")
        await engine.result(origin)
        plan = await engine.plan_fork(origin, 1)
        assert [(each.task, each.in_flight) for each in plan.repeats] == [
            ("/do/0/first", True),
            ("/do/2/second", False),
        ]
        assert plan.shared == []
        fork = await engine.fork(origin, 1, reason="again", fork_id="f")
        await engine.result(fork)
        assert [under for what, under in acted if what == "first"] == [key(origin, 0, "first"), key("f", 0, "first")]
        again = await engine.fork("f", 3, reason="a fork of a fork")
        await engine.result(again)
        assert acted[-1] == ("undo-first", f"{key('f', 0, 'first')}:undo")


async def test_sub_workflows_begin_anew_and_those_that_ended_stay_with_their_parent(engine_on, store, act, acted):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.publish(document(PARENT, "parent"))
        await engine.start("test/parent:1.0.0", id="p")
        while len(await engine.list(waits_for="event")) < 1:
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 1)
        with pytest.raises(Conflict, match="sub-workflows of /do/0/part had ended there"):
            await engine.plan_fork("p", 2)
        fork = await engine.fork("p", 1, reason="r")
        while len(await engine.list(waits_for="event")) < 2:
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 1)
        children = [each.id for each in await engine.list(workflow="child")]
        assert len(children) == len(set(children)) == 2
        await engine.cancel(fork)
        await engine.result(fork)
        assert [under for what, under in acted if what == "undo-child"] == [
            f"{key(next(each for each in children if each.startswith(fork)), 0, 'act')}:undo"
        ]


async def test_what_no_fork_can_be_made_of_is_refused_and_leaves_nothing(engine_on, store, act):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(FAILS, "fails"))
        origin = await engine.start("test/fails:1.0.0", id="o")
        await engine.result(origin)
        for wrong, error in ((0, InvalidInput), (99, InvalidInput)):
            with pytest.raises(error, match="has no transition"):
                await engine.fork(origin, wrong, reason="r")
        with pytest.raises(NotFound):
            await engine.plan_fork("nobody", 1)
        with pytest.raises(InvalidInput, match="needs a reason"):
            await engine.fork(origin, 1, reason="")
        with pytest.raises(Conflict, match="is taken"):
            await engine.fork(origin, 1, reason="r", fork_id="o")
        store.broken = True
        with pytest.raises(StoreError):
            await engine.fork(origin, 1, reason="r", fork_id="lost")
        store.broken = False
        while engine.runtime.committer.failure is not None:
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 50)
        with pytest.raises(NotFound):
            await engine.inspect("lost")
        assert (await engine.result(await engine.fork(origin, 1, reason="r", fork_id="lost"))).status == "faulted"
        await engine.retire("test/fails:1.0.0")
        with pytest.raises(Withdrawn):
            await engine.plan_fork(origin, 1)


async def test_a_crash_between_plan_and_fork_leaves_no_fork_and_one_after_it_a_whole_one(engine_on, store, act, acted):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(FAILS, "fails"))
        origin = await engine.start("test/fails:1.0.0", id="o")
        await engine.result(origin)
        plan = await engine.plan_fork(origin, 2)
        planned = store.after_a_crash()
        await engine.fork(origin, 2, reason="r", fork_id="f")
        made = store.after_a_crash()
    acted.clear()
    async with engine_on(planned, functions=[act]) as engine:
        assert [each.id for each in await engine.list()] == ["o"]
        assert await engine.plan_fork(origin, 2) == plan
    assert acted == []
    async with engine_on(made, functions=[act]) as engine:
        assert (await engine.result("f")).status == "faulted"
    assert [what for what, _ in acted] == ["fail", "undo-first"]


async def test_a_fork_that_was_asked_for_twice_through_the_inbox_is_made_once(engine_on, store, act):
    async with engine_on(store, functions=[act]) as engine:
        await engine.publish(document(FAILS, "fails"))
        await engine.result(await engine.start("test/fails:1.0.0", id="o"))
        asked = {"id": "o", "at": 2, "as": "f", "reason": "r"}
        handle = engine.runtime.forking.handle
        assert await handle(asked) == await handle(asked)
        with pytest.raises(Conflict, match="is taken"):
            await handle({**asked, "at": 1})
        assert len(await engine.list()) == 2
