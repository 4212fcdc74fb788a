"""The state of an instance: one private working copy, changed in place by `evolve` and by nothing else.

Rules
- `runs` holds live task runs only; what ended lives on as data of its parent and in the compensation log.
- Run 0 is the workflow itself, parent of the runs of its `do` block.
- `owed` indexes what is owed, keyed by (run, kind); `fresh` and `dropped` are its changes since the engine
  last looked (`take_changes`) and are no part of the state proper.
- A `Cell` holds a context; runs share their parent's, but each branch of a fork and each undo has its own.

Life of a task run:

    pending ──► running ──► (gone: completed, faulted, skipped, cancelled)
                   │ ▲
                   ▼ │
                waiting (a timer, an event, a retry)        stuck (after a pivot: waits for a person)

While an instance is held (`hold`), what would start stays ready and what has failed stays failing, until it is stepped.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from counterpoint.kernel.effects import AGAIN, RETRY, UNDO, WAIT, Effect, EffectKey
from counterpoint.values.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from counterpoint.kernel.log import Entry
    from counterpoint.kernel.unwinding import Unwinding
    from counterpoint.plan.model import Block, Flow, Plan, Task

INVOKE: Final = "invoke"
INTERRUPT: Final = "interrupt"
LISTEN: Final = "listen"
PROCEED: Final = "proceed"


class Status(Enum):
    """Status phases of the specification (dsl.md, Status Phases)."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    FAULTED = "faulted"
    COMPLETED = "completed"


ENDED: Final = frozenset({Status.CANCELLED, Status.FAULTED, Status.COMPLETED})


class Saga(Enum):
    """Where the undo of a saga stands (saga.md, section 3)."""

    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    STUCK = "stuck"


class Cell:
    """Holds the context that a group of runs shares."""

    __slots__ = ("context",)

    def __init__(self, context: JsonValue) -> None:
        self.context = context


class Failing(NamedTuple):
    """An error that waits to be handled, while the instance is held."""

    problem: JsonObject
    outcome: str


class TaskRun:
    """One execution of one task."""

    __slots__ = (
        "again",
        "attempt",
        "authorization",
        "block",
        "cell",
        "children",
        "data",
        "entry",
        "id",
        "inner",
        "input",
        "kept",
        "local",
        "parent",
        "path",
        "pending",
        "phase",
        "raw",
        "slot",
        "started_at",
        "task",
        "tries",
        "vars",
        "visit",
        "visits",
    )

    def __init__(self, id: int, task: Task, parent: TaskRun | None, slot: int) -> None:
        self.id = id
        self.task = task
        self.parent = parent
        self.slot = slot
        """Its index in the block of its parent, or among the branches."""
        self.visit = 0
        """How often the task was entered before in the same pass through the block."""
        self.pending = True
        """Created, and to be started by a later transition."""
        self.started_at = 0
        self.attempt = 1
        self.raw: JsonValue = None
        """Raw input."""
        self.input: JsonValue = None
        """Transformed input: `$input`, and `.` in the task's definition."""
        self.data: JsonValue = None
        """What flows through the block that this run executes, if any: raw input of its next child."""
        self.local: JsonValue = None
        """What the kind of task has decided for itself (`TaskStarted.data`), and its progress."""
        self.kept: tuple[JsonValue, Flow] | None = None
        """Output of the extended task, and where it leads, while the tasks after it run."""
        self.phase = 0
        """Which part of itself a composite executes."""
        self.block: Block | None = None
        """The block that it executes now."""
        self.visits: dict[int, int] | None = None
        """How often each task of `block` was entered, once a jump backwards makes that matter."""
        self.children: dict[int, TaskRun] = {}
        """Live children by run id."""
        self.vars: dict[str, JsonValue] | None = None
        """Variables that it gives to its descendants (`$item`, `$index`, `$error` ...)."""
        self.path: str = "" if parent is None else parent.inner
        """Iteration path: part of the idempotency key."""
        self.inner: str = self.path
        """Iteration path of its children."""
        self.again = 0
        """How often it was started again after a pivot."""
        self.tries = 1
        """Attempt that its children belong to."""
        self.cell: Cell = parent.cell if parent is not None else Cell(None)
        self.entry = 0
        """The log entry that this run undoes, for the run of an undo and its descendants."""
        self.authorization: JsonObject | None = None
        """Of the call that is completing: seen by its last stages and kept nowhere, for it is a credential."""
        if parent is not None:
            self.attempt = self.tries = parent.tries
            self.entry = parent.entry

    def above(self) -> tuple[int, ...]:
        """The runs around it, outermost first; 0, the workflow, is the outermost."""
        parent = self.parent
        if parent is None:
            return ()
        found = [parent.id]
        while parent.parent is not None:
            parent = parent.parent
            found.append(parent.id)
        found.reverse()
        return tuple(found)


