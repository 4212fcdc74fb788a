"""Folding: from the history of one instance to its spans, each given out once, when it ends.

    workflow
    ├─ task ─ attempt              a call: the attempt is what leaves (its span goes out with the call)
    ├─ task (try)
    │  ├─ attempt ─ task ...       one for each pass through the block
    │  └─ waiting                  until the next
    ├─ incident                    until a person has decided; `suspended` likewise
    └─ compensation
       └─ undo ─ attempt ─ task ...

Ids follow from the instance, the task run and how often it was begun, times are the history's. Folded again after a
crash, a history gives the same spans: what began before it ends after it, as one span.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.plan.model import CallTask, EmitTask, RunTask, Task, TryTask
from counterpoint.telemetry import attributes as a
from counterpoint.telemetry.compensations import Compensations, Entry, Round
from counterpoint.telemetry.spans import INTERNAL, SERVER, Attributes, Link, Span, SpanEvent, span_id, trace_id
from counterpoint.values.json import JsonObject
from counterpoint.values.trace_context import TraceContext, trace_context, written

_EFFECTS: Final = (CallTask, EmitTask, RunTask)
_WAITING: Final = ("retry", "incident")
CANCELLED: Final = "cancelled"
ABANDONED: Final = "abandoned"
"""It was open when its instance ended."""


class _Run:
    """A task run: its spans that are open."""

    __slots__ = ("attempt", "iteration", "parent", "span", "task", "trial", "tries")

    def __init__(self, task: Task, parent: int, tries: int) -> None:
        self.task = task
        self.parent = parent
        self.attempt = self.tries = tries
        """As in `TaskRun`: which attempt it is, and which one its children belong to."""
        self.iteration: int | None = None
        self.span: Span | None = None
        self.trial: Span | None = None
        """The span of the attempt."""


class SpanFold:
    """See the module's docstring. `shown` masks what may not be seen."""

    def __init__(self, plan: Plan, shown: a.Shown) -> None:
        self._plan = plan
        self._shown = shown
        self._runs: dict[int, _Run] = {}
        self._waits: dict[tuple[str, int], Span] = {}
        self._settling: dict[int, Span] = {}
        self._compensations = Compensations()
        self._counts: dict[tuple[str, int], int] = {}
        self._root: Span | None = None
        self._ended: list[Span] = []
        self._at = 0
        self._id, self._seed = "", 0
        self._common: Attributes = {}
        self._root_id = ""
        self.trace_id = ""
        self.state: str | None = None
        self.remote = False
        """Whether the parent of its root is another system's."""

    def apply(self, at: int, events: Sequence[Event]) -> list[Span]:
        """The spans that have ended with a transition."""
        self._at = at
        told = _TOLD
        for event in events:
            tell = told.get(type(event))
            if tell is not None:
                tell(self, event)
        ended, self._ended = self._ended, []
        return ended

    def context(self, run: int, *, sampled: bool) -> TraceContext:
        """What goes out with the effect of a task run: its attempt is the parent of what follows."""
        found = self._runs.get(run)
        span = self._settling.get(run) or (None if found is None else found.trial or found.span)
        return written(self.trace_id, self._root_id if span is None else span.id, sampled=sampled, state=self.state)

    # --- the instance

    def _instance_started(self, event: e.InstanceStarted) -> None:
        self._id, self._seed = event.id, event.seed
        labels = event.labels or {}
        caller = trace_context(labels.get("traceparent"), labels.get("tracestate"))
        self.trace_id = trace_id(event.id, event.seed) if caller is None else caller.trace_id
        self.state = None if caller is None else caller.state
        self.remote = caller is not None and event.parent is None
        self._common = a.of_plan(self._plan, event.id)
        self._root_id = self._new_id("workflow")
        attributes: Attributes = {"counterpoint.workflow.depth": event.depth}
        if event.parent is not None:
            attributes["counterpoint.instance.parent"] = event.parent
        self._root = Span(
            id=self._root_id,
            parent=None if caller is None else caller.span_id,
            name=f"workflow {self._plan.name}",
            kind=SERVER if event.parent is None else INTERNAL,
            started_at=self._at,
            attributes=self._common | attributes,
            links=self._origin(labels),
        )

    def _origin(self, labels: Mapping[str, str]) -> list[Link]:
        """Of a fork, the instance whose history it has taken over. Each has a trace of its own."""
        origin, _, place = labels.get("forkedFrom", "").rpartition("@")
        if not origin:
            return []
        caller = trace_context(labels.get("forkedFromTrace"), None)
        trace = trace_id(origin, self._seed) if caller is None else caller.trace_id
        root = span_id(origin, self._seed, "workflow")
        forked: Attributes = {
            "counterpoint.link": "forked from",
            "counterpoint.instance.id": origin,
            "counterpoint.place": place,
        }
        return [Link(written(trace, root, sampled=True), forked)]

    def _suspended(self, event: e.InstanceSuspended) -> None:
        self._wait("suspended", 0, self._root_id, {})

    def _resumed(self, event: e.InstanceResumed) -> None:
        self._waited("suspended", 0)

    def _instance_ended(self, event: e.InstanceCompleted | e.InstanceFaulted | e.InstanceCancelled) -> None:
        for run in list(self._runs):
            self._end_run(run, {a.STATUS: ABANDONED})
        for span in (*self._waits.values(), *self._settling.values(), *self._compensations.drain()):
            self._end(span, {a.STATUS: ABANDONED})
        self._waits.clear()
        self._settling.clear()
        root, self._root = self._root, None  # one that is undone after its end has told of itself already
        if root is None:
            return
        if isinstance(event, e.InstanceFaulted):
            self._end(root, {a.STATUS: "faulted"}, event.problem)
        else:
            status = "completed" if isinstance(event, e.InstanceCompleted) else CANCELLED
            self._end(root, {a.STATUS: status})

    def _sealed(self, event: e.SagaSealed) -> None:
        if self._root is not None:
            self._root.events = [*self._root.events, SpanEvent("counterpoint.pivot", self._at, {a.RUN: event.run})]

    # --- tasks

    def _task_created(self, event: e.TaskCreated | e.TaskStarted) -> _Run:
        parent = self._runs.get(event.parent)
        run = _Run(self._plan.tasks[event.task], event.parent, 1 if parent is None else parent.tries)
        self._runs[event.run] = run
        return run

    def _task_started(self, event: e.TaskStarted) -> None:
        run = self._runs.get(event.run) or self._task_created(event)
        self._waited("retry", event.run)
        self._waited("incident", event.run)
        task = run.task
        if run.span is None and not task.hidden:
            found = a.of_task(task, event.run)
            around = self._runs.get(run.parent)
            if around is not None and around.iteration is not None:
                found["counterpoint.iteration"] = around.iteration
            run.span = self._open(task.name, self._around(run.parent), found, "task", event.run)
            run.span.kind = a.kind_of_task(task)
        if task.undo is not None:
            self._compensations.entries[event.run] = Entry(task, self._around(event.run), self._above(event.run))
        if isinstance(task, TryTask):
            run.tries = 1
            self._try(event.run, run, {})
        elif isinstance(task, _EFFECTS):
            self._try(event.run, run, a.of_call(task, event.data, self._shown))

    def _task_skipped(self, event: e.TaskSkipped) -> None:
        self._runs.pop(event.run, None)

    def _task_completed(self, event: e.TaskCompleted) -> None:
        self._end_run(event.run, {a.STATUS: "completed"})

    def _task_faulted(self, event: e.TaskFaulted) -> None:
        self._end_run(event.run, {a.STATUS: "faulted", a.OUTCOME: event.outcome}, event.problem)

    def _task_cancelled(self, event: e.TaskCancelled) -> None:
        run = self._runs.get(event.run)
        if event.settling and run is not None and run.trial is not None:
            self._settling[event.run], run.trial = run.trial, None
        self._end_run(event.run, {a.STATUS: CANCELLED})

    def _settled(self, event: e.EffectSettled) -> None:
        span = self._settling.pop(event.run, None)
        if span is not None:
            self._end(span, {a.STATUS: CANCELLED, a.OUTCOME: event.outcome})

    def _retry_scheduled(self, event: e.RetryScheduled) -> None:
        run = self._runs[event.run]
        self._end_trial(run, {a.STATUS: "faulted"}, event.problem)
        if not isinstance(run.task, TryTask) or event.outcome is not None:  # after a pivot: by itself
            run.attempt = run.tries = run.attempt + 1
        self._wait("retry", event.run, self._around(event.run), {a.DUE: event.due})

    def _task_retried(self, event: e.TaskRetried) -> None:
        run = self._runs[event.run]
        self._waited("retry", event.run)
        run.tries = event.attempt
        self._try(event.run, run, {})

    def _error_caught(self, event: e.ErrorCaught) -> None:
        self._end_trial(self._runs[event.run], {a.STATUS: "faulted"}, event.problem)

    def _iteration_started(self, event: e.IterationStarted) -> None:
        self._runs[event.run].iteration = event.index

    def _event_consumed(self, event: e.EventConsumed) -> None:
        span, found = self._runs[event.run].span, event.event
        if span is None:
            return
        attributes = a.of_event(found)
        sender = trace_context(found.get("traceparent"), found.get("tracestate"))
        span.events = [*span.events, SpanEvent("counterpoint.event.consumed", self._at, attributes)]
        if sender is not None:
            span.links = [*span.links, Link(sender, attributes)]

    def _stuck(self, event: e.TaskStuck) -> None:
        run = self._runs[event.run]
        self._end_trial(run, {a.STATUS: "faulted", a.OUTCOME: event.outcome}, event.problem)
        self._wait("incident", event.run, self._around(event.run), a.of_problem(event.problem))

    def _resolved(self, event: e.IncidentResolved) -> None:
        self._waited("incident", event.run, {"counterpoint.incident.action": event.action})

    # --- undoing

    def _compensation_started(self, event: e.CompensationStarted) -> None:
        compensations, scope = self._compensations, event.scope
        for span in compensations.adopted_by(scope, self._above):
            self._end(span, {a.STATUS: "completed"})
        found: Attributes = {
            "counterpoint.compensation.trigger": event.trigger,
            "counterpoint.compensation.scope": scope,
        }
        span = self._open("compensation", self._around(scope), found, "compensation", scope)
        compensations.open(scope, span)

    def _compensation_completed(self, event: e.CompensationCompleted) -> None:
        span = self._compensations.close(event.scope)
        if span is not None:
            self._end(span, {a.STATUS: "completed"})

    def _undo_started(self, event: e.UndoStarted) -> None:
        compensations, entry = self._compensations, event.entry
        self._waited("undo", entry)
        armed = compensations.entries[entry]
        undo, turn = armed.task.undo, compensations.rounds.get(entry)
        assert undo is not None, armed.task.reference
        if turn is None:
            parent = compensations.around(entry) or self._root_id
            span = self._open(f"undo {armed.task.name}", parent, a.of_task(armed.task, entry), "undo", entry)
            forward = written(self.trace_id, armed.span, sampled=True, state=self.state)
            span.links = [Link(forward, {"counterpoint.link": "undoes"})]
            turn = compensations.rounds[entry] = Round(span)
        run = _Run(undo, 0, event.attempt)
        turn.run = event.run
        self._runs[event.run] = run
        run.trial = self._open("attempt", turn.span.id, {a.ATTEMPT: event.attempt, a.RUN: event.run}, "try", event.run)

    def _undo_retry_scheduled(self, event: e.UndoRetryScheduled) -> None:
        turn = self._compensations.rounds[event.entry]
        self._end_run(turn.run, {a.STATUS: "faulted"}, event.problem)
        self._wait("undo", event.entry, turn.span.id, {a.DUE: event.due})

    def _undo_completed(self, event: e.UndoCompleted) -> None:
        turn = self._compensations.rounds.pop(event.entry)
        self._end_run(turn.run, {a.STATUS: "completed"})
        self._end(turn.span, {a.STATUS: "completed"})

    def _undo_failed(self, event: e.UndoFailed) -> None:
        turn = self._compensations.rounds.pop(event.entry)
        self._end_run(turn.run, {a.STATUS: "faulted"}, event.problem)
        self._end(turn.span, {a.STATUS: "faulted"}, event.problem)
        if event.incident:
            parent = self._compensations.around(event.entry) or self._root_id
            self._wait("incident", event.entry, parent, a.of_problem(event.problem))

    # --- spans

    def _try(self, id: int, run: _Run, attributes: Attributes) -> None:
        """An attempt begins."""
        number = run.tries if isinstance(run.task, TryTask) else run.attempt
        name = "attempt" if run.span is None or isinstance(run.task, TryTask) else f"{run.task.name} attempt"
        parent = self._around(run.parent) if run.span is None else run.span.id
        run.trial = self._open(name, parent, {a.ATTEMPT: number, a.RUN: id} | attributes, "try", id)
        run.trial.kind = a.kind_of_attempt(run.task)

    def _open(self, name: str, parent: str, attributes: Attributes, *key: Any) -> Span:
        """A span begins now. Of several with the same key each has its number."""
        what, run = key
        count = self._counts[what, run] = self._counts.get((what, run), 0) + 1
        id = self._new_id(what, run, count)
        return Span(id=id, parent=parent, name=name, started_at=self._at, attributes=self._common | attributes)

    def _end(self, span: Span, attributes: Attributes, problem: JsonObject | None = None) -> None:
        span.ended_at = self._at
        span.attributes |= attributes
        if problem is not None:
            span.attributes |= a.of_problem(problem)
            span.error = a.words_of(problem, self._shown)
        self._ended.append(span)

    def _end_trial(self, run: _Run, attributes: Attributes, problem: JsonObject | None = None) -> None:
        trial, run.trial = run.trial, None
        if trial is not None:
            self._end(trial, attributes, problem)

    def _end_run(self, id: int, attributes: Attributes, problem: JsonObject | None = None) -> None:
        run = self._runs.pop(id, None)
        if run is None:
            return
        for what in _WAITING:
            self._waited(what, id)
        self._end_trial(run, attributes, problem)
        if run.span is not None:
            self._end(run.span, attributes, problem)
        for key in [("task", id), ("try", id)]:
            self._counts.pop(key, None)

    def _wait(self, what: str, run: int, parent: str, attributes: Attributes) -> None:
        name = "waiting" if what in ("retry", "undo") else what
        waiting: Attributes = {"counterpoint.wait": what, **attributes}
        self._waits[what, run] = self._open(name, parent, waiting, what, run)

    def _waited(self, what: str, run: int, attributes: Attributes | None = None) -> None:
        span = self._waits.pop((what, run), None) if self._waits else None
        if span is not None:
            self._end(span, attributes or {})

    def _around(self, id: int) -> str:
        """The span that stands around what a run does; hidden runs have none of their own."""
        while id:
            run = self._runs.get(id)
            if run is None:
                break
            span = run.trial or run.span
            if span is not None:
                return span.id
            id = run.parent
        return self._root_id

    def _above(self, id: int) -> tuple[int, ...]:
        """The runs around it, innermost first."""
        found = []
        run = self._runs.get(id)
        while run is not None and run.parent:
            found.append(run.parent)
            run = self._runs.get(run.parent)
        return tuple(found)

    def _new_id(self, *parts: str | int) -> str:
        return span_id(self._id, self._seed, *parts)


