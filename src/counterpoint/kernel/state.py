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
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import msgspec

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


_NONE: Final = Cell(None)


class Failing(NamedTuple):
    """An error that waits to be handled, while the instance is held."""

    problem: JsonObject
    outcome: str


class TaskRun(msgspec.Struct, eq=False):
    """One execution of one task."""

    id: int
    task: Task
    parent: TaskRun | None
    slot: int
    """Its index in the block of its parent, or among the branches."""
    visit: int = 0
    """How often the task was entered before in the same pass through the block."""
    pending: bool = True
    """Created, and to be started by a later transition."""
    started_at: int = 0
    attempt: int = 1
    raw: JsonValue = None
    """Raw input."""
    input: JsonValue = None
    """Transformed input: `$input`, and `.` in the task's definition."""
    data: JsonValue = None
    """What flows through the block that this run executes, if any: raw input of its next child."""
    local: JsonValue = None
    """What the kind of task has decided for itself (`TaskStarted.data`), and its progress."""
    kept: tuple[JsonValue, Flow] | None = None
    """Output of the extended task, and where it leads, while the tasks after it run."""
    phase: int = 0
    """Which part of itself a composite executes."""
    block: Block | None = None
    """The block that it executes now."""
    visits: dict[int, int] | None = None
    """How often each task of `block` was entered, once a jump backwards makes that matter."""
    children: dict[int, TaskRun] = {}
    """Live children by run id."""
    vars: dict[str, JsonValue] | None = None
    """Variables that it gives to its descendants (`$item`, `$index`, `$error` ...)."""
    path: str = ""
    """Iteration path: part of the idempotency key."""
    inner: str = ""
    """Iteration path of its children."""
    again: int = 0
    """How often it was started again after a pivot."""
    tries: int = 1
    """Attempt that its children belong to."""
    cell: Cell = _NONE  # that of its parent, or one of its own
    entry: int = 0
    """The log entry that this run undoes, for the run of an undo and its descendants."""
    authorization: JsonObject | None = None
    """Of the call that is completing: seen by its last stages and kept nowhere, for it is a credential."""

    def __post_init__(self) -> None:
        parent = self.parent
        if parent is None:
            self.cell = Cell(None)
        else:
            self.path = self.inner = parent.inner
            self.attempt = self.tries = parent.tries
            self.cell, self.entry = parent.cell, parent.entry

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.task.reference}>"

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


def _no_counts() -> dict[str, int]:
    return dict.fromkeys((INVOKE, LISTEN, PROCEED, WAIT, RETRY, AGAIN, UNDO), 0)


class Instance(msgspec.Struct, eq=False):
    """The state of one workflow instance."""

    plan: Plan
    secrets: JsonObject | None = None
    """Tokens that stand for the values of the declared secrets; None where one is missing."""
    root: TaskRun = cast("TaskRun", None)  # follows from the plan
    id: str = ""
    workflow: str = ""
    """`namespace/name:version`."""
    digest: str = ""
    ended: Status | None = None
    saga: Saga | None = None
    sequence: int = 0  # number of the last transition folded into this state
    now: int = 0  # time of the transition that is being decided or folded
    started_at: int = 0
    ended_at: int | None = None
    seed: int = 0
    depth: int = 0
    parent: str | None = None
    input: JsonValue = None
    """Raw input: `$workflow.input`."""
    labels: dict[str, str] = {}  # what whoever started it wanted kept with it (see engine.labels)
    output: JsonValue = None
    error: JsonObject | None = None
    """The problem that it ends with, as JSON."""
    finishing: tuple[JsonValue] | None = None
    """Output with which it ends when nothing is being undone any more."""
    reason: str | None = None
    """Why it was cancelled or suspended."""
    suspended: bool = False  # by an operator
    terminated: bool = False  # by force
    hold: str | None = None  # who debugs it: nothing starts but by `Step`
    failing: dict[int, Failing] = {}  # runs whose error waits to be handled
    edited: dict[int, JsonValue] = {}  # input of ready runs that start once more, from a person
    last_run: int = 0
    steps: int = 0  # tasks started so far
    runs: dict[int, TaskRun] = {}
    ready: dict[int, TaskRun] = {}
    """Runs that may start, in the order in which they came to."""
    stuck: dict[int, JsonObject] = {}
    """Runs that wait for a person, with their problem."""
    settling: dict[int, TaskRun] = {}
    """Interrupted runs whose effect is still in flight: nothing is undone around them before it settles."""
    left: list[JsonObject] = []
    """What was left behind although it should have been undone: `{"task", "key", "error" or "reason"}`."""
    log: dict[int, Entry] = {}
    """The compensation log, by the run that armed the entry, in order of arming."""
    order: int = 0
    """Counter of completed log entries."""
    sealed: bool = False
    """A pivot has completed."""
    unwindings: dict[int, Unwinding] = {}
    """What is being undone, by scope (0: the whole saga)."""
    undoing: dict[int, Entry] = {}
    """Entries that are compensating or retrying."""
    blocked: dict[int, JsonObject] = {}
    """Entries whose undo failed for good and waits for a person, with their problem."""
    owed: dict[EffectKey, Effect] = {}
    counts: dict[str, int] = msgspec.field(default_factory=_no_counts)
    """How many effects of these kinds are owed."""
    fresh: list[Effect] = []
    dropped: list[EffectKey] = []

    def __post_init__(self) -> None:
        self.root = TaskRun(0, self.plan.root, None, 0)

    def __repr__(self) -> str:
        return f"<instance {self.id}>"

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
