"""Debug sessions on a real engine: what stops where, whose it is, and what becomes of what is left alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from counterpoint.application.debugging.session import problem_of
from counterpoint.application.debugging.sessions import Breaks, DebugLimits
from counterpoint.application.debugging.stepper import Mode
from counterpoint.errors import Conflict, InvalidInput, LimitExceeded, NotFound
from counterpoint.stores.memory import MemoryStore
from tests.debugging.workshop import walk, where, why

pytestmark = pytest.mark.anyio


async def test_a_session_stops_at_the_first_task_before_anything_acts(workshop) -> None:
    async with workshop() as it:
        session = await it.debug()
        view = session.view()
        assert (view.state, why(session), where(session)) == ("stopped", "entry", "car")
        assert (view.stop.at.line, view.stop.at.reference) == (3, "/do/0/car")
        assert it.acted == []


async def test_into_over_and_out_go_as_far_as_their_names_say(workshop) -> None:
    async with workshop() as it:
        session = await it.debug()
        assert await walk(session, Mode.INTO, Mode.INTO, Mode.OVER) == ["nights", "book", "book"]
        assert it.acted == ["car", "night 1"]
        assert session.view().stop.stack[0].task == "nights"
        assert await walk(session, Mode.OUT, Mode.OVER) == ["pay", "thank"]
        assert it.acted == ["car", "night 1", "night 2", "night 3", "pay"]
        assert await walk(session, Mode.OVER) == [None]
        assert session.view().state == "ended"
        assert "completed" in session.view().ended


async def test_over_passes_what_is_inside(workshop) -> None:
    async with workshop() as it:
        session = await it.debug()
        assert await walk(session, Mode.OVER, Mode.OVER) == ["nights", "pay"]


@pytest.mark.parametrize("task", ["pay", "/do/2/pay"])
async def test_a_breakpoint_never_lets_its_task_act(workshop, task: str) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task=task))
        assert (where(session), why(session)) == ("pay", "breakpoint")
        for _ in range(20):
            await asyncio.sleep(0)
        assert "pay" not in it.acted
        session.stop_no_more_at(1)
        await walk(session, Mode.CONTINUE)
        assert it.acted[-1] == "pay"


async def test_a_condition_is_over_input_context_and_the_variables_around(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="book", condition="$night == 3 and $context == {}"))
        assert (where(session), it.acted) == ("book", ["car", "night 1", "night 2"])
        assert await walk(session, Mode.CONTINUE) == [None]


async def test_a_condition_that_fails_stops_and_says_so(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="car", condition=".a.b.c | error"))
        assert where(session) == "car"
        assert "condition fails" in session.view().stop.note


@pytest.mark.parametrize(
    ("breakpoint", "told"),
    [
        (Breaks(task="cra"), "there is no task 'cra': book, car, "),
        (Breaks(task="hear"), "there is no task 'hear'"),
        (Breaks(task="inner"), "there is no task 'inner'"),
        (Breaks(task="car", condition="1 +"), "condition is not valid"),
        (Breaks(task="car", condition="$env"), "condition is not valid"),
        (Breaks(on="never"), "no kind of breakpoint"),
        (Breaks(), "names a task"),
    ],
)
async def test_a_breakpoint_that_cannot_be_is_refused_and_nothing_is_started(workshop, breakpoint, told: str) -> None:
    async with workshop() as it:
        with pytest.raises(InvalidInput, match=told):
            await it.debug(breakpoint)
        assert await it.engine.list() == []


async def test_an_error_is_stopped_at_before_it_is_handled_and_an_undo_before_it_runs(workshop, failing) -> None:
    failing.add("pay")
    async with workshop() as it:
        session = await it.debug(Breaks(on="fault"), Breaks(on="undo", task="car"))
        view = session.view()
        assert (where(session), why(session), view.stop.error["instance"]) == ("pay", "fault", "/do/2/pay")
        assert "CompensationStarted" not in await it.history(session.stage.id)
        assert await walk(session, Mode.CONTINUE) == ["giveCarBack"]
        assert (why(session), session.view().stop.undo_of, "back" in it.acted) == ("undo", "car", False)
        await walk(session, Mode.CONTINUE)
        assert (it.acted[-1], session.view().state) == ("back", "ended")


async def test_stepping_over_a_task_that_fails_stops_at_its_error(workshop, failing) -> None:
    failing.add("car")
    async with workshop() as it:
        session = await it.debug()
        assert await walk(session, Mode.OVER) == ["car"]
        assert session.view().stop.error is not None


async def test_a_task_can_be_failed_answered_and_its_data_edited(workshop) -> None:
    async with workshop() as it:
        session = await it.debug()
        await session.edit("context", {"edited": True})
        await session.answer({"did": "nothing"})
        await session.settled(5)
        assert (where(session), it.acted, session.view().stop.input) == ("nights", [], {"did": "nothing"})
        assert await walk(session, Mode.OVER) == ["pay"]
        await session.edit("data", {"by": "hand"})
        assert session.view().stop.input == {"by": "hand"}
        assert await walk(session, Mode.OVER, Mode.OVER) == ["thank", None]
        view = await it.engine.result(session.stage.id, 5)
        assert view.output == {"thanked": True, "context": {"edited": True}}
        history = await it.history(session.stage.id)
        assert {"InstanceHeld", "DataEdited", "OutputInjected"} <= set(history)


async def test_an_injected_fault_is_handled_as_any_other(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="pay"))
        await session.fail(problem_of({"type": "communication", "status": 503}))
        await session.settled(5)
        assert (where(session), why(session)) == ("giveCarBack", "step")
        await walk(session, Mode.CONTINUE)
        view = await it.engine.result(session.stage.id, 5)
        assert (view.status, view.saga, view.error["status"]) == ("faulted", "compensated", 503)
        assert "pay" not in it.acted


@pytest.mark.parametrize("given", [1, {"type": 1}, {"type": "bogus"}, {"status": "x"}, {"status": True}])
async def test_what_is_no_error_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput):
        problem_of(given)


async def test_sub_workflows_are_stepped_into_and_over(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(definition="outer")
        assert await walk(session, Mode.INTO, Mode.OVER) == ["car", "nights"]
        stop = session.view().stop
        assert (stop.at.workflow, [frame.task for frame in stop.stack][-1:]) == ("debug/trip:1.0.0", ["inner"])
        assert await walk(session, Mode.OUT) == ["last"]
        second = await it.debug(definition="outer")
        assert await walk(second, Mode.OVER) == ["last"]


async def test_an_instance_that_waits_can_be_attached_to_and_is_stopped_when_it_moves(workshop) -> None:
    async with workshop() as it:
        id = await it.engine.start("listening", {})
        session = await it.sessions.attach(id, "ada")
        assert (session.view().state, session.view().waits[0]["for"]) == ("running", "event")
        await it.engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "go"})
        await session.settled(5)
        assert (where(session), it.acted) == ("act", [])
        await walk(session, Mode.CONTINUE)
        assert it.acted == ["heard"]


async def test_pause_stops_at_whatever_comes_next(workshop) -> None:
    async with workshop() as it:
        id = await it.engine.start("listening", {})
        session = await it.sessions.attach(id, "ada", stop_on_entry=False)
        await session.pause()
        await it.engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "go"})
        await session.settled(5)
        assert (where(session), why(session)) == ("act", "pause")


async def test_a_command_for_what_is_not_stopped_is_refused(workshop) -> None:
    async with workshop() as it:
        id = await it.engine.start("listening", {})
        session = await it.sessions.attach(id, "ada")
        with pytest.raises(Conflict, match="not stopped"):
            await session.go(Mode.OVER)
        await session.end("enough")
        with pytest.raises(Conflict, match="enough"):
            await session.go(Mode.OVER)


async def test_the_second_owner_is_refused_with_the_name_of_the_first_until_she_takes_over(workshop) -> None:
    async with workshop() as it:
        first = await it.debug()
        id = first.stage.id
        with pytest.raises(Conflict, match="ada"):
            await it.sessions.attach(id, "bob")
        second = await it.sessions.attach(id, "bob", takeover=True)
        await second.settled(5)
        assert (first.view().state, first.view().ended) == ("ended", "bob has taken it over")
        assert (where(second), it.acted, "InstanceReleased" in await it.history(id)) == ("car", [], False)


async def test_what_is_cancelled_while_it_is_stopped_is_undone_stepwise(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="pay"))
        await it.engine.cancel(session.stage.id, reason="not wanted")
        await session.settled(5)
        assert (where(session), why(session), "back" in it.acted) == ("giveCarBack", "pause", False)
        await walk(session, Mode.CONTINUE)
        assert (it.acted[-1], session.view().state) == ("back", "ended")


def told(history: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """A history but for times and the bookkeeping of debugging."""
    kept = [each for each in history if each["type"] not in ("InstanceHeld", "InstanceReleased", "TaskCreated")]
    return [
        (each["type"], {key: value for key, value in each.items() if key not in ("at", "sequence", "id", "seed")})
        for each in kept
    ]


async def test_an_abandoned_session_changes_nothing(workshop) -> None:
    async with workshop() as it:
        alone = await it.engine.start("trip", {})
        await it.engine.result(alone, 5)
        session = await it.debug(lease_ms=10_000)
        await walk(session, Mode.OVER)
        it.clock.advance(9_999)
        await asyncio.sleep(0)
        assert session.view().state == "stopped"
        it.clock.advance(1)
        view = await it.engine.result(session.stage.id, 5)
        assert view.status == "completed"
        assert "ada, has given no sign for 10,000 ms" in session.view().ended
        assert told(await it.engine.history(session.stage.id)) == told(await it.engine.history(alone))


async def test_a_sign_of_its_owner_begins_the_lease_anew(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(lease_ms=10_000)
        for _ in range(3):
            it.clock.advance(8_000)
            it.sessions.lease(session, None)
            await asyncio.sleep(0)
        assert session.view().state == "stopped"
        with pytest.raises(InvalidInput, match="lease_ms_max"):
            it.sessions.lease(session, 10**9)


async def test_there_are_no_more_sessions_and_breakpoints_than_is_allowed(workshop) -> None:
    async with workshop() as it:
        it.sessions.limits = DebugLimits(sessions_max=1, breakpoints_max=1)
        session = await it.debug(Breaks(task="pay"))
        with pytest.raises(LimitExceeded, match="breakpoints_max"):
            session.stop_at("task", "car", None)
        with pytest.raises(LimitExceeded, match="sessions_max"):
            await it.debug()
        await session.end("enough")
        again = await it.debug()
        await again.end("enough")
        for _ in range(3):
            await (await it.debug()).end("enough")
        assert len(it.sessions.all()) <= 3
        with pytest.raises(NotFound):
            it.sessions.find(session.id)


async def test_sessions_end_with_their_engine_and_what_they_held_goes_on(workshop) -> None:
    store = MemoryStore()
    async with workshop(store) as it:
        session = await it.debug()
        id = session.stage.id
    async with workshop(MemoryStore(store.contents)) as again:
        assert (await again.engine.result(id, 5)).status == "completed"
        assert {*it.acted, *again.acted} == {"car", "night 1", "night 2", "night 3", "pay"}
        assert again.acted[-1] == "pay"


async def test_time_travel_goes_back_while_it_is_stopped_and_changes_nothing(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="pay"))
        first = await session.moment("1.1")
        assert (first.tasks, (await session.moment()).held_by) == ([], "ada")
        assert where(session) == "pay"
