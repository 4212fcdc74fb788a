"""Where CloudEvents come from and go to: brokers and services outside. Events are in their JSON form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

import msgspec

from counterpoint.values.json import JsonObject

Accept: TypeAlias = Callable[[Sequence[JsonObject]], Awaitable[None]]
"""Takes events in: all of them are durable on return, duplicates (source and id) included.

Raises InvalidInput for what is no CloudEvent, or too large (the source must put that aside, not bring it again),
LimitExceeded where there is too much to do and StoreError where nothing can be written (the source must bring it again,
later).
"""


class Tally(msgspec.Struct):
    """What a source has done since it was made; all of it only grows."""

    connected: int = 0
    """How often."""
    received: int = 0
    """Messages that it was brought, those that came again included."""
    accepted: int = 0
    """Events that the engine has durably, those that it had before included."""
    duplicates: int = 0
    """Events that the engine had before."""
    put_aside: int = 0
    """Messages that nobody can use."""
    pauses: int = 0
    """How often the engine could take no more."""


class EventSink(Protocol):
    """Takes events out. What it has taken is durable with the receiver, who may get an event more than once."""

    async def send(self, events: Sequence[JsonObject]) -> None:
        """Hand over events, in order; returns when the receiver has acknowledged all of them.

        Raises SinkUnavailable where it is worth another try, SinkRefused where it will never take the event.
        """

    async def close(self) -> None:
        """Release what it holds."""


class EventSource(Protocol):
    """Brings events in, each at least once."""

    @property
    def tally(self) -> Tally:
        """What it has done. Whoever takes the events counts the duplicates."""

    async def run(self, accept: Accept) -> None:
        """Receive, `accept`, and only then acknowledge to the broker; until cancelled.

        Connects again by itself after a broken connection. Where `accept` cannot take more, it stops receiving for a
        while: the broker keeps what is there.
        """

    async def close(self) -> None:
        """Release what it holds."""
