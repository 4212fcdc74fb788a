"""Coverage: which tasks, branches, catches and undos of a workflow some scenario has reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from counterpoint.kernel import events as e
from counterpoint.plan import Plan
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask, ExtendedTask, SwitchTask, Task, TryTask, Undo
from counterpoint.trial import World

KINDS: Final = ("task", "branch", "catch", "undo")


class Part(msgspec.Struct, kw_only=True):
    """One thing that can be reached."""

    workflow: str
    kind: str
    """task, branch (a case of a switch, or one way of an `if`), catch or undo."""
    task: str
    reference: str
    branch: str | None = None
    reached: int = 0
    """In how many runs."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """How many parts of a kind were reached."""

    kind: str
    reached: int
    total: int


class Coverage:
    """Counts over the worlds of many trials."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, int, str, str | None], Part] = {}
        self._plans: set[str] = set()

    def expect(self, plan: Plan) -> None:
        """Count this workflow, even if nothing reaches it."""
        if plan.workflow in self._plans:
            return
        self._plans.add(plan.workflow)
        for task in plan.tasks[1:]:
            for kind, branch in _parts_of(task):
                self._parts[plan.workflow, task.number, kind, branch] = Part(
                    workflow=plan.workflow, kind=kind, task=task.name, reference=task.reference, branch=branch
                )

    def add(self, world: World) -> None:
        """Count what was reached in the world of a trial."""
        reached: set[tuple[str, int, str, str | None]] = set()
        for actor in world.actors.values():
            self.expect(actor.plan)
            for task, kind, branch in _reached(actor.plan, (event for _, events in actor.history for event in events)):
                reached.add((actor.plan.workflow, task.number, kind, branch))
        for key in reached & self._parts.keys():
            self._parts[key].reached += 1

    def parts(self) -> list[Part]:
        """All parts, in the order of their documents."""
        return list(self._parts.values())

    def missed(self) -> list[Part]:
        """The parts that nothing has reached."""
        return [part for part in self._parts.values() if not part.reached]

    def figures(self) -> list[Figure]:
        """Counts by kind; kinds that do not occur are left out."""
        found = []
        for kind in KINDS:
            parts = [part for part in self._parts.values() if part.kind == kind]
            if parts:
                reached = sum(part.reached > 0 for part in parts)
                found.append(Figure(kind=kind, reached=reached, total=len(parts)))
        return found


def _parts_of(task: Task) -> Iterator[tuple[str, str | None]]:
    """Kinds and branches of what can be reached of a task."""
    if task.hidden or isinstance(task, ExtendedTask) or (isinstance(task, CallTask) and task.function == UNDO_WORKFLOW):
        return
    yield "task", None
    if task.condition is not None:
        yield "branch", "if true"
        yield "branch", "if false"
    if isinstance(task, SwitchTask):
        for case in task.cases:
            yield "branch", case.name
        if all(case.when is not None for case in task.cases):
            yield "branch", "no case"
    if isinstance(task, TryTask):
        if task.catch.retry is not None:
            yield "catch", "retry"
        yield "catch", None
    if task.undo is not None and not _delegates(task.undo):
        yield "undo", None


def _delegates(undo: Undo) -> bool:
    """Whether it leaves the work to the undos of a sub-workflow."""
    return any(isinstance(task, CallTask) and task.function == UNDO_WORKFLOW for task in undo.body.tasks)


def _reached(plan: Plan, events: Iterator[e.Event]) -> Iterator[tuple[Task, str, str | None]]:
    tasks: dict[int, Task] = {}
    for event in events:
        match event:
            case e.TaskCreated():
                tasks[event.run] = plan.tasks[event.task]
            case e.TaskStarted():
                task = tasks[event.run] = plan.tasks[event.task]
                yield task, "task", None
                yield task, "branch", "if true"
                if isinstance(task, SwitchTask):
                    yield task, "branch", "no case" if event.data is None else task.cases[event.data].name
            case e.TaskSkipped():
                yield plan.tasks[event.task], "branch", "if false"
            case e.RetryScheduled():
                yield tasks[event.run], "catch", "retry"
            case e.ErrorCaught():
                yield tasks[event.run], "catch", None
            case e.UndoStarted():
                yield tasks[event.entry], "undo", None
            case _:
                pass  # every other event is about what has been reached already
