"""Folding: from the transitions of one instance to figures of its workflow and of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject


class Tally(Protocol):
    """Where figures go. `step` is the reference of a task, or of the task that is undone."""

    def count(self, at: int, name: str) -> None:
        """One more of `Figures`."""

    def step(self, at: int, step: str, name: str, took: int | None = None) -> None:
        """One more of `StepFigures`; `took` in ms."""

    def failure(self, at: int, step: str, problem: JsonObject, *, undo: bool) -> None:
        """A step has failed."""


class Story:
    """What is remembered of an instance between its transitions: the runs that go on. It follows from them."""

    __slots__ = ("compensated", "id", "over", "plan", "runs", "sequence", "silent", "stuck", "tasks", "tries", "undos")

    def __init__(self, plan: Plan, id: str, silent: int) -> None:
        self.plan = plan
        self.id = id
        self.silent = silent
        """Transitions up to this one are another instance's (see `forking`): they are not counted again."""
        self.sequence = 0
        """The last transition that was folded."""
        self.runs: dict[int, tuple[int, int, int]] = {}
        """Task, start and attempt of the runs that go on."""
        self.tasks: dict[int, int] = {}
        """The tasks of the runs that have left something to undo."""
        self.tries: dict[int, int] = {}
        """The attempt that a `try` is at."""
        self.undos: dict[int, int] = {}
        """Entries by the run that undoes them."""
        self.stuck: set[int] = set()
        self.compensated = False
        self.over = False

    def fold(self, sequence: int, at: int, events: Sequence[Event], tally: Tally | None) -> None:
        """One transition; without a tally it is only remembered."""
        self.sequence = sequence
        counted = tally if sequence > self.silent else None
        folds = _FOLDS
        for event in events:
            fold = folds.get(type(event))
            if fold is not None:
                fold(self, at, event, counted or _NOWHERE)

    def _started(self, at: int, event: e.InstanceStarted, tally: Tally) -> None:
        tally.count(at, "started")

    def _forked(self, at: int, event: e.InstanceForked, tally: Tally) -> None:
        tally.count(at, "started")
        self.runs = {run: (task, at, tries) for run, (task, _, tries) in self.runs.items()}

    def _run(self, at: int, event: e.TaskStarted, tally: Tally) -> None:
        attempt = self.tries.get(event.parent, 1)
        if event.parent in self.undos:
            self.undos[event.run] = self.undos[event.parent]
        if attempt > 1:
            self.tries[event.run] = attempt
        self.runs[event.run] = (event.task, at, attempt)

    def _completed(self, at: int, event: e.TaskCompleted, tally: Tally) -> None:
        self._end(at, event.run, "completed", tally)

    def _faulted(self, at: int, event: e.TaskFaulted | e.TaskStuck, tally: Tally) -> None:
        undoes = event.run in self.undos
        step = self._end(at, event.run, "failed", tally)
        # What an error passes through on its way up has not failed by itself; what helps to undo is told with the undo.
        if step is not None and not undoes and event.problem.get("instance", step) == step:
            tally.failure(at, step, event.problem, undo=False)
        if isinstance(event, e.TaskStuck):
            self.stuck.add(event.run)
            tally.count(at, "incidents")

    def _gone(self, at: int, event: e.TaskCancelled, tally: Tally) -> None:
        self.runs.pop(event.run, None)

    def _end(self, at: int, run: int, name: str, tally: Tally) -> str | None:
        known = self.runs.pop(run, None)
        if known is None:
            return None
        number, began, attempt = known
        task = self.plan.tasks[number]
        if name == "completed":
            self.tasks[run] = number
        self.tries.pop(run, None)
        self.undos.pop(run, None)
        if task.hidden:
            return None
        tally.step(at, task.reference, name, at - began)
        if attempt > 1:
            tally.step(at, task.reference, "retried")
        return task.reference

    def _scheduled(self, at: int, event: e.RetryScheduled, tally: Tally) -> None:
        if event.outcome is None or event.run not in self.runs:  # of a `try`: its tasks have told already
            return
        task = self.plan.tasks[self.runs[event.run][0]]
        tally.count(at, "retries")
        tally.step(at, task.reference, "retried")
        tally.failure(at, task.reference, event.problem, undo=False)

    def _retried(self, at: int, event: e.TaskRetried, tally: Tally) -> None:
        self.tries[event.run] = event.attempt
        tally.count(at, "retries")

    def _undo_started(self, at: int, event: e.UndoStarted, tally: Tally) -> None:
        self.undos[event.run] = event.entry
        if event.attempt > 1:
            tally.count(at, "retries")

    def _undo_completed(self, at: int, event: e.UndoCompleted, tally: Tally) -> None:
        step = self._entry(event.entry)
        if step is not None:
            tally.step(at, step, "undone")

    def _undo_failed(self, at: int, event: e.UndoFailed, tally: Tally) -> None:
        step = self._entry(event.entry)
        if step is not None:
            tally.step(at, step, "undo_failed")
            tally.failure(at, step, event.problem, undo=True)
        if event.incident:
            self.stuck.add(event.entry)
            tally.count(at, "incidents")

    def _resolved(self, at: int, event: e.IncidentResolved, tally: Tally) -> None:
        if event.run in self.stuck:
            self.stuck.discard(event.run)
            tally.count(at, "resolved")

    def _compensated(self, at: int, event: e.CompensationCompleted, tally: Tally) -> None:
        if event.scope == 0:
            self.compensated = True
            if self.over:  # one that had ended is undone later
                tally.count(at, "undone")

    def _ended(self, at: int, event: Event, tally: Tally) -> None:
        if self.over:  # it has been undone since, and its end has been counted
            return
        tally.count(at, _ENDS[type(event)])
        if self.compensated:
            tally.count(at, "undone")
        for _ in self.stuck:
            tally.count(at, "resolved")
        self.stuck.clear()
        self.over = True

    def _entry(self, entry: int) -> str | None:
        number = self.tasks.get(entry)
        if number is None and entry in self.runs:
            number = self.runs[entry][0]
        return None if number is None else self.plan.tasks[number].reference


class _Nowhere:
    def count(self, at: int, name: str) -> None:
        pass

    def step(self, at: int, step: str, name: str, took: int | None = None) -> None:
        pass

    def failure(self, at: int, step: str, problem: JsonObject, *, undo: bool) -> None:
        pass


_NOWHERE: Final[Tally] = _Nowhere()
_ENDS: Final[dict[type, str]] = {
    e.InstanceCompleted: "completed",
    e.InstanceFaulted: "failed",
    e.InstanceCancelled: "cancelled",
}
_FOLDS: Final[dict[type, Callable[[Story, int, Any, Tally], None]]] = {
    e.InstanceStarted: Story._started,
    e.InstanceForked: Story._forked,
    e.TaskStarted: Story._run,
    e.TaskCompleted: Story._completed,
    e.TaskFaulted: Story._faulted,
    e.TaskStuck: Story._faulted,
    e.TaskCancelled: Story._gone,
    e.RetryScheduled: Story._scheduled,
    e.TaskRetried: Story._retried,
    e.UndoStarted: Story._undo_started,
    e.UndoCompleted: Story._undo_completed,
    e.UndoFailed: Story._undo_failed,
    e.IncidentResolved: Story._resolved,
    e.CompensationCompleted: Story._compensated,
    e.InstanceCompleted: Story._ended,
    e.InstanceFaulted: Story._ended,
    e.InstanceCancelled: Story._ended,
}
