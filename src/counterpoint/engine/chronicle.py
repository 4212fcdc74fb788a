"""The chronicle: the journal of all instances, read forwards from any position and told as lifecycle events.

What a transition is told as follows from the journal alone, so whoever reads it again, after a restart or another
engine, is told the same. Telling needs a little of each instance (`Tale`): it is kept for those that were met last, and
read again from their journals for others.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Final, NamedTuple

import msgspec

from counterpoint.engine.archive import Archive
from counterpoint.engine.library import Library
from counterpoint.engine.lifecycle import tell
from counterpoint.engine.live import Tale
from counterpoint.errors import CounterpointError, StoreCorrupt, StoreError
from counterpoint.kernel import events as e
from counterpoint.ports.store import Record, Store
from counterpoint.values.json import JsonObject

TALES_MAX: Final = 10_000
"""Instances between whose transitions a chronicle need not read their journals again."""
RECORDS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 4 * 1024 * 1024
UNREADABLE: Final = "unreadable"
_ENDS: Final = (e.InstanceCompleted, e.InstanceFaulted, e.InstanceCancelled)
_log = logging.getLogger("counterpoint.engine")


class Told(NamedTuple):
    """A lifecycle event, or, with the type `UNREADABLE`, that a transition cannot be told."""

    position: int
    """Of its transition, in the journal of all instances."""
    ordinal: int
    """Within its transition, from 1."""
    type: str
    instance: str
    workflow: str
    """`namespace/name:version`."""
    body: bytes
    """The CloudEvent as JSON."""


class Chapter(NamedTuple):
    """One transition, told; often as nothing."""

    position: int
    events: list[Told]


def is_of_the_store(error: Exception) -> bool:
    """Whether the store cannot read now, and is asked again; otherwise a transition is unreadable for good."""
    return isinstance(error, StoreError) and not isinstance(error, StoreCorrupt)


class _Begun(NamedTuple):
    tale: Tale
    sequence: int


class Chronicle:
    """Reads on from `position`. Nothing is missed and nothing comes twice."""

    def __init__(self, store: Store, archive: Archive, library: Library, position: int) -> None:
        self.position = position
        """Of the last transition that was told."""
        self._store = store
        self._archive = archive
        self._library = library
        self._tales: OrderedDict[int, _Begun] = OrderedDict()
        self._unreadable: set[int] = set()
        """Instances of which it was logged that they cannot be told."""

    async def read(self) -> list[Chapter]:
        """Some of what follows; nothing at the end of the journal. Raises StoreError.

        Whoever is interrupted in here has read nothing.
        """
        await asyncio.sleep(0)  # a store may answer without waiting: let others have their turn
        found, size = list[Chapter](), 0
        for position, record in await self._store.journal(self.position, RECORDS_AT_ONCE):
            chapter = await self._told(position, record)
            found.append(chapter)
            size += len(record.body) + sum(len(each.body) for each in chapter.events)
            if size > BYTES_AT_ONCE:
                break
        if found:
            self.position = found[-1].position
        return found

    async def _told(self, position: int, record: Record) -> Chapter:
        try:
            tale = await self._tale(record)
            told = await self._tell(tale, record)
            plan = tale.plan
            workflow = f"{plan.namespace}/{plan.name}:{plan.version}"
            events = [
                Told(position, ordinal, each["type"], tale.id, workflow, msgspec.json.encode(each))
                for ordinal, each in enumerate(told, 1)
            ]
        except Exception as error:
            if is_of_the_store(error):
                raise
            # One transition that cannot be read must not end the story of all others. Telling takes for granted that a
            # journal fits its plan: where it does not, anything may be raised.
            self._tales.pop(record.instance, None)
            self._note(position, record.instance, error)
            return Chapter(position, [Told(position, 1, UNREADABLE, "", "", b"{}")])
        return Chapter(position, events)

    def _note(self, position: int, instance: int, error: Exception) -> None:
        """Log it, once for each instance: what follows in its journal cannot be told either."""
        if instance in self._unreadable:
            return
        if len(self._unreadable) >= TALES_MAX:
            self._unreadable.clear()
        self._unreadable.add(instance)
        _log.error(
            "position %d of the journal, of instance number %d, cannot be told: %s: %s",
            position,
            instance,
            type(error).__name__,
            error,
            exc_info=None if isinstance(error, CounterpointError) else error,
        )

    async def _tell(self, tale: Tale, record: Record) -> list[JsonObject]:
        number, sequence = record.instance, record.sequence
        [(at, events)] = await self._archive.transitions(number, [record], sequence - 1)
        told = tell(tale, sequence, at, events)
        if any(isinstance(each, _ENDS) for each in events):
            self._tales.pop(number, None)
        else:
            self._tales[number] = _Begun(tale, sequence)
            self._tales.move_to_end(number)
            if len(self._tales) > TALES_MAX:
                self._tales.popitem(last=False)
        return told

    async def _tale(self, record: Record) -> Tale:
        """What is known of the instance before this transition."""
        begun = self._tales.get(record.instance)
        if begun is not None and begun.sequence == record.sequence - 1:
            return begun.tale
        if record.sequence == 1:
            return await self._begin(record)
        tale, read = None, 0
        while read < record.sequence - 1:
            limit = min(RECORDS_AT_ONCE, record.sequence - 1 - read)
            earlier = await self._store.read(record.instance, read, limit)
            if not earlier:
                raise StoreCorrupt(f"the journal of instance number {record.instance} ends at transition {read}")
            tale = tale or await self._begin(earlier[0])
            transitions = await self._archive.transitions(record.instance, earlier, read)
            for sequence, (at, events) in enumerate(transitions, read + 1):
                tell(tale, sequence, at, events)
            read = earlier[-1].sequence
            await asyncio.sleep(0)
        if tale is None:
            raise CounterpointError("a transition has the sequence number 0")
        return tale

    async def _begin(self, first: Record) -> Tale:
        [(_, [started, *_])] = await self._archive.transitions(first.instance, [first])
        if not isinstance(started, e.InstanceStarted):
            raise StoreCorrupt(f"instance number {first.instance} does not begin with its start")
        return Tale(await self._library.plan(started.workflow), started.id)
