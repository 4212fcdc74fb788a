"""Spans, as the journal tells of them: no library's type, so that they can be made and tested without one."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, TypeAlias

import msgspec

from counterpoint.values.trace_context import TraceContext

Attribute: TypeAlias = str | int | float | bool
Attributes: TypeAlias = dict[str, Attribute]

INTERNAL: Final = "internal"
SERVER: Final = "server"
CLIENT: Final = "client"
PRODUCER: Final = "producer"
CONSUMER: Final = "consumer"


class Link(msgspec.Struct, frozen=True):
    """Another span that has to do with this one without being its parent."""

    context: TraceContext
    attributes: Attributes


class SpanEvent(msgspec.Struct, frozen=True):
    """Something that happened within a span, at `at` (ms since the epoch)."""

    name: str
    at: int
    attributes: Attributes


class Span(msgspec.Struct, kw_only=True):
    """One span. Ids are hexadecimal, times in milliseconds since the epoch."""

    id: str
    parent: str | None
    name: str
    kind: str = INTERNAL
    started_at: int
    ended_at: int | None = None
    attributes: Attributes
    links: list[Link] = []
    events: list[SpanEvent] = []
    error: str | None = None
    """What went wrong, in words; the empty string where there are none."""


class Ended(msgspec.Struct, frozen=True):
    """A span that has ended, with its trace."""

    trace_id: str
    state: str | None
    remote: bool
    """Whether its parent is another system's."""
    span: Span


def trace_id(instance: str, seed: int) -> str:
    """The trace of an instance that belongs to no other: the same after every restart, and no other instance's."""
    return _digest(f"{instance}\n{seed}", 16)


def span_id(instance: str, seed: int, *parts: str | int) -> str:
    """The id of a span: what it is of tells it from all others of its instance."""
    return _digest("\n".join(map(str, (instance, seed, *parts))), 8)


def _digest(text: str, size: int) -> str:
    digest = blake2b(text.encode(), digest_size=size).hexdigest()
    return digest if int(digest, 16) else "1".rjust(2 * size, "0")  # all zeroes would be no id
