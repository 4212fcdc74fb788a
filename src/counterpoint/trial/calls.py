"""Calls that a trial's workflows make, and what the world replies to them."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import msgspec

from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Outcome, Problem


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the outside world: an `Invoke` of the kernel, with what tells it apart from others."""

    instance: str
    workflow: str
    """`namespace/name:version`."""
    run: int
    task: str
    """The task's name."""
    reference: str
    """JSON pointer of the task."""
    function: str
    arguments: JsonValue
    """Evaluated; secrets are tokens."""
    input: JsonValue
    key: str
    """Idempotency key."""
    attempt: int
    """Of the `try` around it, or of the undo that it belongs to; the first is 1."""
    iteration: tuple[int, ...] = ()
    """Indexes of the loops around it, outermost first."""
    undo_of: str | None = None
    """Name of the task that it helps to undo."""
    undo_reference: str | None = None
    """JSON pointer of the task that it helps to undo."""
    probe: bool = False
    """It helps to find out whether there is anything to undo."""
    dispatch: int = 1
    """How often this very request has been sent: 2 after a crash of the engine, which cannot know."""


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """The effect happens and is answered; `twice` if the answer comes a second time."""

    output: JsonValue = None
    takes_ms: int = 0
    twice: bool = False


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The caller gets an error. `outcome` is what it can know; `happened` is the truth."""

    problem: Problem
    outcome: Outcome = Outcome.UNKNOWN
    happened: bool = False
    takes_ms: int = 0


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """No answer comes, until something gives up on it. `happened` is the truth about the effect."""

    happened: bool = True


class Crashed(msgspec.Struct, frozen=True, kw_only=True):
    """The engine crashes before the request is sent, or (`sent`) once its effect has happened.

    Either way it is owed still: the service is asked again with the same call, `dispatch` one higher.
    """

    sent: bool = False


Reply: TypeAlias = Completed | Failed | Silent | Crashed


class Service(Protocol):
    """The outside world: replies to every call. Must be deterministic."""

    def reply(self, call: Call) -> Reply:
        """What becomes of a call. Raises Unanswered where it has no answer."""


class Unanswered(Exception):
    """The service has no answer for a call: the trial stops there, and says so."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)
