"""The feed: the lifecycle events of all instances, for those who follow them and come back after a cut.

It is read from the journal, so a reader goes on where it stopped after a restart too. Those who have caught up share
what is told: each transition is read once for all of them. Whoever is slower, or comes back from long ago, reads on its
own until it has caught up, and costs nobody else anything. Without readers nothing is read.
"""

from __future__ import annotations

import asyncio
import secrets
from bisect import bisect_right
from collections import deque
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from counterpoint.engine.chronicle import UNREADABLE, Chapter, Chronicle, Told
from counterpoint.engine.registry import may_mean, require_readable
from counterpoint.engine.runtime import Runtime

CHAPTERS_MAX: Final = 20_000
BYTES_MAX: Final = 32 * 1024 * 1024
_AT_ONCE: Final = 200
_NAME: Final = "feed"
"""Of the value in the store that tells its journal from others."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events a reader wants; what is None or empty restricts nothing."""

    types: tuple[str, ...] = ()
    """Types of the CloudEvents; one that ends in `*` stands for all that begin so."""
    workflow: str | None = None
    """`name` or `namespace/name`, of all versions, or `namespace/name:RANGE`."""
    instance: str | None = None

    def admits(self, told: Told) -> bool:
        """Whether this one is wanted."""
        if told.type == UNREADABLE:
            return False
        if self.instance is not None and told.instance != self.instance:
            return False
        if self.workflow is not None and not may_mean(self.workflow, told.workflow):
            return False
        return not self.types or any(_is_of(told.type, each) for each in self.types)


class Place(NamedTuple):
    """A transition in the journal of all instances and an event within it, from 1; 0 where all of it is meant."""

    position: int
    ordinal: int


class Feed:
    """What readers share. `read` before use."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = asyncio.Lock()
        self._kept: deque[Chapter] = deque()
        self._bytes = 0
        self._low = 0
        """Everything that follows this position, up to the chronicle's, is kept."""
        self._chronicle = self.chronicle(0)
        self._name = ""
        self.readers: set[FeedReader] = set()

    async def read(self, place: str | None, wanted: Wanted = Wanted(), *, from_start: bool = False) -> FeedReader:  # noqa: B008 (immutable)
        """Follow from what comes next, from the start of the journal, or from what follows `place`.

        `place` is an earlier `FeedReader.place`. One of another journal is a gap, and goes on from what comes next.
        Raises InvalidInput, StoreError.
        """
        if wanted.workflow is not None:
            require_readable(wanted.workflow)
        name, end = await self._identity(), await self._runtime.store.position()
        if place is None:
            return FeedReader(self, wanted, Place(0 if from_start else end, 0), gap=False)
        found = _parsed(place)
        if found is None or found[0] != name or found[1].position > end:
            return FeedReader(self, wanted, Place(end, 0), gap=True)
        return FeedReader(self, wanted, found[1], gap=False)

    @property
    def name(self) -> str:
        """Of the journal; known once somebody reads."""
        return self._name

    def chronicle(self, position: int) -> Chronicle:
        """One that reads on from a position."""
        runtime = self._runtime
        return Chronicle(runtime.store, runtime.archive, runtime.library, position)

    def join(self, reader: FeedReader) -> None:
        """A reader begins."""
        self.readers.add(reader)
        self._runtime.dispatch.followers.add(reader.moved)

    def leave(self, reader: FeedReader) -> None:
        """A reader has gone."""
        self.readers.discard(reader)
        self._runtime.dispatch.followers.discard(reader.moved)
        if not self.readers:
            self._jump(self._chronicle.position)

    async def after(self, position: int, *, alone: bool) -> list[Chapter] | None:
        """Some of the chapters that follow a position; None for one whose followers are no longer kept.

        `alone`: no other reader shares what is kept.
        """
        async with self._lock:
            if alone and position > self._chronicle.position:
                self._jump(position)
            if position < self._low:
                return None
            while position >= self._chronicle.position:
                chapters = await self._chronicle.read()
                if not chapters:
                    return []
                self._keep(chapters)
            if position < self._low:
                return None
            first = bisect_right(self._kept, position, key=lambda each: each.position)
            return list(islice(self._kept, first, first + _AT_ONCE))

    def _keep(self, chapters: list[Chapter]) -> None:
        for each in chapters:
            self._kept.append(each)
            self._bytes += _size(each)
        while len(self._kept) > CHAPTERS_MAX or (self._bytes > BYTES_MAX and len(self._kept) > 1):
            dropped = self._kept.popleft()
            self._bytes -= _size(dropped)
            self._low = dropped.position

    def _jump(self, position: int) -> None:
        self._kept.clear()
        self._bytes = 0
        self._low = position
        if position != self._chronicle.position:
            self._chronicle = self.chronicle(position)

    async def _identity(self) -> str:
        """The name of this journal: places of another one, or of one before it was replaced, are not places in it."""
        async with self._lock:
            if not self._name:
                kept = await self._runtime.store.value(_NAME)
                name = secrets.token_hex(4) if kept is None else kept.decode()
                if kept is None:
                    write = {_NAME: name.encode()}
                    await self._runtime.committer.request_write(lambda batch: batch.values.update(write))
                self._name = name
            return self._name


