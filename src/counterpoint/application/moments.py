"""Moments: an instance as it was at one point of its history, as JSON. Secrets stay tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from counterpoint.kernel import Instance, pending
from counterpoint.kernel import events as e
from counterpoint.kernel.effects import Effect, Interrupt, Invoke, Listen, Proceed, Timer
from counterpoint.kernel.events import Event
from counterpoint.kernel.log import Entry
from counterpoint.kernel.state import TaskRun
from counterpoint.values.json import JsonObject, JsonValue


class TaskMoment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run of one task as far as it was known. Times in milliseconds since the epoch."""

    run: int
    reference: str
    """JSON pointer into the document."""
    name: str
    status: str
    """A status phase, or `skipped`; `pending`: it may start."""
    parent: int = 0
    """The run around it; 0 is the workflow."""
    attempt: int = 1
    undo_of: str | None = None
    """Name of the task that it helps to undo."""
    started_at: int | None = None
    ended_at: int | None = None
    input: JsonValue | msgspec.UnsetType = msgspec.UNSET
    """Transformed input, once it has started."""
    output: JsonValue | msgspec.UnsetType = msgspec.UNSET
    """Transformed output, once it has completed."""
    error: JsonObject | None = None


class EntryMoment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the compensation log."""

    run: int
    reference: str
    state: str
    outcome: str
    key: str
    input: JsonValue = None
    output: JsonValue = None
    attempt: int = 0
    error: JsonObject | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One instance at one point of its history. Times in milliseconds since the epoch."""

    id: str
    workflow: str
    place: str
    """Transition and event within it, from 1: `3.1`."""
    last: str
    """The last place that there is."""
    at: int
    event: JsonObject
    """What had just happened: an event, as the history shows it."""
    status: str
    saga: str | None
    held_by: str | None
    """Who debugs it."""
    input: JsonValue
    data: JsonValue
    """What flows through the workflow's own block: the input of its next task."""
    context: JsonValue
    output: JsonValue
    error: JsonObject | None
    reason: str | None
    tasks: list[TaskMoment]
    tasks_left_out: int
    """Older runs of tasks that are not shown."""
    log: list[EntryMoment]
    waits: list[JsonObject]
    """What would move it: `for` is effect, timer, event, start, step or person."""
    owed: list[JsonObject]
    """Effects that are owed to the outside, as the kernel has them."""
    left: list[JsonObject]


