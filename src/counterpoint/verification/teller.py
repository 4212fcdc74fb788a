"""From suspicions to findings: the shortest story that is possible, tried out with concrete values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from counterpoint.dsl import Definition
from counterpoint.plan.model import Task
from counterpoint.trial import Trace
from counterpoint.values.diagnostics import Severity
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.verification import findings as f
from counterpoint.verification.judge import Suspicion
from counterpoint.verification.stories import told
from counterpoint.verification.telling import scenario_of
from counterpoint.verification.unknown import Knowledge

_DEFAULTS: Final = (None, 1, True)
"""What leaves of which nothing is known are tried as: a text, a number, a truth."""
_UNSURE: Final = "no input and answers were found that lead there: it may be impossible"


class Replay(Protocol):
    """Runs a scenario of the workflow that is verified."""

    def __call__(self, scenario: JsonObject) -> Trace | None:
        """What comes of it; None where it does not fit the workflow: a call, a fault or an action is not met."""


class Teller:
    """Tells the findings of one definition."""

    def __init__(self, definition: Definition, input: JsonValue, knowledge: Knowledge, replay: Replay | None) -> None:
        self._definition = definition
        self._input = input
        self._knowledge = knowledge
        self._replay = replay

    def finding(self, candidates: Sequence[Suspicion]) -> f.Finding:
        """The finding of several suspicions of one kind, the shortest first.

        Where none of their stories could be tried out with success, it is a warning at most.
        """
        for each in candidates:
            scenario = self._scenario(each)
            if scenario is not None or self._replay is None:
                return self._told(each, scenario)
        unsure = self._told(candidates[0], None)
        return msgspec.structs.replace(unsure, severity=Severity.WARNING, hint=_UNSURE)

    def _told(self, each: Suspicion, scenario: JsonObject | None) -> f.Finding:
        found = described(self._definition, each.rule, each.task, each.message)
        return msgspec.structs.replace(found, story=f.Story(steps=told(each.node, each.message), scenario=scenario))

    def _scenario(self, each: Suspicion) -> JsonObject | None:
        """The scenario of a suspicion, with what is to be expected of it, if it comes true."""
        if self._replay is None:
            return None
        for default in _DEFAULTS:
            scenario = scenario_of(each.node, self._input, self._knowledge, default)
            if scenario is None:
                return None
            scenario["name"] = f"{each.rule.code}: {each.message}"
            trace = self._replay(scenario)
            if trace is not None and _comes_true(each, trace):
                return {**scenario, "expect": _expected(trace)}
        return None


def described(definition: Definition, rule: f.Rule, task: Task, message: str) -> f.Finding:
    """A finding without a story."""
    return f.Finding(
        code=rule.code,
        severity=rule.severity,
        title=rule.title,
        message=message,
        pointer=task.reference,
        task=task.name,
        position=definition.position(task.reference, of_key=True) if task.reference else None,
    )


def _comes_true(suspicion: Suspicion, trace: Trace) -> bool:
    """Whether a trial has told the story: the same calls with the same truths, and the same end."""
    if suspicion.ending is not None and suspicion.ending != (trace.status, trace.saga):
        return False
    made = {(each.reference, each.key, each.result == "completed", each.happened) for each in trace.calls}
    wanted = {
        (each.call.reference, each.call.key, each.made.result == "completed", each.made.happened)
        for each in suspicion.node.calls
    }
    return wanted <= made


def _expected(trace: Trace) -> JsonObject:
    """What the scenario expects: the end as it is, wrong as it is."""
    found: JsonObject = {"status": trace.status, "saga": trace.saga}
    found["left"] = [each.task for each in trace.left if not each.meant]
    if trace.incidents:
        found["incidents"] = [each.task for each in trace.incidents]
    return found
