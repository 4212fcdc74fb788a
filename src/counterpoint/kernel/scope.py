"""What expressions can see: the runtime arguments and the variables of the tasks around them."""

from __future__ import annotations

from typing import Final

from counterpoint.errors import WorkflowError
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan.model import Task
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem
from counterpoint.values.runtime import RUNTIME
from counterpoint.values.timestamp import datetime_descriptor


class TaskScope:
    """The scope of one task: before it starts (`run` is None, `holder` its parent) and while it runs."""

    __slots__ = ("extra", "holder", "input", "instance", "output", "raw", "raw_output", "run", "started_at", "task")

    def __init__(self, instance: Instance, holder: TaskRun, task: Task, run: TaskRun | None = None) -> None:
        self.instance = instance
        self.holder = holder
        """Where the search for variables begins."""
        self.task = task
        self.run = run
        self.raw: JsonValue = None
        self.input: JsonValue = None
        self.raw_output: JsonValue = None
        self.output: JsonValue = None
        self.extra: dict[str, JsonValue] | None = None
        """Variables of this evaluation alone (the error in `catch.when`)."""
        self.started_at = instance.now
        if run is not None:
            self.raw = run.raw
            self.input = run.input
            self.started_at = run.started_at

    def lookup(self, name: str) -> JsonValue:
        """See `expressions.types.Scope`."""
        if self.extra is not None and name in self.extra:
            return self.extra[name]
        run: TaskRun | None = self.holder
        while run is not None:
            if run.vars is not None and name in run.vars:
                return run.vars[name]
            run = run.parent
        argument = _ARGUMENTS.get(name)
        return None if argument is None else argument(self)


def _context(scope: TaskScope) -> JsonValue:
    return scope.holder.cell.context


def _input(scope: TaskScope) -> JsonValue:
    return scope.input


def _output(scope: TaskScope) -> JsonValue:
    return scope.output


def _secrets(scope: TaskScope) -> JsonValue:
    secrets = scope.instance.secrets
    if secrets is None:
        declared = ", ".join(scope.instance.plan.secrets) or "none are declared in use.secrets"
        raise WorkflowError(
            Problem.standard("authorization", f"a secret of this workflow is missing or refused ({declared})")
        )
    return secrets


def _authorization(scope: TaskScope) -> JsonValue:
    return scope.run.authorization if scope.run is not None else None


def _now(scope: TaskScope) -> JsonValue:
    return scope.instance.now / 1000


def _runtime(scope: TaskScope) -> JsonValue:
    return RUNTIME


def _task(scope: TaskScope) -> JsonValue:
    """The task descriptor; the tasks of an extension see the task that they extend (dsl.md, Extensions).

    The members of the definition stand beside those of the descriptor, because the specification's own
    example of an extension reads `$task.with`.
    """
    task, raw, raw_output, started_at = scope.task, scope.raw, scope.raw_output, scope.started_at
    if task.extends:
        run: TaskRun | None = scope.holder
        while run is not None and run.task.kind != "extension":
            run = run.parent
        if run is not None:
            task, raw, started_at = run.task, run.input, run.started_at
            raw_output = None if run.kept is None else run.kept[0]
    return {
        **task.definition,
        "name": task.name,
        "reference": task.reference,
        "definition": task.definition,
        "input": raw,
        "output": raw_output,
        "startedAt": datetime_descriptor(started_at),
    }


def _workflow(scope: TaskScope) -> JsonValue:
    instance = scope.instance
    descriptor: JsonObject = {
        "id": instance.id,
        "definition": instance.plan.definition,
        "input": instance.input,
        "startedAt": datetime_descriptor(instance.started_at),
    }
    return descriptor


_ARGUMENTS: Final = {
    "context": _context,
    "input": _input,
    "output": _output,
    "secrets": _secrets,
    "authorization": _authorization,
    "task": _task,
    "workflow": _workflow,
    "runtime": _runtime,
    "now": _now,
}
