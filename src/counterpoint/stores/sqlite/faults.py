"""SQLite's errors in the words of our tree: what failed, on which file, what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterpoint.errors import (
    Conflict,
    CounterpointError,
    InvalidInput,
    StoreCorrupt,
    StoreError,
    StoreUnavailable,
)

_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: "there is no room left (disk, quota or bytes_max); free some and try again",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check it and its file system",
    sqlite3.SQLITE_READONLY: "the file or its directory is read-only; make both writable",
    sqlite3.SQLITE_PERM: "the file's permissions forbid it",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that its directory exists and is writable",
    sqlite3.SQLITE_BUSY: "another process kept it locked for too long; look for one that is stopped in the middle",
    sqlite3.SQLITE_LOCKED: "another connection kept it locked for too long",
    sqlite3.SQLITE_PROTOCOL: "its locks do not work; keep it on a local file system",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
}
_CORRUPT = {
    sqlite3.SQLITE_CORRUPT: "its content is damaged; restore a copy (`PRAGMA integrity_check` shows the damage)",
    sqlite3.SQLITE_NOTADB: "not a Counterpoint store: it is not an SQLite database",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn whatever sqlite3 raises inside into StoreUnavailable, StoreCorrupt, StoreError, Conflict or InvalidInput."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_our_words(error, path) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise InvalidInput(f"store {path}: a value cannot be stored: {error}") from error


def _in_our_words(error: sqlite3.Error, path: Path) -> CounterpointError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    kind = code & 0xFF  # the primary code; the rest says where it came from
    if kind in _UNAVAILABLE:
        return StoreUnavailable(f"store {path}: {_UNAVAILABLE[kind]}; nothing was acknowledged ({name}: {error})")
    if kind in _CORRUPT:
        return StoreCorrupt(f"store {path}: {_CORRUPT[kind]} ({name}: {error})")
    if kind == sqlite3.SQLITE_CONSTRAINT:
        return Conflict(f"store {path}: {error}")
    if kind == sqlite3.SQLITE_TOOBIG or isinstance(error, sqlite3.DataError):
        return InvalidInput(f"store {path}: a payload is larger than SQLite can hold, 1 GB ({error})")
    return StoreError(f"store {path}: {error} ({name})")
