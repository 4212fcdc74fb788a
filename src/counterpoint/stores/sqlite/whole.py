"""Large batches, each written by one statement, which needs nothing of the interpreter while it runs.

A thread that carries out many statements waits for the interpreter before each, for as long as the loop is busy: that
is slower than the loop doing it. One statement waits once, and the loop goes on meanwhile. See ADR 0018.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import msgspec

from counterpoint.ports.store import Batch, Record
from counterpoint.stores.sqlite.rows import instance_to_columns, summary_to_columns
from counterpoint.stores.sqlite.statements import statement, whole
from counterpoint.stores.sqlite.transaction import at_once

BODIES_BYTES_MAX: Final = 64 * 1024 * 1024
_MEMBERS: Final = frozenset({"records", "created", "summaries"})
_OTHERS: Final = tuple(name for name in Batch.__struct_fields__ if name not in _MEMBERS)
_OLDEST: Final = (3, 38, 0)
"""Of SQLite: the first with `->>` as standard."""
_WRITE_WHOLE: Final = statement("write_whole")
_json: Final = msgspec.json.Encoder().encode


class Whole(NamedTuple):
    """A batch as the columns of the view `whole`."""

    created: str
    places: str
    bodies: bytes
    summaries: str


class WholeWriter:
    """Writes large batches on one connection, in a thread of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(whole())
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="counterpoint-sqlite")

    def write(self, whole: Whole) -> None:
        """Write all of it durably, or nothing. Raises what sqlite3 raises."""
        at_once(self._connection, _WRITE_WHOLE, whole)

    def close(self) -> None:
        """Wait for what is being written."""
        self.thread.shutdown()


def available() -> bool:
    """Whether this SQLite can be shared by threads and knows what `whole.sql` asks of it."""
    return sqlite3.threadsafety == 3 and sqlite3.sqlite_version_info >= _OLDEST


def whole_of(batch: Batch) -> Whole | None:
    """The batch in columns; None where it holds what they have no place for."""
    if any(getattr(batch, name) for name in _OTHERS):
        return None
    places, size = _places(batch.records)
    created = _json([instance_to_columns(row) for row in batch.created])
    summaries = _json([summary_to_columns(each) for each in batch.summaries])
    # In JSON, SQLite takes a NUL for the end of a text.
    if size > BODIES_BYTES_MAX or b"\\u0000" in created or b"\\u0000" in summaries:
        return None
    bodies = b"".join([record.body for record in batch.records])
    return Whole(created.decode(), _json(places).decode(), bodies, summaries.decode())


def _places(records: list[Record]) -> tuple[list[tuple[int, int, int, int]], int]:
    """(instance, sequence, where in the bodies, length) of each, and the length of all. SQL counts from 1."""
    places, size = [], 0
    for record in records:
        length = len(record.body)
        places.append((record.instance, record.sequence, size + 1, length))
        size += length
    return places, size
