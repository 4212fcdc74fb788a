"""What happens to a trial from outside besides answers: events, people, crashes, each at its point."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

import msgspec

from counterpoint.values.json import JsonObject, JsonValue


class On(Enum):
    """What a point waits for."""

    TIME = "at"
    """A time since the beginning."""
    STARTED = "while"
    """A task has started: its call is under way, or it waits."""
    COMPLETED = "after"
    """A task has completed."""
    UNDOING = "undoing"
    """The undo of a task has begun."""
    STUCK = "stuck"
    """Something waits for a person: a task that is stuck, or whose undo failed for good."""
    LISTENING = "listening"
    """Some task listens for the event's type."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """When something happens: `delay_ms` after `on` has come about for the `nth` time."""

    on: On
    task: str | None = None
    """Name or reference of the task; None for any."""
    nth: int = 1
    delay_ms: int = 0
    """For `TIME`: since the beginning."""


class Deliver(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvent comes in."""

    event: JsonObject


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    """Someone cancels the workflow."""

    reason: str | None = None
    abandon: bool = False


class Suspend(msgspec.Struct, frozen=True, kw_only=True):
    """Someone suspends the workflow."""

    reason: str | None = None


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """Someone resumes the workflow."""


class Resolve(msgspec.Struct, frozen=True, kw_only=True):
    """Someone decides about open incidents: of `task`, or all. `how` is retry, skip or done."""

    how: str = "retry"
    task: str | None = None
    reason: str | None = None
    input: tuple[JsonValue] | None = None


class Compensate(msgspec.Struct, frozen=True, kw_only=True):
    """Someone has the saga undone."""

    reason: str | None = None


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """The engine crashes and comes back at once."""


Deed: TypeAlias = Deliver | Cancel | Suspend | Resume | Resolve | Compensate | Crash


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A deed at a point."""

    point: Point
    deed: Deed
    label: str
    """What people know it by."""
