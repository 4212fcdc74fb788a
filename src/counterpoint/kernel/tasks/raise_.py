"""`raise`: ends with an error of one's own."""

from __future__ import annotations

from typing import Final

import msgspec

from counterpoint.errors import WorkflowError
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import RaiseTask
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

TEXTS: Final = frozenset({"title", "detail", "instance"})


class RaiseBehaviour(Behaviour):
    """The facts are the problem."""

    def facts(self, scope: TaskScope, task: RaiseTask) -> JsonValue:
        error = task.error.evaluate(scope.input, scope)
        if not isinstance(error.get("type"), str) or type(error.get("status")) is not int:
            raise WorkflowError(
                Problem.standard("expression", "raise.error must give a string `type` and an integer `status`")
            )
        return {name: _member(name, value) for name, value in error.items() if value is not None}

    def begin(self, decider: Decider, run: TaskRun) -> None:
        decider.fault(run, Problem.from_json(run.local))


def _member(name: str, value: JsonValue) -> JsonValue:
    """What people read is text, whatever an expression has given."""
    if name not in TEXTS or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
