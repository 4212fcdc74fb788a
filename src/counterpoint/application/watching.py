"""Watching: one instance's history as it grows, event by event, from any place in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

from counterpoint.application.views import history_of
from counterpoint.engine.library import workflow_of
from counterpoint.engine.live import Transition
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.masking import Redaction, is_unmasked, redaction_of
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject


class Place(NamedTuple):
    """A place in a history: the number of a transition, and of an event within it, both from 1. As text `3.1`."""

    sequence: int = 0
    ordinal: int = 0

    def __str__(self) -> str:
        return f"{self.sequence}.{self.ordinal}"

    @classmethod
    def of(cls, text: str) -> Place:
        """The reverse of `str`. Raises InvalidInput."""
        sequence, dot, ordinal = text.partition(".")
        digits = sequence.isdecimal() and ordinal.isdecimal() and text.isascii() and len(text) < 32
        if not dot or not digits:
            raise InvalidInput(f"{text[:40]!r} is no place in a history; it looks like 3.1")
        return cls(int(sequence), int(ordinal))


_AT_ONCE: Final = 200
"""Transitions; at least two, or a place within one could hide what follows it."""
News: TypeAlias = "list[tuple[Place, JsonObject]]"
"""Events of a history, each with its place."""


class Watching:
    """Reads on where it stopped: nothing is missed and nothing comes twice. A context manager."""

    def __init__(self, runtime: Runtime, id: str, number: int, after: Place, plan: Plan) -> None:
        """Use `watch`."""
        self._runtime = runtime
        self._id = id
        self._number = number
        self._place = after
        self._redaction = redaction_of(plan)
        self.moved = asyncio.Event()
        """Set when there may be news; whoever waits for something else besides may set it too."""
        self.over = False
        """Whether the instance had ended when `news` was last asked, so that all of it is told."""

    def __enter__(self) -> Watching:
        self._runtime.dispatch.watchers.setdefault(self._number, []).append(self.moved)
        return self

    def __exit__(self, *_: object) -> None:
        watchers = self._runtime.dispatch.watchers
        watchers[self._number].remove(self.moved)
        if not watchers[self._number]:
            del watchers[self._number]

    async def news(self) -> News:
        """Some of the events that follow, each with its place; none once all were told. Raises StoreError."""
        self.moved.clear()
        row = await self._runtime.store.find(self._id)
        # Looked at before the journal is read: what was over then has all its events in there.
        self.over = row is not None and row.ended_at is not None and self._runtime.live(self._id) is None
        read = max(0, self._place.sequence - 1)
        records = await self._runtime.store.read(self._number, read, _AT_ONCE)
        if not records:
            return []
        found: News = []
        transitions = await self._runtime.archive.transitions(self._number, records, read)
        redaction = await self._masking(transitions, read)
        for sequence, transition in enumerate(transitions, read + 1):
            for ordinal, event in enumerate(history_of([transition], sequence, redaction), 1):
                place = Place(sequence, ordinal)
                if place > self._place:
                    found.append((place, event))
        if found:
            self._place = found[-1][0]
        return found

    async def _masking(self, transitions: Sequence[Transition], read: int) -> Redaction | None:
        """What masks the news, which follow transition `read`; it must know all that came before them."""
        if self._redaction is None or is_unmasked():
            return None
        if self._redaction.sequence < read:
            earlier = await self._runtime.archive.journal(self._number)
            transitions, read = [*earlier[:read], *transitions], 0
        for sequence, (at, events) in enumerate(transitions, read + 1):
            self._redaction.note(sequence, at, events)
        return self._redaction


async def watch(runtime: Runtime, id: str, after: Place = Place()) -> Watching:  # noqa: B008 (immutable)
    """Watch an instance from what follows `after`. Raises NotFound."""
    row = await runtime.store.find(id)
    if row is None:
        raise NotFound(f"there is no instance {id!r}")
    workflow = next(workflow_of(each) for each in runtime.library.all() if each.number == row.definition)
    return Watching(runtime, id, row.number, after, await runtime.library.plan(workflow))
