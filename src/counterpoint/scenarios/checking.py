"""Whether a scenario file speaks of tasks that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterpoint.dsl.report import suggest
from counterpoint.plan import Plan
from counterpoint.scenarios.model import Scenario
from counterpoint.scenarios.reading import Reading
from counterpoint.trial.script import Resolve
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.json import JsonValue, pointer_join


def check_names(reading: Reading, plans: Iterable[Plan]) -> list[Diagnostic]:
    """An error for each task that a scenario names and no workflow has. `plans`: all that a scenario may run."""
    known: dict[str, None] = {}
    for plan in plans:
        for task in plan.tasks[1:]:
            known[task.name] = None
            known[task.reference] = None
    assert reading.file is not None
    found: dict[tuple[str, str], Diagnostic] = {}
    for scenario in reading.file.scenarios:
        for name, pointer in _named(scenario):
            if name not in known and (name, pointer) not in found:
                message = f"no workflow here has a task {name!r}"
                hint = suggest(name, [each for each in known if not each.startswith("/")])
                found[name, pointer] = reading.diagnostic("CP402", pointer, message, hint)
    return list(found.values())


def _named(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every task that a scenario names, and where."""
    for task in scenario.answers:
        yield task, pointer_join(scenario.pointer, "answers", task)
    for fault in scenario.faults:
        yield fault.task, pointer_join(fault.label, "task")
    for action in scenario.actions:
        if action.point.task is not None:
            yield action.point.task, pointer_join(action.label, action.point.on.value)
        if isinstance(action.deed, Resolve) and action.deed.task is not None:
            yield action.deed.task, pointer_join(action.label, "resolve", "task")
    for part in ("calls", "undos", "left", "incidents"):
        for index, each in enumerate(scenario.expect.get(part, ())):
            yield _task_of(each), pointer_join(scenario.pointer, "expect", part, index)


def _task_of(expected: JsonValue) -> str:
    return str(expected["task"] if isinstance(expected, dict) else expected)
