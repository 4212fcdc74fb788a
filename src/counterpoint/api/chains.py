"""Choreography over HTTP: everything that one story has led to."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from counterpoint.api.access import PERMISSION
from counterpoint.api.cursors import Cursor, Limit, cursor_at, number_of
from counterpoint.api.models import Answer
from counterpoint.api.problems import documented
from counterpoint.application.chains import INSTANCES_MAX, ChainEvent, Link
from counterpoint.application.service import Service
from counterpoint.values.timestamp import iso8601

READ: Final = {PERMISSION: "instances:read"}

_CHAIN: Final = "chain"


class ChainInstance(Answer, frozen=True, kw_only=True):
    """One instance of a chain."""

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
    created_at: str
    ended_at: str | None

    @classmethod
    def of(cls, link: Link) -> ChainInstance:
        """What goes over the wire."""
        members = msgspec.structs.asdict(link)
        members["created_at"] = iso8601(link.created_at)
        members["ended_at"] = None if link.ended_at is None else iso8601(link.ended_at)
        return cls(**members)


class EventBetween(Answer, frozen=True, kw_only=True):
    """An event between instances of a chain, or from outside."""

    id: str
    source: str | None
    type: str | None
    emitted_by: str | None
    """Id of an instance; null for one from outside."""
    at: str | None
    """When it was emitted."""
    started: list[str]
    """Ids of the instances that it has started."""
    woke: list[str]
    """Ids of the instances that took it while they listened."""

    @classmethod
    def of(cls, event: ChainEvent) -> EventBetween:
        """What goes over the wire."""
        return cls(**(msgspec.structs.asdict(event) | {"at": None if event.at is None else iso8601(event.at)}))


class WholeChain(Answer, frozen=True, kw_only=True):
    """The instances of one story, and the events between them."""

    correlation: str
    instances: list[ChainInstance]
    events: list[EventBetween]
    next: str | None
    """The `cursor` of the next page, where there is one."""


class ChainsController(Controller):
    """Stories that run across instances."""

    path = "/v1/chains"
    tags = ("instances",)

    @get("/{correlation:str}", opt=READ, operation_id="readChain", responses=documented(404))
    async def one(
        self, service: NamedDependency[Service], correlation: FromPath[str], limit: Limit = 100, cursor: Cursor = None
    ) -> WholeChain:
        """A chain by its correlation, or by the id of any instance of it: who started or woke whom, and by what."""
        chain = await service.chains.read(correlation, number_of(_CHAIN, cursor) or 0, min(limit, INSTANCES_MAX))
        return WholeChain(
            correlation=chain.correlation,
            instances=[ChainInstance.of(each) for each in chain.instances],
            events=[EventBetween.of(each) for each in chain.events],
            next=None if chain.next is None else cursor_at(_CHAIN, chain.next),
        )
