"""Effects: work that an instance owes to the world. `pending` derives them from state, so none is ever lost."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from counterpoint.values.json import JsonValue

WAIT: Final = "wait"
"""Timer of a `wait` task."""
RETRY: Final = "retry"
"""Timer until a `try` block is tried again."""
AGAIN: Final = "again"
"""Timer until a whole `try` is begun again that failed after the point of no return."""
TIMEOUT: Final = "timeout"
"""Timer of a task's timeout; run 0 is the workflow."""
ATTEMPT: Final = "attempt"
"""Timer of `limit.attempt.duration`: one attempt of a `try` block lasts too long."""
UNDO: Final = "undo"
"""Timer until an undo is tried again; its run is the log entry."""


SETTLE: Final = "settle"
"""Timer until an interrupted effect that is still in flight counts as of unknown outcome."""


class Invoke(msgspec.Struct, frozen=True, gc=False):
    """Carry out the call of task run `run`. Answered by EffectCompleted or EffectFailed.

    `arguments` may hold secret tokens, which the engine replaces when it dispatches.
    """

    run: int
    function: str
    arguments: JsonValue
    input: JsonValue
    reference: str
    key: str
    attempt: int


class Timer(msgspec.Struct, frozen=True, gc=False):
    """Send TimerFired(run, timer) at `due` (ms since the epoch) or as soon as possible after it."""

    run: int
    timer: str
    due: int


class Listen(msgspec.Struct, frozen=True, gc=False):
    """Send EventArrived for every CloudEvent whose type is among `types` (`*`: any)."""

    run: int
    types: tuple[str, ...]


class Interrupt(msgspec.Struct, frozen=True, gc=False):
    """Have the sub-workflow that task run `run` awaits cancelled; its end answers the Invoke, which stays owed."""

    run: int


class Proceed(msgspec.Struct, frozen=True, gc=False):
    """Send Continue soon: tasks are ready to start."""

    run: int = 0


Effect: TypeAlias = Invoke | Timer | Listen | Interrupt | Proceed
EffectKey: TypeAlias = tuple[int, str]
"""(run, `invoke` | `listen` | `interrupt` | `proceed` | name of a timer): identifies an effect in its instance."""
