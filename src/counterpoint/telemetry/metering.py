"""Metering: what became durable, counted. Durations are the history's, so a restart loses none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.plan.model import TryTask
from counterpoint.ports.telemetry import Subject
from counterpoint.telemetry import instruments as i
from counterpoint.telemetry.series import Bounded, Series

_MS: Final = 1_000


class _Known:
    """What is known of an instance in memory: when it and its tasks began (ms since the epoch)."""

    __slots__ = ("began", "runs", "undone", "workflow")

    def __init__(self, plan: Plan, began: int) -> None:
        self.workflow = f"{plan.namespace}/{plan.name}"
        self.began = began
        self.runs: dict[int, tuple[int, int]] = {}
        """Number of its task and beginning, by run."""
        self.undone: dict[int, int] = {}
        """Numbers of the tasks of log entries."""


class Metering:
    """The part of telemetry that counts."""

    def __init__(self, series: Series, series_max: int) -> None:
        self._series = series
        self._bounded = Bounded(series_max)
        self._workflows = Bounded(series_max)
        self._known: dict[int, _Known] = {}
        self._stuck: dict[int, set[int]] = {}

    @property
    def incidents(self) -> int:
        """How many incidents are open, in memory or not."""
        return sum(map(len, self._stuck.values()))

    def moved(self, subject: Subject, at: int, events: Sequence[Event]) -> None:
        """See `Observer.moved`."""
        known = self._known.get(subject.number)
        if known is None:
            known = self._known[subject.number] = _Known(subject.plan, at)
        for event in events:
            count = _COUNTED.get(type(event))
            if count is not None:
                count(self, subject, known, at, event)

    def returned(self, subject: Subject) -> None:
        """See `Observer.returned`."""
        instance = subject.instance
        known = self._known[subject.number] = _Known(subject.plan, instance.started_at)
        known.runs = {
            run.id: (run.task.number, run.started_at) for run in instance.runs.values() if run.started_at and run.parent
        }
        known.undone = {run: entry.task.number for run, entry in instance.log.items()}
        self.found(subject.number, {*instance.blocked, *instance.stuck})

    def found(self, number: int, incidents: set[int]) -> None:
        """These incidents of an instance are open."""
        if incidents:
            self._stuck[number] = incidents
        else:
            self._stuck.pop(number, None)

    def left(self, number: int) -> None:
        """See `Observer.left`."""
        self._known.pop(number, None)

    def wrote(self, transitions: int, seconds: float) -> None:
        """See `Observer.wrote`."""
        self._series.record(i.COMMIT_DURATION, seconds)
        self._series.record(i.BATCH_SIZE, transitions)

    def _started(self, subject: Subject, known: _Known, at: int, event: e.InstanceStarted) -> None:
        self._series.add(i.INSTANCES_STARTED, self._workflows.of(known.workflow))

    def _ended(self, subject: Subject, known: _Known, at: int, event: Event) -> None:
        status = _STATUSES[type(event)]
        labels = (*self._workflows.of(known.workflow), status)
        self._series.add(i.INSTANCES_ENDED, labels)
        self._series.record(i.INSTANCE_DURATION, (at - known.began) / _MS, labels)
        self._stuck.pop(subject.number, None)

    def _task_started(self, subject: Subject, known: _Known, at: int, event: e.TaskStarted) -> None:
        task = subject.plan.tasks[event.task]
        if not task.hidden:
            known.runs.setdefault(event.run, (event.task, at))
        if task.undo is not None:
            known.undone[event.run] = event.task

    def _task_ended(self, subject: Subject, known: _Known, at: int, event: Any) -> None:
        run = known.runs.pop(event.run, None)
        if run is not None:
            labels = (*self._task(subject, known, run[0]), _STATUSES[type(event)])
            self._series.record(i.TASK_DURATION, (at - run[1]) / _MS, labels)

    def _retried(self, subject: Subject, known: _Known, at: int, event: e.TaskRetried | e.RetryScheduled) -> None:
        run = known.runs.get(event.run)
        if run is None:
            return
        tries = isinstance(subject.plan.tasks[run[0]], TryTask)
        if tries is isinstance(
            event, e.TaskRetried
        ):  # a `try` says when it begins again, other tasks only that they will
            self._series.add(i.RETRIES, self._task(subject, known, run[0]))

    def _undo_started(self, subject: Subject, known: _Known, at: int, event: e.UndoStarted) -> None:
        if event.attempt > 1:
            self._series.add(i.RETRIES, self._task(subject, known, known.undone.get(event.entry, 0)))

    def _undo_ended(self, subject: Subject, known: _Known, at: int, event: e.UndoCompleted | e.UndoFailed) -> None:
        labels = (*self._task(subject, known, known.undone.get(event.entry, 0)), _STATUSES[type(event)])
        self._series.add(i.UNDOS, labels)
        if isinstance(event, e.UndoFailed) and event.incident:
            self._opened(subject, known, event.entry)

    def _task_stuck(self, subject: Subject, known: _Known, at: int, event: e.TaskStuck) -> None:
        self._opened(subject, known, event.run)

    def _opened(self, subject: Subject, known: _Known, run: int) -> None:
        self._series.add(i.INCIDENTS, self._workflows.of(known.workflow))
        self._stuck.setdefault(subject.number, set()).add(run)

    def _resolved(self, subject: Subject, known: _Known, at: int, event: e.IncidentResolved) -> None:
        stuck = self._stuck.get(subject.number, set())
        self.found(subject.number, stuck - {event.run})

    def _task(self, subject: Subject, known: _Known, number: int) -> tuple[str, ...]:
        return self._bounded.of(known.workflow, subject.plan.tasks[number].reference)


_STATUSES: Final[dict[type, str]] = {
    e.InstanceCompleted: "completed",
    e.InstanceFaulted: "faulted",
    e.InstanceCancelled: "cancelled",
    e.TaskCompleted: "completed",
    e.TaskFaulted: "faulted",
    e.TaskCancelled: "cancelled",
    e.UndoCompleted: "completed",
    e.UndoFailed: "failed",
}

_COUNTED: Final[dict[type, Callable[[Metering, Subject, _Known, int, Any], None]]] = {
    e.InstanceStarted: Metering._started,
    e.InstanceCompleted: Metering._ended,
    e.InstanceFaulted: Metering._ended,
    e.InstanceCancelled: Metering._ended,
    e.TaskStarted: Metering._task_started,
    e.TaskCompleted: Metering._task_ended,
    e.TaskFaulted: Metering._task_ended,
    e.TaskCancelled: Metering._task_ended,
    e.TaskRetried: Metering._retried,
    e.RetryScheduled: Metering._retried,
    e.TaskStuck: Metering._task_stuck,
    e.UndoStarted: Metering._undo_started,
    e.UndoCompleted: Metering._undo_ended,
    e.UndoFailed: Metering._undo_ended,
    e.IncidentResolved: Metering._resolved,
}
