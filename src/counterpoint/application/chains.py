"""Chains: the instances that events and sub-workflows have led to, one from another, and the events between them.

Read from the journals; nothing of it is stored but which instances belong together.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from counterpoint.engine.archive import Archive
from counterpoint.engine.labels import CAUSATION, CORRELATION
from counterpoint.engine.library import Library
from counterpoint.engine.live import Transition
from counterpoint.errors import NotFound
from counterpoint.kernel import Instance
from counterpoint.kernel import events as e
from counterpoint.kernel.undoing import due
from counterpoint.plan import Plan
from counterpoint.plan.model import EmitTask
from counterpoint.ports.store import Store
from counterpoint.values.json import JsonObject

INSTANCES_MAX = 100
"""Instances of a chain that are read at once: each means reading a journal."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a chain. Times in milliseconds since the epoch."""

    id: str
    workflow: str
    status: str
    saga: str | None
    parent: str | None
    """Of a sub-workflow: `{instance id}#{run}`."""
    correlation: str
    """Its own; another than the chain's where it only took an event of it."""
    caused_by: list[str]
    """Ids of the events that have led to its start."""
    left_to_undo: list[str]
    """References of the tasks that would have to be undone, the next one first."""
    created_at: int
    ended_at: int | None


class ChainEvent(msgspec.Struct, kw_only=True):
    """An event between instances of a chain, or from outside. Its data is in the instances' histories."""

    id: str
    source: str | None = None
    type: str | None = None
    emitted_by: str | None = None
    """Id of an instance; None for one from outside."""
    at: int | None = None
    """When it was emitted."""
    started: list[str] = []
    woke: list[str] = []
    """Ids of the instances that took it while they listened."""


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A chain, or a part of it."""

    correlation: str
    instances: list[Link]
    events: list[ChainEvent]
    """In the order in which they were emitted; those from outside first."""
    next: int | None
    """The number after which the rest follows, where there is more."""


class Chains:
    """Reads chains."""

    def __init__(self, store: Store, archive: Archive, library: Library) -> None:
        self._store = store
        self._archive = archive
        self._library = library

    async def read(self, correlation: str, after: int = 0, limit: int = INSTANCES_MAX) -> Chain:
        """A chain by its correlation, or by the id of any instance of it. Raises NotFound."""
        row = await self._store.find(correlation)
        if row is not None:
            folded = await self._archive.fold(row)
            correlation = folded.instance.labels.get(CORRELATION) or correlation
        rows = await self._store.chain(correlation, after, limit)
        if not rows and not after:
            raise NotFound(f"there is no chain {correlation!r}: no instance has this id or correlation")
        links: list[Link] = []
        told = _Told()
        for each in rows:
            folded = await self._archive.fold(each)
            links.append(_link(folded.instance))
            told.read(folded.instance, folded.plan, folded.transitions)
        more = rows[-1].number if len(rows) == limit else None
        return Chain(correlation=correlation, instances=links, events=told.events(), next=more)


def _link(instance: Instance) -> Link:
    left = sorted(due(instance, 0), key=lambda entry: -entry.order)
    causes = instance.labels.get(CAUSATION)
    return Link(
        id=instance.id,
        workflow=instance.workflow,
        status=instance.status.value,
        saga=None if instance.saga is None else instance.saga.value,
        parent=instance.parent,
        correlation=instance.labels.get(CORRELATION) or instance.id,
        caused_by=[] if causes is None else causes.split("\n"),
        left_to_undo=[entry.task.reference for entry in left],
        created_at=instance.started_at,
        ended_at=instance.ended_at,
    )


class _Told:
    """The events that journals tell of, by id."""

    def __init__(self) -> None:
        self._events: dict[str, ChainEvent] = {}

    def events(self) -> list[ChainEvent]:
        return sorted(self._events.values(), key=lambda each: (each.at is not None, each.at or 0, each.id))

    def read(self, instance: Instance, plan: Plan, transitions: Iterable[Transition]) -> None:
        for id in (instance.labels.get(CAUSATION) or "").split("\n"):
            if id:
                self._of(id).started.append(instance.id)
        emitting: set[int] = set()
        for at, events in transitions:
            for event in events:
                if isinstance(event, e.TaskStarted) and isinstance(plan.tasks[event.task], EmitTask):
                    emitting.add(event.run)
                elif isinstance(event, e.TaskCompleted) and event.run in emitting:
                    self._emitted(instance, at, event.output if event.raw is None else event.raw[0])
                elif isinstance(event, e.EventConsumed):
                    taken = self._of(event.event["id"])
                    taken.source, taken.type = event.event["source"], event.event["type"]
                    if instance.id not in taken.woke:
                        taken.woke.append(instance.id)

    def _emitted(self, instance: Instance, at: int, event: JsonObject) -> None:
        found = self._of(event["id"])
        found.source, found.type, found.emitted_by, found.at = event["source"], event["type"], instance.id, at

    def _of(self, id: str) -> ChainEvent:
        return self._events.setdefault(id, ChainEvent(id=id))