class TaskLog:
    """What is known of each task run, change by change: an observer of a timeline."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._changes: list[TaskMoment] = []
        self._latest: dict[int, TaskMoment] = {}

    def observe(self, instance: Instance, number: int, event: Event) -> None:
        """See `history.timeline.Observer`."""
        note = _NOTES.get(type(event))
        if note is not None:
            note(self, instance, number, event)

    def at(self, number: int) -> dict[int, TaskMoment]:
        """The runs so far, by number, as they stood after so many events."""
        return {each.run: each for each in self._changes[: bisect_right(self._numbers, number)]}

    def last(self, reference: str) -> TaskMoment | None:
        """The last run of a task that has started, as it stands."""
        found = (each for each in reversed(self._latest.values()) if each.reference == reference)
        return next((each for each in found if each.started_at is not None), None)

    def number(self, run: int, status: str) -> int | None:
        """The number of the event that first brought a run to a status."""
        changes = zip(self._numbers, self._changes, strict=True)
        return next((number for number, each in changes if each.run == run and each.status == status), None)

    def _put(self, number: int, moment: TaskMoment) -> None:
        self._numbers.append(number)
        self._changes.append(moment)
        self._latest[moment.run] = moment

    def _change(self, number: int, run: int, **members: Any) -> None:
        latest = self._latest.get(run)
        if latest is not None:
            self._put(number, msgspec.structs.replace(latest, **members))

    def _begin(self, instance: Instance, number: int, run: TaskRun, status: str) -> None:
        task = run.task
        if task.hidden:
            return
        undone = instance.log.get(run.entry)
        moment = TaskMoment(
            run=run.id,
            reference=task.reference,
            name=task.name,
            status=status,
            parent=0 if run.parent is None else run.parent.id,
            attempt=run.attempt,
            undo_of=None if undone is None else undone.task.name,
        )
        if status == "running":
            moment = msgspec.structs.replace(moment, started_at=instance.now, input=run.input)
        self._put(number, moment)

    def created(self, instance: Instance, number: int, event: e.TaskCreated) -> None:
        self._begin(instance, number, instance.runs[event.run], "pending")

    def started(self, instance: Instance, number: int, event: e.TaskStarted) -> None:
        self._begin(instance, number, instance.runs[event.run], "running")

    def skipped(self, instance: Instance, number: int, event: e.TaskSkipped) -> None:
        task = instance.plan.tasks[event.task]
        if not task.hidden:
            self._put(
                number,
                TaskMoment(
                    run=event.run,
                    reference=task.reference,
                    name=task.name,
                    status="skipped",
                    parent=event.parent,
                    ended_at=instance.now,
                ),
            )

    def completed(self, instance: Instance, number: int, event: e.TaskCompleted) -> None:
        self._change(number, event.run, status="completed", ended_at=instance.now, output=event.output)

    def faulted(self, instance: Instance, number: int, event: e.TaskFaulted | e.TaskStuck) -> None:
        self._change(number, event.run, status="faulted", ended_at=instance.now, error=event.problem)

    def cancelled(self, instance: Instance, number: int, event: e.TaskCancelled) -> None:
        self._change(number, event.run, status="cancelled", ended_at=instance.now)

    def retried(self, instance: Instance, number: int, event: e.TaskRetried) -> None:
        self._change(number, event.run, attempt=event.attempt)


_NOTES: Final[dict[type, Callable[[TaskLog, Instance, int, Any], None]]] = {
    e.TaskCreated: TaskLog.created,
    e.TaskStarted: TaskLog.started,
    e.TaskSkipped: TaskLog.skipped,
    e.TaskCompleted: TaskLog.completed,
    e.TaskFaulted: TaskLog.faulted,
    e.TaskStuck: TaskLog.faulted,
    e.TaskCancelled: TaskLog.cancelled,
    e.TaskRetried: TaskLog.retried,
}


def tasks_of(instance: Instance, known: dict[int, TaskMoment]) -> list[TaskMoment]:
    """The runs in the order of their creation; those that wait for a time or an event say so."""
    waiting = {
        run
        for (run, _), effect in instance.owed.items()
        if type(effect) is Listen or (type(effect) is Timer and effect.timer in ("wait", "retry", "again"))
    }
    return [
        msgspec.structs.replace(each, status="waiting") if each.status == "running" and each.run in waiting else each
        for each in (known[run] for run in sorted(known))
    ]


def entries_of(entries: Iterable[Entry]) -> list[EntryMoment]:
    """The compensation log."""
    return [
        EntryMoment(
            run=each.run,
            reference=each.task.reference,
            state=each.state.value,
            outcome=each.outcome,
            key=each.key,
            input=each.input,
            output=each.output,
            attempt=each.attempt,
            error=each.problem,
        )
        for each in entries
    ]


def waits_of(instance: Instance) -> list[JsonObject]:
    """What would move the instance: `{"for", "run", "task", ...}`."""
    found = [_wait(instance, effect) for effect in pending(instance) if type(effect) is not Proceed]
    kind = "start" if instance.hold is None else "step"
    found += [{"for": kind, **_who(instance, run)} for run in instance.ready]
    found += [{"for": "step", **_who(instance, run), "error": each.problem} for run, each in instance.failing.items()]
    stuck = {**instance.stuck, **instance.blocked}
    found += [{"for": "person", **_who(instance, run), "error": problem} for run, problem in stuck.items()]
    if instance.suspended:
        found.append({"for": "person", "reason": instance.reason})
    return found


def owed_of(instance: Instance) -> list[JsonObject]:
    """The owed effects as JSON: `effect` is their kind."""
    return [{"effect": type(each).__name__, **msgspec.structs.asdict(each)} for each in pending(instance)]


def _wait(instance: Instance, effect: Effect) -> JsonObject:
    match effect:
        case Invoke():
            return {"for": "effect", **_who(instance, effect.run), "function": effect.function, "key": effect.key}
        case Timer():
            return {"for": "timer", **_who(instance, effect.run), "timer": effect.timer, "due": effect.due}
        case Listen():
            return {"for": "event", **_who(instance, effect.run), "types": list(effect.types)}
        case Interrupt():
            return {"for": "effect", **_who(instance, effect.run), "function": "interrupt"}
    raise AssertionError(f"nothing is known of {type(effect).__name__}")


def _who(instance: Instance, run: int) -> JsonObject:
    live = instance.runs.get(run) or instance.settling.get(run)
    task = live.task if live is not None else instance.log[run].task if run in instance.log else None
    return {"run": run} if task is None else {"run": run, "task": task.name, "reference": task.reference}
