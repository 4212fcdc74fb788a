"""Fold: the state of an instance is its journal, applied event by event."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.kernel import Instance, evolve
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject


def fold(plan: Plan, transitions: Iterable[tuple[int, list[Event]]], secrets: JsonObject | None = None) -> Instance:
    """The instance after these transitions (time in ms since the epoch, events), which start with its first."""
    instance = Instance(plan)
    if secrets:
        instance.secrets = secrets
    sequence = 0
    for sequence, (at, events) in enumerate(transitions, 1):  # noqa: B007
        instance.now = at
        for event in events:
            evolve(instance, event)
    instance.sequence = sequence
    instance.take_changes()
    return instance
