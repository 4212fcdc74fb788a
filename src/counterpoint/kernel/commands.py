"""Commands: what can be asked of an instance. They carry the time (`at`, ms since the epoch) and any randomness."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome, Problem


class Start(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Begin. Accepted once, as the first command."""

    at: int
    id: str
    input: JsonValue = None
    seed: int = 0
    """Source of all randomness of the instance (retry jitter)."""
    parent: str | None = None
    """`{instance id}#{run}` of the task that awaits this instance."""
    depth: int = 0
    """How many parents stand above."""
    labels: dict[str, str] | None = None
    """What whoever starts it wants kept with it (see `Instance.labels`)."""
    hold: str | None = None
    """Hold it at its first task for this owner (see `Hold`)."""


class Fork(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Go on from here as an instance of its own: the state is that of `origin` after its transition `sequence`."""

    at: int
    id: str
    origin: str
    sequence: int
    shift: int = 0
    """How much later it is than it was there, in milliseconds."""
    reason: str | None = None


class EffectCompleted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An effect gave a result. Ignored where it is owed no longer."""

    at: int
    run: int
    output: JsonValue = None
    authorization: JsonObject | None = None
    undoable: bool = True
    """False: the sub-workflow has nothing to undo."""


class EffectFailed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An effect failed. Ignored where it is owed no longer."""

    at: int
    run: int
    problem: Problem
    outcome: Outcome = Outcome.UNKNOWN


class TimerFired(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A timer is due. Ignored where it is owed no longer."""

    at: int
    run: int
    timer: str


class EventArrived(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A CloudEvent (its JSON form) for whichever tasks listen for it."""

    at: int
    event: JsonObject


class Cancel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Stop going forward and undo; with `abandon`, stop and leave everything as it is."""

    at: int
    reason: str | None = None
    abandon: bool = False


class Terminate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """End at once, and all sub-workflows with it: nothing is undone, whatever is in flight is dropped."""

    at: int
    reason: str | None = None


class Suspend(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Start nothing new until resumed. Effects in flight are let finish and are recorded."""

    at: int
    reason: str | None = None


class Resume(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Go on after `Suspend`."""

    at: int
    reason: str | None = None


class Retry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Try again what an open incident is about (all of them, or the one of `run`)."""

    at: int
    run: int | None = None
    reason: str | None = None


class Resolve(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Decide about an incident: `run` is the entry of the log, or the task run, that is stuck.

    `action`: `retry`, with `input` in the place of the undo's or the task's input where given; `skip`, it
    is left behind for the reason given; `done`, a person has done it. `input` of a task skipped or done is
    its output.
    """

    at: int
    run: int
    action: str
    reason: str | None = None
    input: tuple[JsonValue] | None = None


class Compensate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Undo the saga: of a running instance, or, late, of one that completed.

    A late one is accepted within `compensableFor`, or from the parent that is undone (`trigger` is the parent's).
    """

    at: int
    trigger: str = "operator"
    by_parent: bool = False
    reason: str | None = None


class Continue(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Start the tasks that a transition left for the next one, to keep transitions short."""

    at: int


class Fail(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The engine gives up on the instance (a limit): an error that no task may catch."""

    at: int
    problem: Problem


class Hold(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Let nothing start, and no error be handled, but by `Step`; for `owner`, who debugs the instance."""

    at: int
    owner: str


class Release(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Go on after `Hold`."""

    at: int
    reason: str | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Of an instance that is held: start the ready task run `run`, or have its error handled, and nothing else.

    With `output` the task does not act and this is its (raw) output; with `problem` it fails with that.
    """

    at: int
    run: int
    problem: Problem | None = None
    output: tuple[JsonValue] | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Of an instance that is held: replace the `data` that flows into the run that would start, or its `context`."""

    at: int
    run: int
    what: str
    value: JsonValue


Command: TypeAlias = (
    Start
    | Fork
    | EffectCompleted
    | EffectFailed
    | TimerFired
    | EventArrived
    | Cancel
    | Terminate
    | Suspend
    | Resume
    | Retry
    | Resolve
    | Compensate
    | Continue
    | Fail
    | Hold
    | Release
    | Step
    | Edit
)
