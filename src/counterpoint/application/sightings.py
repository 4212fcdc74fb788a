"""What the expressions of a task have seen when it ran: read from a history, of a trial or of a real instance."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

from counterpoint.kernel import Instance
from counterpoint.kernel.events import TaskCompleted
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import TaskRun
from counterpoint.masking import Redaction
from counterpoint.values.json import JsonObject, JsonValue

_ALWAYS: Final = ("context", "task", "workflow", "runtime")
"""Arguments that every stage sees. `$secrets` is never given a value, `$authorization` there is only in a real call."""

Sights: TypeAlias = dict[str, tuple[JsonValue, JsonObject]]
"""By the name of the stage: what `.` was, and the variables without dollar signs."""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a task has seen."""

    run: int | None
    """The last one that has started; None where the instance has not come to the task."""
    stages: Sights


def seen_at_start(instance: Instance, run: TaskRun) -> Sights:
    """What the first stages of a task see that has just started."""
    assert run.parent is not None
    scope = TaskScope(instance, run.parent, run.task, run)
    outer = {name: scope.lookup(name) for name in (*_ALWAYS, *_bound(run.parent))}
    inner = {**outer, "input": run.input}
    return {"condition": (run.raw, outer), "input": (run.raw, outer), "argument": (run.input, inner)}


def seen_at_end(begun: Sights, event: TaskCompleted) -> Sights:
    """What the last stages see. The context is the one before the task, as it is for all but composites."""
    _, inner = begun["argument"]
    raw = event.output if event.raw is None else event.raw[0]
    task: Any = inner["task"]
    inner = {**inner, "task": {**task, "output": raw}}
    return {"output": (raw, inner), "export": (event.output, {**inner, "output": event.output})}


def masked_sights(sights: Sights, redaction: Redaction, run: int) -> Sights:
    """The same without what schemas mark as sensitive, whose places in the history the redaction knows."""

    def shown(name: str, value: Any) -> JsonValue:
        if name == "context":
            return redaction.context(value)
        if name == "workflow":
            return redaction.value({**value, "input": redaction.input(value["input"])})
        return redaction.task_output(run, value) if name == "output" else redaction.value(value)

    return {
        stage: (shown(_DATA.get(stage, ""), data), {name: shown(name, each) for name, each in variables.items()})
        for stage, (data, variables) in sights.items()
    }


_DATA: Final = {"export": "output"}
"""The stages whose data are something that has a schema."""


def _bound(run: TaskRun | None) -> list[str]:
    """The variables that the tasks around bind."""
    found: list[str] = []
    while run is not None:
        found += run.vars or ()
        run = run.parent
    return found
