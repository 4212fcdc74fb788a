"""The order of due times: from a filter to SQL. Each walk goes along one index in that order.

Where few meet a condition that has an index, they are looked at and sorted instead.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from heapq import merge
from itertools import islice
from typing import Any

from msgspec.structs import replace

from counterpoint.ports.selection import Filter, event_words
from counterpoint.stores.phases import COMPLETED
from counterpoint.stores.sqlite.selecting import (
    COLUMNS,
    Walk,
    along,
    codes_of,
    each_once,
    is_short,
    parent_term,
    range_of,
    terms_of,
    values_of,
)


def select_due(
    connection: sqlite3.Connection, wanted: Filter, after: tuple[int, int] | None, limit: int
) -> Iterator[tuple[Any, ...]]:
    """The columns `COLUMNS` of up to `limit` that wait for a time, the earliest first. Raises InvalidInput."""
    if after is not None and wanted.due_from is not None and after[0] < wanted.due_from:
        after = None  # whatever is wanted comes after it
    values = {**values_of(wanted), "limit": limit}
    if after is not None:
        values |= {"at": after[0], "number": after[1]}
    with ExitStack() as opened:
        pages = []
        for walk in due_walks_of(connection, wanted):
            for page in pages_of(walk, wanted, first=after is None):
                pages.append(opened.enter_context(closing(connection.execute(page, values))))
        yield from islice(each_once(merge(*pages, key=_place)), limit)


def pages_of(walk: Walk, wanted: Filter, *, first: bool) -> list[str]:
    """What gives a page: the first one, or what follows the place `:at`, `:number`.

    That has two parts, because SQLite seeks by the first column alone where a pair is compared with a pair: it would
    look again at all that are due at once before that number. Nothing else bounds the time, or it might seek by that.
    """
    end = "ORDER BY due_at, number LIMIT :limit"
    if first:
        return [walk.select(COLUMNS, " ".join([*(f"AND {term}" for term in range_of("due_at", wanted)), end]))]
    to, at_to = ("", "") if wanted.due_to is None else ("AND due_at < :due_to", "AND :at < :due_to")
    return [
        walk.select(COLUMNS, f"AND due_at = :at AND number > :number {at_to} ORDER BY number LIMIT :limit"),
        walk.select(COLUMNS, f"AND due_at > :at {to} {end}"),
    ]


def due_walks_of(connection: sqlite3.Connection, wanted: Filter) -> list[Walk]:
    """The walks that give what a filter wants of those who wait for a time, but for the bounds of that time."""
    if wanted.definitions == ():
        return []
    terms = ["due_at IS NOT NULL", *terms_of(replace(wanted, due_from=None, due_to=None))]
    for walks in _narrow(wanted):
        if all(is_short(connection, walk, wanted) for walk in walks):
            return [Walk(walk.source, (*walk.terms, *terms)) for walk in walks]
    if wanted.definitions is not None:
        return [along("definition_due_at", [*terms, f"definition = {int(each)}"]) for each in wanted.definitions]
    return [along("due_at", terms)]


def _narrow(wanted: Filter) -> Iterator[list[Walk]]:
    """The conditions that few may meet, by their indexes; a walk for each value."""
    for name in ("business_key", "correlation", "error_type", "saga"):
        if getattr(wanted, name) is not None:
            yield [along(name, [f"{name} = :{name}"])]
    if wanted.parent is not None:
        yield [along("parent", [parent_term(wanted.parent)])]
    if wanted.waits is not None:
        source = "waiting CROSS JOIN instance ON instance.number = waiting.instance"
        yield [Walk(source, (f"what = :waits{n}",)) for n in range(len(event_words(wanted.waits)))]
    for name in ("business_key", "ended_at", "created_at"):
        if terms := range_of(name, wanted):
            yield [along(name, terms)]
    codes = codes_of(wanted)
    if codes and COMPLETED not in codes:
        # The second term lets SQLite use the partial index.
        yield [along("status", [f"status = {code}", f"status <> {COMPLETED}"]) for code in codes]


def _place(row: tuple[Any, ...]) -> tuple[int, int]:
    return row[-1], row[0]
