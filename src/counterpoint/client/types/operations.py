# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `operations`."""

from __future__ import annotations

from counterpoint.client.types.answered import Answered
from counterpoint.client.types.shared import InstanceEntry, ProblemDetails


class ActionAnswer(Answered, frozen=True, kw_only=True):
    """What an action would be carried out on, or what has become of it."""

    dry_run: bool
    count: int
    """Of instances that match."""
    token: str | None = None
    sample: list[InstanceEntry] | None = None
    """Of a dry run: the newest that match."""
    items: list[ActionItem] | None = None
    """Of the action itself: all of them."""


class ActionItem(Answered, frozen=True, kw_only=True):
    """What became of one instance."""

    id: str
    done: bool
    problem: ProblemDetails | None = None


class ForkAnswer(Answered, frozen=True, kw_only=True):
    """What a fork does once more; and, unless it was only tried, its id."""

    dry_run: bool
    origin: str
    workflow: str
    at: int
    last: int
    """The last transition of the origin."""
    repeats: list[RepeatedEffect]
    """A thousand at most; the count is of all, as for `shared`."""
    repeats_count: int
    shared: list[SharedEffect]
    shared_count: int
    id: str | None = None


class InstanceFilter(Answered, frozen=True, kw_only=True):
    """Instances of which all holds that is given."""

    status: list[str] | None = None
    """Status phases of the specification; any of them."""
    workflow: str | None = None
    """`name`, `namespace/name`, both of all versions, or `namespace/name:RANGE`."""
    version: str | None = None
    """Of `workflow`: a version, a range of them, or `latest`."""
    saga: str | None = None
    """`compensating`, `compensated` or `stuck`."""
    business_key: str | None = None
    business_key_prefix: str | None = None
    """What the business key begins with, letter by letter."""
    correlation: str | None = None
    parent: str | None = None
    """The id of an instance: its sub-workflows."""
    error_type: str | None = None
    waits_for: str | None = None
    """`timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`."""
    created_from: str | None = None
    created_to: str | None = None
    ended_from: str | None = None
    ended_to: str | None = None
    due_from: str | None = None
    """When the first of the times is that it waits for."""
    due_to: str | None = None


class RepeatedEffect(Answered, frozen=True, kw_only=True):
    """An effect that the origin has begun, and that the fork may begin once more, under a key of its own."""

    task: str
    function: str
    key: str
    """The idempotency key that the origin gave it."""
    in_flight: bool
    """The fork begins with it. Otherwise the origin has begun it after the point."""


class SharedEffect(Answered, frozen=True, kw_only=True):
    """An effect that was carried out at the point: the origin and the fork would each undo it, under the
    same key.
    """

    task: str
    key: str
    undone: bool
    """The origin has begun to undo it since: the fork goes on as if it were there."""


class Signalled(Answered, frozen=True, kw_only=True):
    """What became of a signal."""

    taken: bool
    """Whether the instance listened for it. Nothing keeps one that was not taken."""
