"""Events: the facts of an instance, and the only things that change its state.

They hold the outcome of every decision (a branch, a delay, what an expression gave), so that old
histories fold to the same state under new code. Encoded as MessagePack arrays: fields may be appended
with a default, never removed, renamed in meaning or reordered; tags are for ever.

A `Given` is None for "the same as the value it came from", which state knows, or a 1-tuple of the value.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from counterpoint.values.json import JsonObject, JsonValue

Given: TypeAlias = tuple[JsonValue] | None


class _Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pass


class InstanceStarted(_Event, frozen=True, tag=1):
    """The workflow began. `input` is raw; `data` what `input.from` made of it."""

    id: str
    workflow: str
    digest: str
    seed: int
    input: JsonValue
    data: Given = None
    timeout: int | None = None
    parent: str | None = None
    depth: int = 0
    labels: dict[str, str] | None = None


class TaskCreated(_Event, frozen=True, tag=2):
    """A task is due to start, but in a later transition."""

    run: int
    task: int
    parent: int
    slot: int = 0
    visit: int = 0


class TaskStarted(_Event, frozen=True, tag=3):
    """A task began. `data` is what its kind needs: call arguments, items to iterate, time to wake ..."""

    run: int
    task: int
    parent: int
    data: JsonValue = None
    input: Given = None
    slot: int = 0
    visit: int = 0
    """How often this task was entered before in the same pass through its block (jumps backwards)."""
    timeout: int | None = None


class TaskSkipped(_Event, frozen=True, tag=4):
    """The task's `if` was false; its output is its raw input."""

    run: int
    task: int
    parent: int
    slot: int = 0


class TaskCompleted(_Event, frozen=True, tag=5):
    """The task ended well. `raw` is its output before `output.as`; `context` what `export.as` gave."""

    run: int
    output: JsonValue = None
    raw: Given = None
    context: Given = None
    undoable: bool = True
    """False: it has left nothing to undo (a sub-workflow that did nothing with an undo)."""


class TaskFaulted(_Event, frozen=True, tag=6):
    """The task ended with an error. `outcome` is what is known of its effect: none, unknown or completed."""

    run: int
    problem: JsonObject
    outcome: str = "none"


class TaskCancelled(_Event, frozen=True, tag=7):
    """The task was interrupted. `settling`: its effect is in flight, and its outcome is waited for."""

    run: int
    settling: bool = False


class RetryScheduled(_Event, frozen=True, tag=8):
    """The block of a `try` failed, or a task after the point of no return: it is tried again at `due`."""

    run: int
    problem: JsonObject
    due: int
    outcome: str | None = None
    """Where the task itself is tried again, after the point of no return: what is known of its effect."""


class TaskRetried(_Event, frozen=True, tag=9):
    """A new attempt of the block of a `try` began. `limit` is when the attempt times out."""

    run: int
    attempt: int
    limit: int | None = None


class ErrorCaught(_Event, frozen=True, tag=10):
    """A `try` caught an error for good; its `catch.do`, if any, runs now."""

    run: int
    problem: JsonObject


class IterationStarted(_Event, frozen=True, tag=11):
    """A `for` or a `listen` with `foreach` began the iteration `index`."""

    run: int
    index: int


class EventConsumed(_Event, frozen=True, tag=12):
    """A `listen` took an event. `filter` is the position of what matched; `value` what `read` makes of it."""

    run: int
    filter: int
    event: JsonObject
    value: JsonValue
    keys: JsonObject | None = None
    """Correlation keys that this event has fixed."""
    until: bool = False
    """It was consumed by `until` and is no part of the output."""
    last: bool = False
    """The strategy is satisfied: nothing more is consumed."""


class PhaseEntered(_Event, frozen=True, tag=13):
    """A composite moved to the next of its parts (extensions: `before`, `task`, `after`)."""

    run: int
    phase: int
    data: Given = None
    then: tuple[str, int] | None = None
    """Where the extended task leads once `after` is done: a directive and its target; None: where its `then` says."""


class IterationCompleted(_Event, frozen=True, tag=14):
    """An iteration of a `listen` with `foreach` gave `output`; `context` is what its `export` gave."""

    run: int
    output: JsonValue
    context: Given = None
    last: bool = False
    """`until` holds now: no more events are consumed."""


class EffectSettled(_Event, frozen=True, tag=15):
    """The effect of a task that was interrupted has come to an end: completed, none or unknown."""

    run: int
    outcome: str
    output: JsonValue = None


class InstanceSuspended(_Event, frozen=True, tag=20):
    """Nothing new starts until resumed."""

    reason: str | None = None


class InstanceResumed(_Event, frozen=True, tag=21):
    """Goes on."""

    reason: str | None = None


class InstanceCompleted(_Event, frozen=True, tag=22):
    """The workflow ended well."""

    output: JsonValue = None


