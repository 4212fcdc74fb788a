"""Lifecycle CloudEvents (dsl.md, Lifecycle Events), derived from what became durable. Made only if someone listens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from counterpoint.engine.deciding import Commit
from counterpoint.engine.live import Live, Tale
from counterpoint.kernel import Instance
from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.plan.model import ListenTask, Plan
from counterpoint.values.json import JsonObject
from counterpoint.values.timestamp import iso8601

Subscriber = Callable[[JsonObject], Any]
"""Gets each event once it is durable; called on the engine's loop, so it must be quick."""

_WORKFLOW: Final = "io.serverlessworkflow.workflow."
_TASK: Final = "io.serverlessworkflow.task."
_SAGA: Final = "io.counterpoint.saga."
_DEBUGGING: Final = "io.counterpoint.debugging."

_log = logging.getLogger("counterpoint.engine")


class Lifecycle:
    """Gives lifecycle events to subscribers, in order."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []
        self._told: dict[tuple[int, int], list[JsonObject]] = {}
        self.always = False
        """They are made although no subscriber listens."""

    @property
    def wanted(self) -> bool:
        """Whether anybody listens."""
        return self.always or bool(self._subscribers)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Listen from now on; call what is returned to stop."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def follow(self, live: Live) -> None:
        """Begin to follow an instance: remember which task each of its runs executes."""
        live.tale = tale_of(live.instance)
        live.tale.redaction = live.redaction

    def prepare(self, commits: Sequence[Commit]) -> Iterator[tuple[Live, JsonObject]]:
        """The events of transitions that are about to become durable; `publish` then tells of these."""
        self._told.clear()
        for live, sequence, at, events in commits:
            told = self._told[live.number, sequence] = _tell(live, sequence, at, events)
            for each in told:
                yield live, each

    def publish(self, live: Live, sequence: int, at: int, events: list[Event]) -> None:
        """Tell of one transition. A subscriber that fails is logged and harms nobody."""
        told = self._told.pop((live.number, sequence), None)
        for event in _tell(live, sequence, at, events) if told is None else told:
            for subscriber in list(self._subscribers):
                try:
                    subscriber(event)
                except Exception:
                    _log.exception("a lifecycle subscriber failed at %s", event["type"])


def _tell(live: Live, sequence: int, at: int, events: list[Event]) -> list[JsonObject]:
    if live.tale is None:
        live.tale = Tale(live.plan, live.instance.id)
        live.tale.redaction = live.redaction
    return tell(live.tale, sequence, at, events)


def tale_of(instance: Instance) -> Tale:
    """What telling on needs of an instance as it stands."""
    shown = [run for run in instance.runs.values() if _is_shown(run.task)]
    tale = Tale(instance.plan, instance.id)
    tale.runs = {run.id: run.task.number for run in shown}
    tale.correlations = {
        run.id: dict(run.local["keys"]) for run in shown if isinstance(run.task, ListenTask) and not run.pending
    }
    return tale


def tell(tale: Tale, sequence: int, at: int, events: list[Event]) -> list[JsonObject]:
    """The lifecycle events of transition `sequence`, and the tale goes on. They depend on the journal alone."""
    if tale.redaction is not None:
        tale.redaction.note(sequence, at, events)
    told = _Teller(tale, at).tell(events)
    for index, event in enumerate(told):
        event["id"] = f"{tale.id}:{sequence}:{index}"
    return told


class _Teller:
    """Tells the story of one transition."""

    def __init__(self, tale: Tale, at: int) -> None:
        self._tale = tale
        self._plan: Plan = tale.plan
        self._redaction = tale.redaction
        self._time = iso8601(at)
        self._told: list[JsonObject] = []

    def tell(self, events: list[Event]) -> list[JsonObject]:
        """The lifecycle events of these events."""
        for event in events:
            teller = _TELLERS.get(type(event))
            if teller is not None:
                teller(self, event)
        return self._told

    @property
    def _name(self) -> str:
        return f"{self._plan.name}-{self._tale.id}.{self._plan.namespace}"

    def _add(self, type: str, data: JsonObject) -> None:
        plan = self._plan
        self._told.append(
            {
                "specversion": "1.0",
                "id": "",
                "source": f"/{plan.namespace}/{plan.name}/{plan.version}",
                "type": f"{type}.v1",
                "subject": self._tale.id,
                "time": self._time,
                "datacontenttype": "application/json",
                "data": data if self._redaction is None else self._redaction.value(data),
            }
        )

    def _workflow(self, what: str, moment: str, **data: Any) -> None:
        self._add(_WORKFLOW + what, {"name": self._name, moment: self._time, **data})

    def _task(self, what: str, run: int, **data: Any) -> None:
        number = self._tale.runs.get(run)
        if number is not None:
            task = self._plan.tasks[number]
            self._add(_TASK + what, {"workflow": self._name, "task": task.reference, f"{what}At": self._time, **data})

    def _saga(self, what: str, **data: Any) -> None:
        self._add(_SAGA + what, {"name": self._name, f"{what}At": self._time, **data})

    def started(self, event: e.InstanceStarted) -> None:
        plan, self._tale.id = self._plan, event.id
        definition = {"name": plan.name, "namespace": plan.namespace, "version": plan.version}
        self._workflow("started", "startedAt", definition=definition)

    def task_created(self, event: e.TaskCreated | e.TaskStarted) -> None:
        if not self._plan.tasks[event.task].hidden:
            self._tale.runs[event.run] = event.task
            self._task("created", event.run)

    def task_started(self, event: e.TaskStarted) -> None:
        if event.run not in self._tale.runs:
            self.task_created(event)
        self._task("started", event.run)
        if isinstance(self._plan.tasks[event.task], ListenTask):
            self._workflow("correlation-started", "startedAt")

    def task_ended(self, event: Any) -> None:
        data = {"error": event.problem} if isinstance(event, e.TaskFaulted) else {}
        what = "completed" if isinstance(event, e.TaskCompleted) else "faulted" if data else "cancelled"
        self._task(what, event.run, **data)
        number = self._tale.runs.pop(event.run, None)
        keys = self._tale.correlations.pop(event.run, None)
        if number is not None and what == "completed" and isinstance(self._plan.tasks[number], ListenTask):
            self._workflow("correlation-completed", "completedAt", **({"correlationKeys": keys} if keys else {}))

    def task_skipped(self, event: e.TaskSkipped) -> None:
        self._tale.runs.pop(event.run, None)

    def event_consumed(self, event: e.EventConsumed) -> None:
        if event.keys:
            self._tale.correlations.setdefault(event.run, {}).update(event.keys)

    def task_retried(self, event: e.TaskRetried) -> None:
        self._task("retried", event.run)

    def suspended(self, event: e.InstanceSuspended) -> None:
        reason = {} if event.reason is None else {"reason": event.reason}
        self._workflow("suspended", "suspendedAt", **reason)
        for run in self._tale.runs:
            self._task("suspended", run)

    def resumed(self, event: e.InstanceResumed) -> None:
        self._workflow("resumed", "resumedAt")
        for run in self._tale.runs:
            self._task("resumed", run)

    def completed(self, event: e.InstanceCompleted) -> None:
        output = event.output if self._redaction is None else self._redaction.output(event.output)
        self._workflow("completed", "completedAt", output=output)

    def faulted(self, event: e.InstanceFaulted) -> None:
        self._workflow("faulted", "faultedAt", error=event.problem)

    def cancelled(self, event: e.InstanceCancelled) -> None:
        reason = {} if event.reason is None else {"reason": event.reason}
        self._workflow("cancelled", "cancelledAt", **reason)

    def compensating(self, event: e.CompensationStarted) -> None:
        if event.scope == 0:
            self._saga("compensating", trigger=event.trigger)

    def compensated(self, event: e.CompensationCompleted) -> None:
        if event.scope == 0:
            self._saga("compensated")

    def undo_failed(self, event: e.UndoFailed) -> None:
        if event.incident:
            self._saga("stuck", error=event.problem)

    def stuck(self, event: e.TaskStuck) -> None:
        self._saga("stuck", error=event.problem)

    def held(self, event: e.InstanceHeld) -> None:
        self._add(_DEBUGGING + "held", {"name": self._name, "heldAt": self._time, "owner": event.owner})

    def released(self, event: e.InstanceReleased) -> None:
        reason = {} if event.reason is None else {"reason": event.reason}
        self._add(_DEBUGGING + "released", {"name": self._name, "releasedAt": self._time, **reason})


_TELLERS: Final[dict[type, Callable[[_Teller, Any], None]]] = {
    e.InstanceStarted: _Teller.started,
    e.TaskCreated: _Teller.task_created,
    e.TaskStarted: _Teller.task_started,
    e.TaskSkipped: _Teller.task_skipped,
    e.TaskCompleted: _Teller.task_ended,
    e.TaskFaulted: _Teller.task_ended,
    e.TaskCancelled: _Teller.task_ended,
    e.TaskRetried: _Teller.task_retried,
    e.EventConsumed: _Teller.event_consumed,
    e.InstanceSuspended: _Teller.suspended,
    e.InstanceResumed: _Teller.resumed,
    e.InstanceCompleted: _Teller.completed,
    e.InstanceFaulted: _Teller.faulted,
    e.InstanceCancelled: _Teller.cancelled,
    e.CompensationStarted: _Teller.compensating,
    e.CompensationCompleted: _Teller.compensated,
    e.UndoFailed: _Teller.undo_failed,
    e.TaskStuck: _Teller.stuck,
    e.InstanceHeld: _Teller.held,
    e.InstanceReleased: _Teller.released,
}


def _is_shown(task: Any) -> bool:
    # The root of an undo is no task of the document.
    return getattr(task, "number", None) is not None and not getattr(task, "hidden", False)
