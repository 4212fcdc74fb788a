"""Selecting: from a filter to SQL. Each walk goes along one index in the order of instance numbers.

Which index is chosen here and forced (`INDEXED BY`): of the conditions that are given, the one that fewest instances
meet as a rule. Where a condition has several values, each has a walk, and the walks are merged.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from heapq import merge
from itertools import islice
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from counterpoint.ports.selection import Counted, Filter, Tally, event_words, whole_parent
from counterpoint.stores.phases import COMPLETED, PHASES, phase_code
from counterpoint.stores.sqlite.statements import statement

COLUMNS: Final = (
    "number, id, definition, status, attention, created_at, ended_at, wake_at, saga, parent, listens, error_type, "
    "business_key, correlation, waits, due_at"
)
RANGE_ROWS_MAX: Final = 2_000
"""A range of time with more instances than this is not worth sorting: the walk goes along another index."""

_TALLIES: Final = statement("tallies")
_NUMBER_MAX: Final = 2**63 - 1


class Walk(NamedTuple):
    """Instances from one index, which all meet the filter."""

    source: str
    """What stands after FROM."""
    terms: tuple[str, ...]
    """What stands after WHERE, joined by AND."""
    number: str = "number"
    """The column with the instance's number that the index is in the order of."""

    def page(self) -> str:
        """Up to `:limit` of them before number `:before`, newest first."""
        return self.select(COLUMNS, f"AND {self.number} < :before ORDER BY {self.number} DESC LIMIT :limit")

    def select(self, what: str, end: str) -> str:
        """A statement on these instances."""
        return f"SELECT {what} FROM {self.source} WHERE {' AND '.join(self.terms)} {end}"  # noqa: S608 (of our words)


def select(connection: sqlite3.Connection, wanted: Filter, before: int | None, limit: int) -> Iterator[tuple[Any, ...]]:
    """The columns `COLUMNS` of up to `limit` instances, newest first. Raises InvalidInput for an unknown status."""
    values = {**values_of(wanted), "before": _NUMBER_MAX if before is None else before, "limit": limit}
    with ExitStack() as opened:
        walks = []
        for walk in walks_of(connection, wanted):
            walks.append(opened.enter_context(closing(connection.execute(walk.page(), values))))
        yield from islice(each_once(merge(*walks, key=lambda row: -int(row[0]))), limit)


def count(connection: sqlite3.Connection, wanted: Filter, count_max: int) -> Counted:
    """See `Store.count`."""
    if wanted == Filter(statuses=wanted.statuses, definitions=wanted.definitions):
        return Counted(_tallied(connection, wanted), at_least=False)
    values, found = values_of(wanted), Counter[tuple[int, int]]()
    for walk in _distinct(walks_of(connection, wanted), wanted):
        left = count_max + 1 - found.total()
        inner = walk.select("definition, status", f"LIMIT {left}")
        sql = f"SELECT definition, status, count(*) FROM ({inner}) GROUP BY definition, status"  # noqa: S608
        found.update({(definition, status): number for definition, status, number in connection.execute(sql, values)})
        if found.total() > count_max:
            largest = found.most_common(1)[0][0]
            found[largest] -= 1
            return Counted(_tallies(found), at_least=True)
    return Counted(_tallies(found), at_least=False)


def walks_of(connection: sqlite3.Connection, wanted: Filter) -> list[Walk]:
    """The walks that give what a filter wants."""
    if wanted.definitions == ():
        return []
    terms = terms_of(wanted)
    if wanted.business_key is not None:
        return [along("business_key", terms)]
    if wanted.correlation is not None:
        return [along("correlation", terms)]
    if wanted.parent is not None:
        return [along("parent", terms)]
    for name in _ranges(wanted, ("business_key", "due_at")):
        if is_short(connection, along(name, range_of(name, wanted)), wanted):
            return [along(name, terms)]
    if wanted.waits is not None:
        source = "waiting CROSS JOIN instance ON instance.number = waiting.instance"
        terms = terms_of(replace(wanted, waits=None))
        words = range(len(event_words(wanted.waits)))
        return [Walk(source, (f"what = :waits{n}", *terms), "waiting.instance") for n in words]
    for name in _ranges(wanted, ("ended_at", "created_at")):
        if is_short(connection, along(name, range_of(name, wanted)), wanted):
            return [along(name, terms)]
    if wanted.error_type is not None:
        return [along("error_type", terms)]
    if wanted.saga is not None:
        return [along("saga", terms)]
    codes = codes_of(wanted)
    if codes and COMPLETED not in codes:
        # The second term lets SQLite use the partial index.
        return [along("status", [*terms, f"status = {code}", f"status <> {COMPLETED}"]) for code in codes]
    if wanted.definitions is not None:
        return [along("definition", [*terms, f"definition = {int(each)}"]) for each in wanted.definitions]
    if range_of("due_at", wanted):
        return [along("due_at", terms)]  # to sort those who are due is less than to look at all there ever were
    return [Walk("instance NOT INDEXED", ("true", *terms))]