class InstanceFaulted(_Event, frozen=True, tag=23):
    """The workflow ended with an error."""

    problem: JsonObject


class InstanceCancelled(_Event, frozen=True, tag=24):
    """The workflow was stopped. `terminated`: by force, and so are its sub-workflows."""

    reason: str | None = None
    terminated: bool = False


class InstanceFinishing(_Event, frozen=True, tag=25):
    """The workflow would end well, but something is still being undone: it ends with `output` after that."""

    output: JsonValue = None


class InstanceForked(_Event, frozen=True, tag=26):
    """What came before is the history of `origin` up to its transition `sequence`; from here on it goes its own way.

    What is owed is begun anew, under keys of its own; timers are due `shift` ms later than they were there.
    """

    origin: str
    sequence: int
    shift: int = 0
    reason: str | None = None


class CompensationStarted(_Event, frozen=True, tag=30):
    """The saga is being undone. `ending` is how the run ends then: faulted, cancelled or completed.

    `scope` is 0 for the whole saga, or the run of the `try` or `fork` whose work is undone.
    """

    trigger: str
    ending: str
    problem: JsonObject | None = None
    reason: str | None = None
    output: JsonValue = None
    scope: int = 0
    keep: int = 0
    """A run below `scope` whose entries are not undone."""


class UndoStarted(_Event, frozen=True, tag=31):
    """The undo of log entry `entry` began its attempt; `run` is its task run."""

    entry: int
    run: int
    attempt: int


class UndoRetryScheduled(_Event, frozen=True, tag=32):
    """The undo failed and is tried again at `due`."""

    entry: int
    problem: JsonObject
    due: int


class UndoCompleted(_Event, frozen=True, tag=33):
    """The entry is compensated."""

    entry: int


class UndoFailed(_Event, frozen=True, tag=34):
    """The undo failed for good. `incident`: it waits for a person; otherwise it was left behind and reported."""

    entry: int
    problem: JsonObject
    incident: bool = True


class IncidentResolved(_Event, frozen=True, tag=35):
    """A person has decided about what was stuck: an entry of the log, or a task after a pivot.

    `action` is retry (with `input` in the place of its input, where given), skip or done; `input` of a
    task that is skipped or done is its output.
    """

    run: int
    action: str
    reason: str | None = None
    input: Given = None


class CompensationCompleted(_Event, frozen=True, tag=36):
    """Nothing is left to undo in `scope`."""

    scope: int = 0


class SagaSealed(_Event, frozen=True, tag=37):
    """A pivot completed: what was done before it is never undone."""

    run: int


class TaskStuck(_Event, frozen=True, tag=38):
    """A task after the point of no return failed for good: it waits for a person."""

    run: int
    problem: JsonObject
    outcome: str = "none"
    """Whether its effect may have taken place all the same."""


class InstanceHeld(_Event, frozen=True, tag=50):
    """Somebody debugs it: tasks become ready, errors are raised, and both wait to be stepped."""

    owner: str


class InstanceReleased(_Event, frozen=True, tag=51):
    """It goes on by itself."""

    reason: str | None = None


class TaskReady(_Event, frozen=True, tag=52):
    """A task that is to start once more (it was stuck, or is retried after a pivot) waits to be stepped."""

    run: int
    input: Given = None
    """What a person has put in the place of its input."""


class FaultHeld(_Event, frozen=True, tag=53):
    """A task has failed, and its error waits to be handled."""

    run: int
    problem: JsonObject
    outcome: str = "none"


class DataEdited(_Event, frozen=True, tag=54):
    """Whoever debugs it has replaced the `data` that flows into `run`, or its `context`."""

    run: int
    what: str
    value: JsonValue


class OutputInjected(_Event, frozen=True, tag=55):
    """Whoever debugs it gives a task its output: it does not act."""

    run: int
    output: JsonValue


class FaultInjected(_Event, frozen=True, tag=56):
    """Whoever debugs it lets a task fail: it does not act."""

    run: int
    problem: JsonObject


Event: TypeAlias = (
    InstanceStarted
    | TaskCreated
    | TaskStarted
    | TaskSkipped
    | TaskCompleted
    | TaskFaulted
    | TaskCancelled
    | RetryScheduled
    | TaskRetried
    | ErrorCaught
    | IterationStarted
    | EventConsumed
    | PhaseEntered
    | IterationCompleted
    | EffectSettled
    | InstanceSuspended
    | InstanceResumed
    | InstanceCompleted
    | InstanceFaulted
    | InstanceCancelled
    | InstanceFinishing
    | InstanceForked
    | CompensationStarted
    | UndoStarted
    | UndoRetryScheduled
    | UndoCompleted
    | UndoFailed
    | IncidentResolved
    | CompensationCompleted
    | SagaSealed
    | TaskStuck
    | InstanceHeld
    | InstanceReleased
    | TaskReady
    | FaultHeld
    | DataEdited
    | OutputInjected
    | FaultInjected
)
