"""One write transaction: all or nothing, and the connection stays usable whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from counterpoint.stores.sqlite.statements import statement

_PASS_FENCE = statement("pass_fence")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin, and commit durably at the end; on any exception roll back and let it through."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        _roll_back(connection)
        if isinstance(error, sqlite3.Error) and _is_of_the_disk(error):
            _fence(connection)
        raise


def at_once(connection: sqlite3.Connection, query: str, parameters: tuple[Any, ...]) -> None:
    """Carry out one statement, which is a transaction of its own: durable, or nothing of it. Raises sqlite3.Error."""
    try:
        connection.execute(query, parameters)
    except sqlite3.Error as error:
        if _is_of_the_disk(error):
            _fence(connection)
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        # SQLite ends the transaction even where the rollback itself reports a failing disk.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _is_of_the_disk(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR


def _fence(connection: sqlite3.Connection) -> None:
    """Overwrite what a commit that failed with an I/O error may have left in the write-ahead log (see ADR 0003).

    Tried once: where the disk still fails, the next successful commit of anybody has the same effect.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_PASS_FENCE)
        connection.execute("COMMIT")
    except sqlite3.Error:  # the caller is about to hear of the failure that brought us here
        _roll_back(connection)