class Instance:
    """The state of one workflow instance."""

    __slots__ = (
        "blocked",
        "counts",
        "depth",
        "digest",
        "dropped",
        "edited",
        "ended",
        "ended_at",
        "error",
        "failing",
        "finishing",
        "fresh",
        "hold",
        "id",
        "input",
        "labels",
        "last_run",
        "left",
        "log",
        "now",
        "order",
        "output",
        "owed",
        "parent",
        "plan",
        "ready",
        "reason",
        "root",
        "runs",
        "saga",
        "sealed",
        "secrets",
        "seed",
        "sequence",
        "settling",
        "started_at",
        "steps",
        "stuck",
        "suspended",
        "terminated",
        "undoing",
        "unwindings",
        "workflow",
    )

    def __init__(self, plan: Plan, secrets: JsonObject | None = None) -> None:
        self.plan = plan
        self.secrets = secrets
        """Tokens that stand for the values of the declared secrets; None where one is missing."""
        self.id = ""
        self.workflow = ""
        """`namespace/name:version`."""
        self.digest = ""
        self.ended: Status | None = None
        self.saga: Saga | None = None
        self.sequence = 0  # number of the last transition folded into this state
        self.now = 0  # time of the transition that is being decided or folded
        self.started_at = 0
        self.ended_at: int | None = None
        self.seed = self.depth = 0
        self.parent: str | None = None
        self.input: JsonValue = None
        """Raw input: `$workflow.input`."""
        self.labels: dict[str, str] = {}  # what whoever started it wanted kept with it (see engine.labels)
        self.output: JsonValue = None
        self.error: JsonObject | None = None
        """The problem that it ends with, as JSON."""
        self.finishing: tuple[JsonValue] | None = None
        """Output with which it ends when nothing is being undone any more."""
        self.reason: str | None = None
        """Why it was cancelled or suspended."""
        self.suspended = self.terminated = False  # by an operator; by force
        self.hold: str | None = None  # who debugs it: nothing starts but by `Step`
        self.failing: dict[int, Failing] = {}  # runs whose error waits to be handled
        self.edited: dict[int, JsonValue] = {}  # input of ready runs that start once more, from a person
        self.last_run = 0
        self.steps = 0  # tasks started so far
        self.root: TaskRun = TaskRun(0, plan.root, None, 0)
        self.runs: dict[int, TaskRun] = {}
        self.ready: dict[int, TaskRun] = {}
        """Runs that may start, in the order in which they came to."""
        self.stuck: dict[int, JsonObject] = {}
        """Runs that wait for a person, with their problem."""
        self.settling: dict[int, TaskRun] = {}
        """Interrupted runs whose effect is still in flight: nothing is undone around them before it settles."""
        self.left: list[JsonObject] = []
        """What was left behind although it should have been undone: `{"task", "key", "error" or "reason"}`."""
        self.log: dict[int, Entry] = {}
        """The compensation log, by the run that armed the entry, in order of arming."""
        self.order = 0
        """Counter of completed log entries."""
        self.sealed = False
        """A pivot has completed."""
        self.unwindings: dict[int, Unwinding] = {}
        """What is being undone, by scope (0: the whole saga)."""
        self.undoing: dict[int, Entry] = {}
        """Entries that are compensating or retrying."""
        self.blocked: dict[int, JsonObject] = {}
        """Entries whose undo failed for good and waits for a person, with their problem."""
        self.owed: dict[EffectKey, Effect] = {}
        self.counts = dict.fromkeys((INVOKE, LISTEN, PROCEED, WAIT, RETRY, AGAIN, UNDO), 0)
        """How many effects of these kinds are owed."""
        self.fresh: list[Effect] = []
        self.dropped: list[EffectKey] = []

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.ended is not None

    @property
    def status(self) -> Status:
        """The status phase, a function of the rest of the state."""
        if self.ended is not None:
            return self.ended
        if self.sequence == 0 and not self.id:
            return Status.PENDING
        if self.suspended:
            return Status.SUSPENDED
        counts = self.counts
        if counts[INVOKE] or counts[PROCEED]:
            return Status.RUNNING
        if self.blocked or self.stuck:
            return Status.SUSPENDED
        return Status.WAITING if counts[LISTEN] or counts[WAIT] else Status.RUNNING

    def owe(self, key: EffectKey, effect: Effect) -> None:
        """Add an effect to what is owed. Called by `evolve` only."""
        self.owed[key] = effect
        self.fresh.append(effect)
        if key[1] in self.counts:
            self.counts[key[1]] += 1

    def reinstate(self, key: EffectKey, effect: Effect) -> None:
        """Go on owing what was settled in the same transition: it is in flight already, so it is not fresh."""
        self.owed[key] = effect
        self.dropped.remove(key)
        if key[1] in self.counts:
            self.counts[key[1]] += 1

    def settle(self, key: EffectKey) -> None:
        """Remove an effect from what is owed, where it is. Called by `evolve` only."""
        if self.owed.pop(key, None) is not None:
            self.dropped.append(key)
            if key[1] in self.counts:
                self.counts[key[1]] -= 1

    def take_changes(self) -> tuple[list[Effect], list[EffectKey]]:
        """Effects that have come to be owed, and keys of those that no longer are, since the last call."""
        fresh, dropped = self.fresh, self.dropped
        if fresh:
            self.fresh = []
        if dropped:
            self.dropped = []
        return fresh, dropped
