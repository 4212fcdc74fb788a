"""Events in, tree and happenings out. Nothing is decided here: a story only repeats what the facts say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from counterpoint.cli.problems import told
from counterpoint.cli.story.node import Happening, Node, State, UndoState
from counterpoint.kernel import events as e
from counterpoint.plan.model import ForTask, ListenTask, Plan, WaitTask


class Story:
    """One instance as its events tell it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.id = ""
        self.root = Node(0, plan.root, None)
        self.status = "pending"
        """A status phase of the specification, as far as events tell: `waiting` is seen in the tasks."""
        self.saga: str | None = None
        self.trigger = ""
        self.error: dict[str, Any] | None = None
        self.reason: str | None = None
        self.started_at = 0
        self.ended_at: int | None = None
        self._nodes: dict[int, Node] = {0: self.root}
        self._at = 0
        self._told: list[Happening] = []

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.ended_at is not None

    def apply(self, at: int, events: Iterable[e.Event]) -> list[Happening]:
        """Fold one transition; gives what is worth a line."""
        self._at, self._told = at, []
        for event in events:
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        return self._told

    def name_of(self, run: int) -> str:
        """The name of the task of a run, where the run is known."""
        node = self._nodes.get(run)
        return node.task.name if node is not None else ""

    def _tell(self, word: str, node: Node | None, detail: str = "", state: str = "") -> None:
        if node is None:
            self._told.append(Happening(self._at, word, "", detail, state))
        elif node.shown:
            self._told.append(Happening(self._at, word, node.task.name, detail, "undo" if node.undoes else state))

    def started(self, event: e.InstanceStarted) -> None:
        self.id, self.started_at, self.status = event.id, self._at, "running"
        self.root.started_at, self.root.state = self._at, State.RUNNING
        self._tell("started", None, f"{event.workflow} {event.id}", "strong")

    def task_created(self, event: e.TaskCreated | e.TaskStarted | e.TaskSkipped) -> Node:
        node = self._nodes.get(event.run)
        if node is None:
            parent = self._nodes.get(event.parent, self.root)
            node = self._nodes[event.run] = Node(event.run, self.plan.tasks[event.task], parent)
            parent.children.append(node)
        return node

    def task_started(self, event: e.TaskStarted) -> None:
        node = self.task_created(event)
        node.state, node.started_at, node.note = State.RUNNING, self._at, ""
        task = node.task
        if isinstance(task, ForTask):
            node.iterations = len(event.data or ())
        if isinstance(task, WaitTask):
            node.state, node.due = State.WAITING, event.data
            self._tell("waiting", node, "", "waiting")
        elif isinstance(task, ListenTask):
            node.state, node.note = State.WAITING, f"for {_types(task)}"
            self._tell("waiting", node, node.note, "waiting")
        else:
            self._tell("running", node, "", "running")

    def task_skipped(self, event: e.TaskSkipped) -> None:
        self._end(self.task_created(event), State.SKIPPED)

    def task_completed(self, event: e.TaskCompleted) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            if not node.note.startswith("caught"):
                node.note = ""
            self._end(node, State.COMPLETED)

    def task_faulted(self, event: e.TaskFaulted) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            # An error travels outwards: it is told where it came from, not again at each level.
            inner = any(each.state is State.FAULTED and each.note == told(event.problem) for each in node.children)
            node.note = told(event.problem)
            self._end(node, State.FAULTED, "" if inner else node.note)

    def task_cancelled(self, event: e.TaskCancelled) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            self._end(node, State.CANCELLED)

    def retry_scheduled(self, event: e.RetryScheduled) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            node.state, node.due, node.note = State.RETRYING, event.due, told(event.problem)
            node.attempt += 1
            wait = f" in {duration(event.due - self._at)}"
            self._tell("retrying", node, f"{node.rank()}{wait}: {node.note}", "retrying")

    def task_retried(self, event: e.TaskRetried) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            node.state, node.due, node.attempt = State.RUNNING, None, event.attempt
            self._forget_children(node)
            self._tell("running", node, node.rank(), "running")

    def error_caught(self, event: e.ErrorCaught) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            node.state, node.due, node.note = State.RUNNING, None, f"caught {told(event.problem)}"
            self._tell("caught", node, told(event.problem), "retrying")

    def iteration_started(self, event: e.IterationStarted) -> None:
        node = self._nodes.get(event.run)
        if node is not None:
            if isinstance(node.task, ForTask):
                node.iteration = event.index + 1
            self._forget_children(node)

    def event_consumed(self, event: e.EventConsumed) -> None:
        node = self._nodes.get(event.run)
        if node is not None and not event.until:
            node.iteration += 1
            self._tell("received", node, str(event.event.get("type", "")), "running")

    def stuck(self, event: e.TaskStuck) -> None:
        node = self._nodes.get(event.run)
        self.saga = "stuck"
        if node is not None:
            node.state, node.note, node.due = State.STUCK, told(event.problem), None
            self._tell("stuck", node, node.note, "suspended")

    def suspended(self, event: e.InstanceSuspended) -> None:
        self.status, self.reason = "suspended", event.reason
        self._tell("suspended", None, event.reason or "", "suspended")

    def resumed(self, event: e.InstanceResumed) -> None:
        self.status, self.reason = "running", None
        self._tell("resumed", None, "", "running")

    def completed(self, event: e.InstanceCompleted) -> None:
        self._finish("completed", "completed")

    def faulted(self, event: e.InstanceFaulted) -> None:
        self.error = event.problem
        self._finish("faulted", "faulted", told(event.problem))

    def cancelled(self, event: e.InstanceCancelled) -> None:
        self.reason = event.reason
        self._finish("cancelled", "cancelled", event.reason or "")

    def compensating(self, event: e.CompensationStarted) -> None:
        if event.scope == 0:
            self.saga, self.trigger = "compensating", event.trigger
            why = told(event.problem) if event.problem else event.reason or ""
            self._tell("undoing", None, f"because of {event.trigger}{': ' + why if why else ''}", "undo")

    def undo_started(self, event: e.UndoStarted) -> None:
        entry = self._nodes.get(event.entry)
        if entry is None:
            return
        undo = entry.task.undo
        if undo is None:
            return
        for older in [each for each in entry.children if each.undoes and not entry.undoes]:
            entry.children.remove(older)
        node = Node(event.run, undo, entry, undoes=True)
        self._nodes[event.run] = node
        entry.children.append(node)
        entry.undo, entry.due, entry.note = UndoState.UNDOING, None, ""
        self._tell("undoing", entry, f"attempt {event.attempt}" if event.attempt > 1 else "", "undo")

    def undo_retried_later(self, event: e.UndoRetryScheduled) -> None:
        entry = self._nodes.get(event.entry)
        if entry is not None:
            entry.undo, entry.due, entry.note = UndoState.RETRYING, event.due, told(event.problem)
            self._tell("undo retried", entry, f"in {duration(event.due - self._at)}: {entry.note}", "undo")

    def undo_completed(self, event: e.UndoCompleted) -> None:
        entry = self._nodes.get(event.entry)
        if entry is not None:
            entry.undo, entry.note = UndoState.UNDONE, ""
            self._tell("undone", entry, "", "undo")

    def undo_failed(self, event: e.UndoFailed) -> None:
        entry = self._nodes.get(event.entry)
        if event.incident:
            self.saga = "stuck"
        if entry is not None:
            entry.undo, entry.note = UndoState.FAILED, told(event.problem)
            self._tell("undo failed", entry, entry.note, "faulted")

    def resolved(self, event: e.IncidentResolved) -> None:
        node = self._nodes.get(event.run)
        if self.saga == "stuck":
            self.saga = "compensating" if self.trigger else None
        if node is not None:
            self._tell(_RESOLVED.get(event.action, event.action), node, event.reason or "by a person", "running")
            node.note = ""
            if node.undo is not None:
                node.undo = UndoState.UNDOING if event.action == "retry" else UndoState.UNDONE
            elif event.action == "retry":
                node.state = State.PENDING

    def compensated(self, event: e.CompensationCompleted) -> None:
        if event.scope == 0:
            self.saga = "compensated"

    def _end(self, node: Node, state: State, detail: str = "") -> None:
        node.state, node.ended_at, node.due = state, self._at, None
        self._tell(state.value, node, detail, state.name.lower())

    def _finish(self, status: str, state: str, detail: str = "") -> None:
        self.status, self.ended_at = status, self._at
        self.root.ended_at = self._at
        undone = ", undone" if self.saga == "compensated" else ""
        self._tell(status + undone, None, detail, state)

    def _forget_children(self, node: Node) -> None:
        """A new attempt or iteration begins: what ended is forgotten, unless it may still be undone."""
        latest = node.children[node.lasting :]
        kept = [each for each in latest if self._lasting(each)]
        for each in latest:
            if each not in kept:
                self._forget(each)
        node.children[node.lasting :] = kept
        node.lasting = len(node.children)

    def _lasting(self, node: Node) -> bool:
        return node.task.undo is not None or any(self._lasting(each) for each in node.children)

    def _forget(self, node: Node) -> None:
        self._nodes.pop(node.run, None)
        for each in node.children:
            self._forget(each)


