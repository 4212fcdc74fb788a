# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `instances`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered
from counterpoint.client.types.shared import Instance, InstanceEntry, ProblemDetails


class ChainInstance(Answered, frozen=True, kw_only=True):
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


class CountedInstances(Answered, frozen=True, kw_only=True):
    """How many instances match."""

    total: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""
    by_status: dict[str, int]
    by_workflow: dict[str, int]
    """By `namespace/name:version`."""


class EventBetween(Answered, frozen=True, kw_only=True):
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


class History(Answered, frozen=True, kw_only=True):
    """What has happened to an instance."""

    items: list[dict[str, Any]]
    """Events: `sequence` (of the transition), `at` (milliseconds since the epoch), `type`, and what the
    type has.
    """
    next: int | None
    """What `after` takes to go on; null where this is all so far."""


class InstancePage(Answered, frozen=True, kw_only=True):
    """Some of the instances that match, newest first."""

    items: list[InstanceEntry]
    next: str | None
    """What `cursor` takes to go on; null on the last page."""


class StartAnswer(Answered, frozen=True, kw_only=True):
    """What became of one start: the instance, or a problem."""

    status: int
    """What it would have been answered with alone: 201 started, 200 started before, or that of the
    problem.
    """
    id: str | None = None
    workflow: str | None = None
    problem: ProblemDetails | None = None
    warnings: list[Warned] | None = None
    """What is to be said of what was started; left out where that is nothing."""


class StartAnswers(Answered, frozen=True, kw_only=True):
    """What became of many starts."""

    items: list[StartAnswer]
    """In the order of the request."""


class StartedInstance(Answered, frozen=True, kw_only=True):
    """An instance that was started, now or by an earlier request with the same key."""

    id: str
    workflow: str
    replayed: bool
    """Whether an earlier request with the same key had started it."""
    instance: Instance | None = None
    """How it stands; only with `wait`."""
    warnings: list[Warned] | None = None
    """What is to be said of what was started; left out where that is nothing."""


class Warned(Answered, frozen=True, kw_only=True):
    """Something that still works, and will not for ever."""

    type: str
    """A stable name, as `urn:counterpoint:warning:version-deprecated`."""
    detail: str
    sunset: str | None = None
    """From when on it will not work."""
    replacement: str | None = None
    """What to start instead: `namespace/name:RANGE`."""


class WholeChain(Answered, frozen=True, kw_only=True):
    """The instances of one story, and the events between them."""

    correlation: str
    instances: list[ChainInstance]
    events: list[EventBetween]
    next: str | None
    """The `cursor` of the next page, where there is one."""