class News(NamedTuple):
    """What has come for a reader."""

    told: list[Told]
    gap: bool
    """Whether something before it is lost."""
    more: bool
    """Whether there may be more to read at once."""


class FeedReader:
    """One reader of the feed. A context manager."""

    def __init__(self, feed: Feed, wanted: Wanted, place: Place, *, gap: bool) -> None:
        """`place` is that of the last event which the reader has."""
        self._feed = feed
        self._wanted = wanted
        self._place = place
        self._gap = gap
        self._own: Chronicle | None = None
        self.moved = asyncio.Event()
        """Set when there may be news; whoever waits for something else besides may set it too."""

    def __enter__(self) -> FeedReader:
        self._feed.join(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._feed.leave(self)

    @property
    def shares(self) -> bool:
        """Whether it has caught up with those who share what is told."""
        return self._own is None

    def place(self, told: Told | None = None) -> str:
        """What `Feed.read` takes to go on after an event; without one, after all that was read."""
        place = self._place if told is None else Place(told.position, told.ordinal)
        return f"{self._feed.name}-{place.position}.{place.ordinal}"

    async def news(self) -> News:
        """Some of the events that follow. Raises StoreError."""
        self.moved.clear()
        gap, self._gap = self._gap, False
        last = self._place
        chapters = await self._chapters(last.position - 1 if last.ordinal else last.position)
        if chapters:
            self._place = Place(chapters[-1].position, 0)
        found = [told for chapter in chapters for told in chapter.events if last < (told.position, told.ordinal)]
        told = [each for each in found if self._wanted.admits(each)]
        return News(told, gap or any(each.type == UNREADABLE for each in found), bool(chapters))

    async def _chapters(self, position: int) -> list[Chapter]:
        alone = not any(each.shares for each in self._feed.readers if each is not self)
        chapters = await self._feed.after(position, alone=alone)
        if chapters is not None:
            self._own = None
            return chapters
        if self._own is None:
            self._own = self._feed.chronicle(position)
        return await self._own.read()


def _parsed(text: str) -> tuple[str, Place] | None:
    name, dash, numbers = text.partition("-")
    position, dot, ordinal = numbers.partition(".")
    digits = position.isdecimal() and ordinal.isdecimal() and text.isascii() and len(text) < 64
    if not (dash and dot and digits):
        return None
    place = Place(int(position), int(ordinal))
    return None if place.ordinal and not place.position else (name, place)


def _is_of(type: str, wanted: str) -> bool:
    return type.startswith(wanted[:-1]) if wanted.endswith("*") else type == wanted


def _size(chapter: Chapter) -> int:
    return sum(len(each.body) for each in chapter.events)
