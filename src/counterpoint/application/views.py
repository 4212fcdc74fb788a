"""Views: what people are shown of an instance. Folded from its journal; nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from counterpoint.engine.live import Transition
from counterpoint.engine.secrets import Veil
from counterpoint.kernel import Instance
from counterpoint.kernel import events as e
from counterpoint.kernel.effects import Listen, Timer
from counterpoint.masking import Redaction, is_unmasked, redaction_of
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject, JsonValue


class TaskView(msgspec.Struct, kw_only=True):
    """One run of one task. Times in milliseconds since the epoch."""

    run: int
    """Its number: what events of the history name it by."""
    reference: str
    """JSON pointer into the document: `/do/0/chargePayment`."""
    name: str
    status: str
    """A status phase, or `skipped`."""
    attempt: int = 1
    started_at: int | None = None
    ended_at: int | None = None
    error: JsonObject | None = None


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a person."""

    run: int
    """What `retry` takes."""
    reference: str
    """The task that is stuck, or whose undo failed for good."""
    undo: bool
    error: JsonObject


class InstanceView(msgspec.Struct, frozen=True, kw_only=True):
    """One instance as it stands. Times in milliseconds since the epoch."""

    id: str
    workflow: str
    """`namespace/name:version`."""
    status: str
    saga: str | None = None
    input: JsonValue = None
    output: JsonValue = None
    error: JsonObject | None = None
    """A problem (RFC 9457) as JSON."""
    reason: str | None = None
    """Why it was cancelled or suspended."""
    context: JsonValue = None
    tasks: list[TaskView] = []
    incidents: list[IncidentView] = []
    left: list[JsonObject] = []
    """What was not undone although it should have been: `{"task", "key"}`, and `error` or `reason`."""
    parent: str | None = None
    labels: dict[str, str] = {}
    """What whoever started it wanted kept with it (see `engine.labels`)."""
    sequence: int = 0
    """Number of its latest transition."""
    created_at: int = 0
    ended_at: int | None = None


def view_of(instance: Instance, transitions: Iterable[Transition], veil: Veil | None) -> InstanceView:
    """The view of an instance. Secrets are shown in the output alone: it is for the caller.

    What a schema marks as sensitive is masked, in the output too, unless whoever looks may see it.
    """
    saga, output = instance.saga, instance.output
    transitions = list(transitions)
    view = InstanceView(
        id=instance.id,
        workflow=instance.workflow,
        status=instance.status.value,
        saga=None if saga is None else saga.value,
        input=instance.input,
        output=output if veil is None else veil.reveal(output),
        error=instance.error,
        reason=instance.reason,
        context=instance.root.cell.context,
        tasks=_Tasks(instance).of(transitions),
        incidents=_incidents(instance),
        left=list(instance.left),
        parent=instance.parent,
        labels=dict(instance.labels),
        sequence=instance.sequence,
        created_at=instance.started_at,
        ended_at=instance.ended_at,
    )
    redaction = None if is_unmasked() else redaction_of(instance.plan, transitions)
    return view if redaction is None else _masked(view, redaction)


def _masked(view: InstanceView, redaction: Redaction) -> InstanceView:
    changes: JsonObject = {
        "input": redaction.input(view.input),
        "output": redaction.output(view.output),
        "context": redaction.context(view.context),
        "error": redaction.value(view.error),
        "reason": redaction.value(view.reason),
        "left": redaction.value(view.left),
        "tasks": [msgspec.structs.replace(each, error=redaction.value(each.error)) for each in view.tasks],
        "incidents": [msgspec.structs.replace(each, error=redaction.value(each.error)) for each in view.incidents],
    }
    return msgspec.structs.replace(view, **changes)


def _incidents(instance: Instance) -> list[IncidentView]:
    found = [
        IncidentView(run=run, reference=instance.runs[run].task.reference, undo=False, error=problem)
        for run, problem in instance.stuck.items()
    ]
    for run, problem in instance.blocked.items():
        found.append(IncidentView(run=run, reference=instance.log[run].task.reference, undo=True, error=problem))
    return found


class _Tasks:
    """Folds the events of a journal into one view for each task run, in the order of their creation."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._plan: Plan = instance.plan
        self._views: dict[int, TaskView] = {}
        self._tries: dict[int, int] = {}

    def of(self, transitions: Iterable[Transition]) -> list[TaskView]:
        """The task views after these transitions."""
        folds = _FOLDS
        for at, events in transitions:
            for event in events:
                fold = folds.get(type(event))
                if fold is not None:
                    fold(self, at, event)
        self._mark_waiting()
        tasks = self._plan.tasks
        return [view for view in self._views.values() if view.reference] if tasks else []

    def created(self, at: int, event: Any, status: str = "pending") -> TaskView:
        task = self._plan.tasks[event.task]
        view = TaskView(
            run=event.run,
            reference="" if task.hidden else task.reference,
            name=task.name,
            status=status,
            attempt=self._tries.get(event.parent, 1),
        )
        self._views[event.run] = view
        if view.attempt > 1:
            self._tries[event.run] = view.attempt
        return view

    def started(self, at: int, event: e.TaskStarted) -> None:
        view = self._views.get(event.run) or self.created(at, event)
        view.status, view.started_at = "running", at

    def skipped(self, at: int, event: e.TaskSkipped) -> None:
        view = self._views.get(event.run) or self.created(at, event)
        view.status, view.ended_at = "skipped", at

    def completed(self, at: int, event: e.TaskCompleted) -> None:
        view = self._views[event.run]
        view.status, view.ended_at = "completed", at

    def faulted(self, at: int, event: e.TaskFaulted | e.TaskStuck) -> None:
        view = self._views[event.run]
        view.status, view.ended_at, view.error = "faulted", at, event.problem

    def cancelled(self, at: int, event: e.TaskCancelled) -> None:
        view = self._views[event.run]
        view.status, view.ended_at = "cancelled", at

    def retried(self, at: int, event: e.TaskRetried) -> None:
        self._tries[event.run] = event.attempt

    def _mark_waiting(self) -> None:
        """What waits for a time or an event, and what is held by a suspension."""
        instance = self._instance
        if instance.over:
            return
        for key, effect in instance.owed.items():
            view = self._views.get(key[0])
            waits = type(effect) is Listen or (type(effect) is Timer and effect.timer in ("wait", "retry", "again"))
            if view is not None and waits and view.status == "running":
                view.status = "waiting"


_FOLDS: Final[dict[type, Callable[[_Tasks, int, Any], object]]] = {
    e.TaskCreated: _Tasks.created,
    e.TaskStarted: _Tasks.started,
    e.TaskSkipped: _Tasks.skipped,
    e.TaskCompleted: _Tasks.completed,
    e.TaskFaulted: _Tasks.faulted,
    e.TaskStuck: _Tasks.faulted,
    e.TaskCancelled: _Tasks.cancelled,
    e.TaskRetried: _Tasks.retried,
}


def history_of(
    transitions: Iterable[Transition], first: int = 1, redaction: Redaction | None = None
) -> list[JsonObject]:
    """Events as JSON objects: sequence, at, type and the event's own fields. Secrets are tokens.

    `first` is the sequence number of the first transition; `redaction` masks what is sensitive.
    """
    return [
        {"sequence": sequence, "at": at, "type": type(event).__name__}
        | _fields(event if redaction is None else redaction.event(event))
        for sequence, (at, events) in enumerate(transitions, first)
        for event in events
    ]


def _fields(event: Any) -> JsonObject:
    fields: JsonObject = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if value is not None:
            fields[name] = list(value) if isinstance(value, tuple) else value
    return fields