_TOLD: Final[dict[type, Callable[[SpanFold, Any], object]]] = {
    e.InstanceStarted: SpanFold._instance_started,
    e.InstanceSuspended: SpanFold._suspended,
    e.InstanceResumed: SpanFold._resumed,
    e.InstanceCompleted: SpanFold._instance_ended,
    e.InstanceFaulted: SpanFold._instance_ended,
    e.InstanceCancelled: SpanFold._instance_ended,
    e.SagaSealed: SpanFold._sealed,
    e.TaskCreated: SpanFold._task_created,
    e.TaskStarted: SpanFold._task_started,
    e.TaskSkipped: SpanFold._task_skipped,
    e.TaskCompleted: SpanFold._task_completed,
    e.TaskFaulted: SpanFold._task_faulted,
    e.TaskCancelled: SpanFold._task_cancelled,
    e.TaskRetried: SpanFold._task_retried,
    e.TaskStuck: SpanFold._stuck,
    e.EffectSettled: SpanFold._settled,
    e.RetryScheduled: SpanFold._retry_scheduled,
    e.ErrorCaught: SpanFold._error_caught,
    e.IterationStarted: SpanFold._iteration_started,
    e.EventConsumed: SpanFold._event_consumed,
    e.IncidentResolved: SpanFold._resolved,
    e.CompensationStarted: SpanFold._compensation_started,
    e.CompensationCompleted: SpanFold._compensation_completed,
    e.UndoStarted: SpanFold._undo_started,
    e.UndoRetryScheduled: SpanFold._undo_retry_scheduled,
    e.UndoCompleted: SpanFold._undo_completed,
    e.UndoFailed: SpanFold._undo_failed,
}