def duration(ms: int) -> str:
    """Milliseconds as people say them: `0.3 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `3 d 1 h`."""
    if ms < 10_000:
        return f"{max(ms, 0) / 1000:.1f} s"
    seconds = ms // 1000
    for size, unit, next_size, next_unit in _UNITS:
        if seconds >= size:
            rest = seconds % size // next_size
            return f"{seconds // size} {unit}" + (f" {rest} {next_unit}" if rest else "")
    return f"{seconds} s"


_RESOLVED: Final = {"retry": "retried", "skip": "skipped", "done": "marked done"}
_UNITS: Final = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s"))


def _types(task: ListenTask) -> str:
    types = task.strategy.types
    return "any event" if types == ("*",) else ", ".join(types)


_HANDLERS: Final[dict[type, Callable[[Story, Any], object]]] = {
    e.InstanceStarted: Story.started,
    e.TaskCreated: Story.task_created,
    e.TaskStarted: Story.task_started,
    e.TaskSkipped: Story.task_skipped,
    e.TaskCompleted: Story.task_completed,
    e.TaskFaulted: Story.task_faulted,
    e.TaskCancelled: Story.task_cancelled,
    e.RetryScheduled: Story.retry_scheduled,
    e.TaskRetried: Story.task_retried,
    e.ErrorCaught: Story.error_caught,
    e.IterationStarted: Story.iteration_started,
    e.EventConsumed: Story.event_consumed,
    e.TaskStuck: Story.stuck,
    e.InstanceSuspended: Story.suspended,
    e.InstanceResumed: Story.resumed,
    e.InstanceCompleted: Story.completed,
    e.InstanceFaulted: Story.faulted,
    e.InstanceCancelled: Story.cancelled,
    e.CompensationStarted: Story.compensating,
    e.UndoStarted: Story.undo_started,
    e.UndoRetryScheduled: Story.undo_retried_later,
    e.UndoCompleted: Story.undo_completed,
    e.UndoFailed: Story.undo_failed,
    e.IncidentResolved: Story.resolved,
    e.CompensationCompleted: Story.compensated,
}
