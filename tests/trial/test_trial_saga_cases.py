"""A trial comes out as the engine does: the saga cases, played without an engine, hold as they are written.

Left out are the cases in which services change their minds or someone looks at the clock: trials have no words for it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from counterpoint import dsl
from counterpoint.plan import compile_plan
from counterpoint.trial import Call, Completed, Crashed, Failed, Library, Reply, Silent, Trace, Trial, World, script
from counterpoint.values.problem import STANDARD, Outcome, Problem
from shared_data import ROOT
from tests.conformance.saga.saga_expectations import differences
from tests.conformance.saga.saga_services import LATE_SECONDS, Applied
from tests.conformance.saga.saga_stage import _text as text_of
from tests.conformance.saga.saga_stage import load_cases
from tests.trial.trials import COMPILER

NEVER_MS = 100 * 24 * 3_600_000
ONLY_ENGINES_TELL = ("lifecycle",)


def deed_of(step: dict[str, Any]) -> script.Deed | None:
    """What a step does, in the words of a trial."""
    match step:
        case {"retry": {"incident": str(task)}}:
            return script.Resolve(task=task)
        case {"resolve": {"incident": str(task), "action": str(how), **rest}}:
            edited = (rest["input"],) if "input" in rest else None
            return script.Resolve(how=how, task=task, reason=rest.get("reason"), input=edited)
        case {"cancel": dict(options)} if "refused" not in options:
            return script.Cancel(**options)
        case {"compensate": dict(options)} if "refused" not in options:
            return script.Compensate(**options)
    return None


def action_of(step: dict[str, Any]) -> script.Action | None:
    """A step, where a trial has words for its point and its deed."""
    deed = deed_of(step)
    match step.get("when"):
        case {"asked": str(task)}:
            point = script.Point(on=script.On.STARTED, task=task)
        case {"saga": "stuck"} | {"status": "suspended"}:
            point = script.Point(on=script.On.STUCK)
        case _:
            return None
    return None if deed is None else script.Action(point=point, deed=deed, label=str(step))


class Conducts:
    """Services that behave as a case says, and die with the engine where it says so."""

    def __init__(self, case: dict[str, Any]) -> None:
        self._conducts = case.get("services", {})
        self._crash = case.get("crash")

    def reply(self, call: Call) -> Reply:
        if self._crash is not None and self._crash["service"] == call.function:
            sent, self._crash = self._crash["moment"] == "after", None
            return Crashed(sent=sent)
        conduct = self._conducts.get(call.function, "ok")
        if isinstance(conduct, list):
            conduct = conduct[min(call.attempt, len(conduct)) - 1]
        word, given = next(iter(conduct.items())) if isinstance(conduct, dict) else (conduct, None)
        lost = Problem.standard("communication", "the connection was lost", status=503)
        match word:
            case "refuse":
                kind = (given or {}).get("type", "runtime")
                problem = Problem(type=STANDARD + kind, status=(given or {}).get("status", 500), detail="refused")
                return Failed(problem=problem, outcome=Outcome.NONE)
            case "vanish" | "lose":
                return Failed(problem=lost, happened=word == "lose")
            case "hang":
                return Silent(happened=True)
        output = given if word == "output" else {"of": call.function}
        return Completed(output=output, takes_ms=int(LATE_SECONDS * 1000) if word == "late" else 0)


def told(trace: Trace, root: Any) -> Any:
    """The trace as the expectations of the cases read it."""
    ledger: dict[str, Applied] = {}
    # Services that are late act late.
    for call in sorted(trace.calls, key=lambda each: each.at if each.answered_at is None else each.answered_at):
        if call.happened and call.key not in ledger:
            ledger[call.key] = Applied(call.function, call.key, call.arguments)
    view = SimpleNamespace(
        status=trace.status,
        saga=trace.saga,
        incidents=[each for each in trace.incidents if each.instance == "saga"],
        error=trace.error,
        left=root.left,
        output=trace.output,
        context=trace.context,
    )
    asked = [(call.function, call.key, call.attempt) for call in trace.calls]
    return SimpleNamespace(view=view, ledger=list(ledger.values()), asked=asked, lifecycle=[])


CASES = [
    case
    for case in load_cases(ROOT / "tests" / "conformance" / "saga")
    if all(action_of(step) is not None for step in case.get("steps", ()))
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_trial_comes_out_as_the_engine_does(case):
    plans = [
        compile_plan(dsl.load(text_of(each, portable=False)), COMPILER)
        for each in [*case.get("others", []), case["document"]]
    ]
    actions = [action_of(step) for step in case.get("steps", ())]
    world = World(Library(plans))
    trial = Trial(world, Conducts(case), actions, answer_ms_max=NEVER_MS, root="saga")
    trace = trial.run(plans[-1], case.get("input", {}))
    expected = {name: each for name, each in case["expect"].items() if name not in ONLY_ENGINES_TELL}
    assert differences(expected, told(trace, world.actors["saga"].instance), crashed="crash" in case) == []


def test_most_cases_can_be_played():
    assert len(CASES) >= 60
