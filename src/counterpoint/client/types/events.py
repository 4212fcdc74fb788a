# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `events`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


class Accepted(Answered, frozen=True, kw_only=True):
    """Events that are durable; who listens gets them."""

    accepted: int
    """How many, those included that had come before (the same source and id) and are delivered once."""


class Letter(Answered, frozen=True, kw_only=True):
    """An event that a receiver will never take, it says."""

    number: int
    sink: str
    reason: str
    written_at: str
    event: dict[str, Any]


class LetterPage(Answered, frozen=True, kw_only=True):
    """A page of dead letters."""

    items: list[Letter]
    next: str | None
    """The `cursor` of the next page, where there is one."""


class Revived(Answered, frozen=True, kw_only=True):
    """How many dead letters are sent again."""

    count: int


class Sink(Answered, frozen=True, kw_only=True):
    """One sink. The counts of what was done are since the engine was opened."""

    name: str
    configured: bool
    """Whether this engine sends to it."""
    owed: int
    dead: int
    """Dead letters."""
    sent: int
    failures: int
    """Batches that were not taken and are sent again."""
    refused: int
    """Events that became dead letters."""
    problem: str | None
    """Why nothing gets through at the moment."""


class SinkList(Answered, frozen=True, kw_only=True):
    """All sinks."""

    items: list[Sink]
