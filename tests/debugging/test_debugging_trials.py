"""Debug sessions on trials: the same commands in a simulated world, and the same outcome as without them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from composer import Composer

from counterpoint.application.debugging.breakpoints import Breakpoints
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.sessions import Breaks, trial_stage
from counterpoint.application.debugging.stepper import Mode
from counterpoint.application.supposing import Supposed, suppose
from counterpoint.engine.clock import SystemClock
from counterpoint.errors import InvalidDocument
from counterpoint.expressions import Compiler
from counterpoint.masking import unmasked
from counterpoint.plan.model import CallTask
from counterpoint.scenarios import Mocks
from counterpoint.trial import Trace, Trial, World

pytestmark = pytest.mark.anyio

HEAD = "document: {dsl: '1.0.3', namespace: test, name: story, version: '1.0.0'}\n"
COMPILER = Compiler()
SAGA = HEAD + (
    "do:\n"
    "- car: {call: book, with: {what: car}, compensate: {do: [{back: {call: release, with: {what: car}}}]}}\n"
    "- rest: {wait: {days: 30}}\n"
    "- pay: {call: pay, with: {what: all}}\n"
)
REFUSED = {"faults": [{"task": "pay", "error": {"type": "communication", "status": 422}, "outcome": "none"}]}


def supposed(text: str, **story: Any) -> Supposed:
    return suppose(text, {"unanswered": "empty", **story}, [], COMPILER)


def session_of(trial: Supposed, *breakpoints: dict[str, Any], entry: bool = True) -> Session:
    found = Breakpoints(trial.library.plans(), COMPILER, 100)
    for each in breakpoints:
        found.add(**each)
    return Session("s", "ada", trial_stage(trial, "ada"), found, SystemClock(), lease_ms=None, stop_on_entry=entry)


class Running:
    """A session that is being driven."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def __aenter__(self) -> Session:
        self._task = asyncio.create_task(self.session.run())
        await self.session.settled(5)
        return self.session

    async def __aexit__(self, *_: object) -> None:
        await self.session.end("enough")
        await self._task


async def walk(session: Session, mode: Mode) -> str | None:
    await session.go(mode)
    view = await session.settled(5)
    return None if view.stop is None else view.stop.at.task


async def test_time_stands_still_while_it_is_stopped_and_jumps_when_it_goes_on() -> None:
    async with Running(session_of(supposed(SAGA, **REFUSED))) as session:
        assert [await walk(session, Mode.OVER) for _ in range(4)] == ["rest", "pay", "pay", "back"]
        stop = session.view().stop
        assert (stop.undo_of, stop.at.line) == ("car", 3)
        assert await walk(session, Mode.CONTINUE) is None
        assert "faulted" in session.view().ended
        trace = session.stage.trace()
        assert (trace.saga, trace.duration >= 30 * 86_400_000) == ("compensated", True)
        assert [call.task for call in trace.calls] == ["car", "pay", "back"]


async def test_no_mocked_effect_happens_before_its_breakpoint_is_left() -> None:
    async with Running(session_of(supposed(SAGA), {"task": "pay"}, entry=False)) as session:
        assert [call.task for call in session.stage.trace().calls] == ["car"]
        assert await walk(session, Mode.CONTINUE) is None
        assert [call.task for call in session.stage.trace().calls] == ["car", "pay"]


async def test_a_trial_that_has_no_answer_ends_its_session_and_says_which() -> None:
    trial = suppose(SAGA, {"unanswered": "fail"}, [], COMPILER)
    async with Running(session_of(trial)) as session:
        assert await walk(session, Mode.CONTINUE) is None
        assert "no answer is given for the call 'car'" in session.view().ended


async def test_any_moment_of_a_trial_can_be_looked_at() -> None:
    async with Running(session_of(supposed(SAGA), {"task": "pay"}, entry=False)) as session:
        first, now = await session.moment("1.1"), await session.moment()
        assert (first.tasks, [task.name for task in now.tasks]) == ([], ["car", "rest", "pay"])
        await session.go(Mode.CONTINUE)
        await session.settled(5)
        assert (await session.moment()).status == "completed"
        assert (await session.moment(now.place)).tasks == now.tasks