def along(name: str, terms: list[str]) -> Walk:
    """The walk along one index."""
    return Walk(f"instance INDEXED BY instance_by_{name}", tuple(terms))


def is_short(connection: sqlite3.Connection, walk: Walk, wanted: Filter) -> bool:
    """Whether a walk comes to few enough to be sorted."""
    inner = walk.select("1", f"LIMIT {RANGE_ROWS_MAX + 1}")
    [(found,)] = connection.execute(f"SELECT count(*) FROM ({inner})", values_of(wanted))  # noqa: S608
    return bool(found <= RANGE_ROWS_MAX)


def _distinct(walks: list[Walk], wanted: Filter) -> list[Walk]:
    """The walks where each instance comes once: those of events of a type and of any overlap."""
    if len(walks) < 2 or wanted.waits is None:
        return walks
    among = "number IN (SELECT instance FROM waiting WHERE what IN (:waits0, :waits1))"
    return [Walk("instance", (among, *walks[0].terms[1:]))]


def terms_of(wanted: Filter) -> list[str]:
    """All that a filter asks for."""
    terms = [f"{name} = :{name}" for name in _EQUAL if getattr(wanted, name) is not None]
    if wanted.parent is not None:
        terms.append(parent_term(wanted.parent))
    for name in _ranges(wanted):
        terms += range_of(name, wanted)
    codes = codes_of(wanted)
    if codes:
        terms.append(f"status IN ({', '.join(map(str, codes))})")
    if wanted.waits is not None:
        words = ", ".join(f":waits{n}" for n in range(len(event_words(wanted.waits))))
        terms.append(f"EXISTS (SELECT 1 FROM waiting WHERE what IN ({words}) AND instance = number)")  # noqa: S608
    if wanted.definitions is not None:
        terms.append(f"definition IN ({', '.join(str(int(each)) for each in wanted.definitions)})")
    return terms


def parent_term(parent: str) -> str:
    """Sub-workflows of one task run, or of all of an instance's."""
    return "parent = :parent" if whole_parent(parent) else "parent >= :parent || '#' AND parent < :parent || '$'"


_EQUAL: Final = ("business_key", "correlation", "error_type", "saga")


_RANGED: Final = ("business_key", "due_at", "ended_at", "created_at")
"""What is bounded from below and above; what fewest have comes first."""


def _ranges(wanted: Filter, among: tuple[str, ...] = _RANGED) -> list[str]:
    """The columns that the filter bounds."""
    return [name for name in among if range_of(name, wanted)]


def range_of(name: str, wanted: Filter) -> list[str]:
    """How the filter bounds a column."""
    if name == "business_key":
        return _begins(wanted.business_key_prefix)
    moment = name.removesuffix("_at")
    bounds = ((">=", f"{moment}_from"), ("<", f"{moment}_to"))
    return [f"{name} {sign} :{bound}" for sign, bound in bounds if getattr(wanted, bound) is not None]


def _begins(prefix: str | None) -> list[str]:
    if prefix is None:
        return []
    above = [] if _following(prefix) is None else ["business_key < :prefix_end"]
    return ["business_key >= :business_key_prefix", *above]


def _following(prefix: str) -> str | None:
    """The first text after all that begin with this one, in the order of code points, which is that of UTF-8."""
    kept = prefix.rstrip(_LAST)
    if not kept:
        return None
    after = ord(kept[-1]) + 1
    return kept[:-1] + chr(_AFTER_SURROGATES if after == _SURROGATES else after)


_LAST: Final = chr(0x10FFFF)
_SURROGATES: Final = 0xD800
_AFTER_SURROGATES: Final = 0xE000


def values_of(wanted: Filter) -> dict[str, Any]:
    """What the terms of a filter name."""
    times = ("created_from", "created_to", "ended_from", "ended_to", "due_from", "due_to")
    values: dict[str, Any] = {
        name: getattr(wanted, name) for name in (*_EQUAL, "business_key_prefix", "parent", *times)
    }
    if wanted.business_key_prefix is not None:
        values["prefix_end"] = _following(wanted.business_key_prefix)
    if wanted.waits is not None:
        values |= {f"waits{n}": word for n, word in enumerate(event_words(wanted.waits))}
    return values


def codes_of(wanted: Filter) -> list[int]:
    """The statuses as they are stored. Raises InvalidInput for an unknown one."""
    return [phase_code(each) for each in dict.fromkeys(wanted.statuses)]


def each_once(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Without what was just there, of rows that begin with a number."""
    last = None
    for row in rows:
        if row[0] != last:
            last = row[0]
            yield row


def _tallied(connection: sqlite3.Connection, wanted: Filter) -> list[Tally]:
    codes, definitions = codes_of(wanted), wanted.definitions
    return [
        Tally(definition, PHASES[status], number)
        for definition, status, number in connection.execute(_TALLIES)
        if (not codes or status in codes) and (definitions is None or definition in definitions)
    ]


def _tallies(found: Counter[tuple[int, int]]) -> list[Tally]:
    return [Tally(definition, PHASES[status], number) for (definition, status), number in sorted(found.items())]
