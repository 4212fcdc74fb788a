"""The feed: the latest lifecycle events, kept in memory for those who follow all instances and come back after a cut.

Readers keep a place of their own, so that a slow one costs nobody else anything; whoever is too slow, or comes from
before a restart, is told that there is a gap.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from counterpoint.engine.lifecycle import Subscriber
from counterpoint.values.json import JsonObject

EVENTS_MAX: Final = 20_000
BYTES_MAX: Final = 32 * 1024 * 1024


class Told(NamedTuple):
    """A lifecycle event. `number` counts from 1 since the feed began."""

    number: int
    type: str
    body: bytes
    """The CloudEvent as JSON."""


class Feed:
    """Collects from the first reader on: without one, no lifecycle event need be made."""

    def __init__(self, follow: Callable[[Subscriber], Callable[[], None]]) -> None:
        self._follow = follow
        self._following = False
        self._kept: deque[Told] = deque()
        self._bytes = 0
        self._last = 0
        self.name = secrets.token_hex(4)
        """Tells this feed from the one before a restart."""
        self.readers: set[asyncio.Event] = set()
        """Set whenever there is news."""

    def read(self, place: str | None) -> FeedReader:
        """Follow from what comes next, or from what follows `place`, an earlier `FeedReader.place`."""
        if not self._following:
            self._following = True
            self._follow(self._collect)
        if place is None:
            return FeedReader(self, self._last, gap=False)
        name, _, number = place.partition("-")
        if name == self.name and number.isdecimal() and int(number) <= self._last:
            return FeedReader(self, int(number), gap=False)
        return FeedReader(self, self._oldest - 1, gap=True)

    def after(self, number: int, count_max: int) -> tuple[list[Told], bool]:
        """What follows `number`, at most so many, and whether something before it is lost."""
        first = max(number + 1, self._oldest)
        start = first - self._oldest
        kept = self._kept
        return [kept[each] for each in range(start, min(start + count_max, len(kept)))], first > number + 1

    @property
    def _oldest(self) -> int:
        return self._kept[0].number if self._kept else self._last + 1

    def _collect(self, event: JsonObject) -> None:
        body = msgspec.json.encode(event)
        self._last += 1
        self._kept.append(Told(self._last, event["type"], body))
        self._bytes += len(body)
        while len(self._kept) > EVENTS_MAX or self._bytes > BYTES_MAX:
            self._bytes -= len(self._kept.popleft().body)
        for reader in self.readers:
            reader.set()


class FeedReader:
    """One reader of the feed. A context manager."""

    def __init__(self, feed: Feed, number: int, *, gap: bool) -> None:
        self._feed = feed
        self._number = number
        self._gap = gap
        self.moved = asyncio.Event()
        """Set when there may be news; whoever waits for something else besides may set it too."""

    def __enter__(self) -> FeedReader:
        self._feed.readers.add(self.moved)
        return self

    def __exit__(self, *_: object) -> None:
        self._feed.readers.discard(self.moved)

    def place(self, told: Told | None = None) -> str:
        """What `Feed.read` takes to go on after an event; without one, after the last that was read."""
        return f"{self._feed.name}-{self._number if told is None else told.number}"

    def news(self, count_max: int) -> tuple[list[Told], bool]:
        """The events since the last call, at most so many, and whether some before them are lost."""
        self.moved.clear()
        told, lost = self._feed.after(self._number, count_max)
        gap, self._gap = self._gap or lost, False
        if told:
            self._number = told[-1].number
        return told, gap
