"""Which files are ours, and how their schema comes up to date.

The file header says both: `application_id` that it is a Counterpoint store, `user_version` which schema it has.
"""

from __future__ import annotations

import sqlite3
from importlib import metadata
from pathlib import Path

from counterpoint.errors import NotFound, StoreCorrupt, StoreError, StoreTooNew
from counterpoint.stores.sqlite.statements import migrations, statement
from counterpoint.stores.sqlite.transaction import transaction

APPLICATION_ID = 0x43505431  # "CPT1"

_ADD_MIGRATION = statement("add_migration")
_LATEST_MIGRATION = statement("latest_migration")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, each step in its own transaction. Raises StoreCorrupt, StoreTooNew."""
    steps = migrations()
    _recognise(connection, path)
    for number in range(_version(connection, path, len(steps)) + 1, len(steps) + 1):
        with transaction(connection):
            for each in _statements(steps[number - 1]):
                connection.execute(each)
            connection.execute(_ADD_MIGRATION, (number, _release()))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what cannot be read as it is. Raises StoreCorrupt, StoreTooNew, NotFound (no engine has made it yet)."""
    newest = len(migrations())
    _recognise(connection, path)
    version = _version(connection, path, newest)
    if version == 0:
        raise NotFound(f"store {path} is empty: no engine has opened it yet")
    if version < newest:
        raise StoreError(
            f"store {path} has schema {version} and this is Counterpoint {_release()}, which reads schema {newest}; "
            "open it once with an engine, which brings it up to date"
        )


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    identity = _pragma(connection, "application_id")
    empty = identity == 0 and _pragma(connection, "page_count") == 0
    if identity != APPLICATION_ID and not empty:
        raise StoreCorrupt(
            f"store {path}: not a Counterpoint store but a database of something else; name another file"
        )


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    version = _pragma(connection, "user_version")
    if version > newest:
        raise StoreTooNew(
            f"store {path} has schema {version}, written by Counterpoint {_writer(connection)}; this is Counterpoint "
            f"{_release()}, which knows schemas up to {newest}. Upgrade this one, or open the store with that version"
        )
    return version


def _writer(connection: sqlite3.Connection) -> str:
    try:
        row = connection.execute(_LATEST_MIGRATION).fetchone()
    except sqlite3.OperationalError:
        return "of an unknown later version"  # a later schema may keep its releases elsewhere
    return str(row[0]) if row else "of an unknown later version"


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _statements(script: str) -> list[str]:
    """The statements of a script. (`executescript` would commit before it begins.)"""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


def _release() -> str:
    try:
        return metadata.version("counterpoint")
    except metadata.PackageNotFoundError:
        return "(not installed)"
