"""Breakpoints: where a session stops. By task, by condition, on errors before they are handled, before undos run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

import msgspec

from counterpoint.errors import ExpressionInvalid, InvalidInput, LimitExceeded, NotFound, WorkflowError
from counterpoint.expressions import Compiler
from counterpoint.expressions.types import Expression
from counterpoint.kernel import Instance
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import TaskRun
from counterpoint.plan import Plan
from counterpoint.plan.model import ForTask, ListenTask, TryTask, Undo
from counterpoint.values.json import JsonValue, truthy

KINDS: Final = ("task", "fault", "undo")
_VARIABLES: Final = frozenset({"context", "input", "task", "workflow", "error", "compensation"})


class Breakpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where to stop.

    `task`: before a task starts. `fault`: before an error is handled. `undo`: before an undo runs.
    """

    id: int
    on: str
    task: str | None = None
    """Name or JSON pointer of the task (for `undo`: of the one that is undone); None: any."""
    condition: str | None = None
    """jq; `.` and `$input` are the input of the task (for `fault`: `.` and `$error` are the error)."""


class Point(NamedTuple):
    """What can be stepped: a task that is ready, or, `failing`, one whose error waits to be handled."""

    instance: Instance
    run: TaskRun
    failing: bool

    @property
    def data(self) -> JsonValue:
        """The raw input of a task that is ready; the input of one that has failed."""
        parent = self.run.parent
        if self.failing or parent is None:
            return self.run.input
        return self.instance.edited.get(self.run.id, parent.data)

    @property
    def undoes(self) -> str | None:
        """Name of the task whose undo begins here."""
        run, parent = self.run, self.run.parent
        if self.failing or parent is None or not isinstance(parent.task, Undo) or run.slot or run.visit:
            return None
        return self.instance.log[parent.entry].task.name


class Hit(NamedTuple):
    """A breakpoint that has been reached. `note` says why its condition could not be evaluated, where it could not."""

    breakpoint: Breakpoint
    note: str | None = None


class Breakpoints:
    """The breakpoints of one session."""

    def __init__(self, plans: Iterable[Plan], compiler: Compiler, breakpoints_max: int) -> None:
        """`plans` are the workflows that it may stop in: their tasks can be named, and their variables read."""
        self._plans = list(plans)
        self._compiler = compiler
        self._breakpoints_max = breakpoints_max
        self._next = 1
        self._held: dict[int, tuple[Breakpoint, Expression | None]] = {}

    def all(self) -> list[Breakpoint]:
        """In the order in which they were set."""
        return [each for each, _ in self._held.values()]

    def add(self, on: str = "task", task: str | None = None, condition: str | None = None) -> Breakpoint:
        """Set one. Raises InvalidInput (no such kind, task or condition), LimitExceeded."""
        if on not in KINDS:
            raise InvalidInput(f"{on!r} is no kind of breakpoint: {', '.join(KINDS)}")
        if on == "task" and task is None and condition is None:
            raise InvalidInput("a breakpoint names a task, or has a condition; `pause` stops at whatever comes next")
        if task is not None:
            self._require(task)
        if len(self._held) >= self._breakpoints_max:
            raise LimitExceeded("breakpoints_max", self._breakpoints_max)
        compiled = None if condition is None else self._compiled(condition)
        found = Breakpoint(id=self._next, on=on, task=task, condition=condition)
        self._next += 1
        self._held[found.id] = (found, compiled)
        return found

    def remove(self, id: int) -> None:
        """Raises NotFound."""
        if self._held.pop(id, None) is None:
            raise NotFound(f"there is no breakpoint {id}")

    def hit(self, point: Point) -> Hit | None:
        """The first breakpoint that is reached at a point. One whose condition fails counts as reached."""
        for breakpoint, condition in self._held.values():
            if not _fits(breakpoint, point):
                continue
            if condition is None:
                return Hit(breakpoint)
            try:
                if _holds(condition, point):
                    return Hit(breakpoint)
            except WorkflowError as error:
                return Hit(breakpoint, f"its condition fails: {error.problem.detail}")
        return None

    def _require(self, task: str) -> None:
        known = {name for plan in self._plans for each in plan.tasks for name in (each.name, each.reference) if name}
        if task not in known:
            # The workflow itself, as a task, has no name.
            names = {each.name for plan in self._plans for each in plan.tasks if each.name and not each.hidden}
            raise InvalidInput(f"there is no task {task!r}: {', '.join(sorted(names))}")

    def _compiled(self, condition: str) -> Expression:
        try:
            return self._compiler.expression(condition, variables=_VARIABLES | _variables(self._plans))
        except ExpressionInvalid as error:
            raise InvalidInput(f"the condition is not valid: {error.message}") from error


def _fits(breakpoint: Breakpoint, point: Point) -> bool:
    named = (point.run.task.name, point.run.task.reference)
    if breakpoint.on == "undo":
        undone = point.undoes
        if undone is None:
            return False
        named = (undone, point.instance.log[point.run.entry].task.reference)
    elif (breakpoint.on == "fault") is not point.failing:
        return False
    return breakpoint.task in (None, *named)


def _holds(condition: Expression, point: Point) -> bool:
    run, data = point.run, point.data
    assert run.parent is not None
    scope = TaskScope(point.instance, run.parent, run.task)
    scope.raw = scope.input = data
    if point.failing:
        data = point.instance.failing[run.id].problem
        scope.extra = {"error": data}
    return truthy(condition.evaluate(data, scope))


def _variables(plans: Collection[Plan]) -> frozenset[str]:
    """The names that loops and handlers give to their variables."""
    found: set[str] = set()
    for plan in plans:
        for task in plan.tasks:
            match task:
                case ForTask():
                    found |= {task.each, task.at}
                case ListenTask():
                    found |= {task.item, task.at}
                case TryTask():
                    found.add(task.catch.as_)
    return frozenset(found)
