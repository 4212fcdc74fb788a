"""Selection: which instances of a store are listed, counted or acted upon, and what they may wait for."""

from __future__ import annotations

from typing import Final

import msgspec

TIMER: Final = "timer"
"""A time: a `wait` task."""
RETRY: Final = "retry"
"""A time, too: something has failed and is tried again then."""
EVENT: Final = "event"
"""A CloudEvent. Of which type is told by a second word: `event:com.example.paid`, `event:*` for any."""
INCIDENT: Final = "incident"
"""A person who decides about what is stuck."""
RESUME: Final = "resume"
"""A person who resumes what an operator has suspended."""
WAITS: Final = (TIMER, RETRY, EVENT, INCIDENT, RESUME)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Instances of which all holds that is given. Times in milliseconds since the epoch: from (included), to (not)."""

    statuses: tuple[str, ...] = ()
    """Status phases of the specification; any of them."""
    definitions: tuple[int, ...] | None = None
    """Numbers of definitions; any of them, and of none where it is empty."""
    saga: str | None = None
    business_key: str | None = None
    business_key_prefix: str | None = None
    """What the business key begins with, letter by letter."""
    correlation: str | None = None
    parent: str | None = None
    """`{instance id}#{run}`, or an instance's id: all its sub-workflows."""
    error_type: str | None = None
    waits: str | None = None
    """One of `WAITS`, or `event:{type}`."""
    created_from: int | None = None
    created_to: int | None = None
    ended_from: int | None = None
    ended_to: int | None = None
    due_from: int | None = None
    """When the first of the times is that it waits for."""
    due_to: int | None = None


EVERYTHING: Final = Filter()


class Tally(msgspec.Struct, frozen=True):
    """How many instances of one definition have one status."""

    definition: int
    status: str
    count: int


class Counted(msgspec.Struct, frozen=True):
    """How many instances match a filter."""

    tallies: list[Tally]
    at_least: bool
    """Whether counting stopped at its limit, so that there may be more."""


def event_words(wanted: str) -> tuple[str, ...]:
    """The words that an instance may wait with, so that it waits for `wanted`: a type is waited for by any, too."""
    return (wanted, f"{EVENT}:*") if wanted.startswith(f"{EVENT}:") else (wanted,)


def words_of(waits: tuple[str, ...]) -> set[str]:
    """Everything that a filter may find an instance by that waits for these."""
    return {*waits, *(EVENT for each in waits if each.startswith(f"{EVENT}:"))}


def whole_parent(parent: str) -> bool:
    """Whether a filter's parent is that of one task run, and not all of an instance's."""
    return "#" in parent