def random_trials() -> list[tuple[Supposed, Trace]]:
    """Random documents, each with a call that fails, and what comes of them when nobody debugs them."""
    found = []
    for seed in range(36):
        text = HEAD + Composer(seed).document()
        try:
            calls = [each.name for each in supposed(text).plan.tasks if isinstance(each, CallTask) and not each.hidden]
            trial = supposed(text, input={"seed": seed}, faults=[_fault(seed, calls)] if calls else [])
        except InvalidDocument:
            continue
        world = World(trial.library, now=trial.scenario.now)
        driven = Trial(world, Mocks(trial.scenario, trial.contracts), transitions_max=60)
        trace = driven.run(trial.plan, trial.scenario.input)
        if trace.halted is None:
            found.append((trial, trace))
    return found


def _fault(seed: int, calls: list[str]) -> dict[str, Any]:
    outcome = "unknown" if seed % 2 else "none"
    error = {"type": "communication", "status": 503}
    return {"task": calls[seed % len(calls)], "error": error, "outcome": outcome}


async def test_stepping_a_trial_to_its_end_gives_the_trace_of_running_it() -> None:
    trials = random_trials()
    assert len(trials) > 15
    for index, (trial, ran) in enumerate(trials):
        mode = (Mode.INTO, Mode.OVER, Mode.CONTINUE)[index % 3]
        async with Running(session_of(trial)) as session:
            for _ in range(1_000):
                if session.view().state != "stopped":
                    break
                await walk(session, mode)
            stepped = session.stage.trace()
        assert (stepped.status, stepped.saga, stepped.output) == (ran.status, ran.saga, ran.output)
        assert _calls(stepped) == _calls(ran)
        assert _undos(stepped) == _undos(ran)


def _calls(trace: Trace) -> list[Any]:
    return [(each.task, each.arguments, each.key) for each in trace.calls]


def _undos(trace: Trace) -> list[Any]:
    return [(each.task, each.result) for each in trace.undos]


async def test_what_a_schema_marks_as_sensitive_is_masked_where_a_session_stops() -> None:
    text = HEAD + (
        "input: {schema: {format: json, document: {properties: {card: {type: string, x-sensitive: true}}}}}\n"
        "do:\n- pay: {call: pay, with: {card: '${ .card }'}}\n"
    )
    async with Running(session_of(supposed(text, input={"card": "4000-1234", "order": 7}))) as session:
        shown = session.view().stop.input
        assert (shown["order"], "4000" in str(shown)) == (7, False)


async def test_what_the_next_task_marks_as_sensitive_is_masked_before_that_has_started() -> None:
    marked = "{format: json, document: {properties: {card: {type: string, x-sensitive: true}}}}"
    text = HEAD + f"do:\n- pay: {{call: pay, input: {{schema: {marked}}}, with: {{card: '${{ .card }}'}}}}\n"
    given = {"card": "4000-1234", "order": 7}
    async with Running(session_of(supposed(text, input=given), {"condition": "error(.card)"})) as session:
        stop = session.view().stop
        assert (stop.input["order"], "4000" in f"{stop.input} {stop.note}") == (7, False)


async def test_what_a_condition_fails_with_is_masked_as_the_data_that_it_has_read(workshop) -> None:
    card = "card: {type: string, x-sensitive: true}"
    text = HEAD + (
        f"input: {{schema: {{format: json, document: {{properties: {{{card}}}}}}}}}\n"
        "do:\n- pay: {call: act, with: {what: '${ .card }'}}\n"
    )
    condition = 'error("no \\(.card)")'
    given = {"card": "4000-1234", "order": 7}
    async with workshop(None, text) as it:
        session = await it.sessions.start("story", given, "ada", breakpoints=[Breaks(condition=condition)])
        views = [(await session.settled(5)).stop.note]
        with unmasked():
            assert "no 4000-1234" in session.view().stop.note
    async with Running(session_of(supposed(text, input=given), {"condition": condition})) as session:
        views.append(session.view().stop.note)
    assert ["no ***" in note for note in views] == [True, True]
    assert "4000" not in str(views)
