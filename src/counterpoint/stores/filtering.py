"""Filtering: whether one row meets a filter, for stores that look at every row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from counterpoint.ports.selection import Filter, event_words, whole_parent, words_of
from counterpoint.ports.store import InstanceRow
from counterpoint.stores.phases import phase_code

_EQUAL: Final = ("saga", "business_key", "correlation", "error_type")


def condition(wanted: Filter) -> Callable[[InstanceRow], bool]:
    """What tells whether a row meets the filter. Raises InvalidInput for an unknown status."""
    for status in wanted.statuses:
        phase_code(status)
    conditions: list[Callable[[InstanceRow], bool]] = []
    if wanted.statuses:
        conditions.append(lambda row: row.status in wanted.statuses)
    if wanted.definitions is not None:
        definitions = set(wanted.definitions)
        conditions.append(lambda row: row.definition in definitions)
    conditions += [_equal(name, getattr(wanted, name)) for name in _EQUAL if getattr(wanted, name) is not None]
    if wanted.parent is not None:
        conditions.append(_child(wanted.parent))
    if wanted.waits is not None:
        words = set(event_words(wanted.waits))
        conditions.append(lambda row: not words.isdisjoint(words_of(row.waits)))
    conditions.append(lambda row: _within(row.created_at, wanted.created_from, wanted.created_to))
    conditions.append(lambda row: _within(row.ended_at, wanted.ended_from, wanted.ended_to))
    conditions.append(lambda row: _within(row.due_at, wanted.due_from, wanted.due_to))
    if wanted.business_key_prefix is not None:
        conditions.append(_begins(wanted.business_key_prefix))
    return lambda row: all(holds(row) for holds in conditions)


def _equal(name: str, value: str) -> Callable[[InstanceRow], bool]:
    return lambda row: getattr(row, name) == value


def _begins(prefix: str) -> Callable[[InstanceRow], bool]:
    return lambda row: row.business_key is not None and row.business_key.startswith(prefix)


def _child(parent: str) -> Callable[[InstanceRow], bool]:
    if whole_parent(parent):
        return lambda row: row.parent == parent
    return lambda row: row.parent is not None and row.parent.startswith(f"{parent}#")


def _within(moment: int | None, start: int | None, end: int | None) -> bool:
    if start is None and end is None:
        return True
    return moment is not None and (start is None or moment >= start) and (end is None or moment < end)
