"""Opening the file: what is set before anything is read or written, and why."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

import msgspec

from counterpoint.errors import NotFound
from counterpoint.stores.sqlite import schema

PAGE_BYTES = 4096


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a store's file is opened."""

    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    """NORMAL survives a crash of the process, not one of the machine."""
    bytes_max: int | None = None
    """Size that the file may reach; an append beyond it raises StoreUnavailable."""
    cache_bytes_max: int = 32 * 1024 * 1024
    wait_ms_max: int = 10_000
    """How long to wait for another process that is posting."""
    log_pages_max: int = 1000
    """Pages in the write-ahead log that start a checkpoint."""


def open_to_write(path: Path, settings: Settings) -> sqlite3.Connection:
    """Open or make the file and bring its schema up to date; the caller holds the lease.

    Raises StoreCorrupt, StoreTooNew, or what sqlite3 raises.
    """
    connection = _connect(path, "rwc", settings)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        schema.migrate(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {settings.log_pages_max}")
        if settings.bytes_max is not None:
            connection.execute(f"PRAGMA max_page_count = {max(1, settings.bytes_max // PAGE_BYTES)}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path, settings: Settings) -> sqlite3.Connection:
    """Open a file that an engine has made. Raises NotFound, StoreCorrupt, StoreTooNew, or what sqlite3 raises."""
    if not path.exists():
        raise NotFound(f"there is no store at {path}; an engine makes it when it starts")
    connection = _connect(path, "rw", settings)
    try:
        schema.check(connection, path)
        # Posting must stay short: moving the log into the file is the engine's work.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, mode: str, settings: Settings) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=settings.wait_ms_max / 1000,
        isolation_level=None,
        check_same_thread=False,  # one task at a time uses it, though not always from the thread that opened it
        cached_statements=64,
    )
    connection.execute(f"PRAGMA synchronous = {settings.synchronous}")
    # On macOS fsync leaves data in the drive's cache; elsewhere these two do nothing.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    # Never mapped: a read error in mapped memory is a signal that kills the process, not an error that is returned.
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute(f"PRAGMA cache_size = {-(settings.cache_bytes_max // 1024)}")
    connection.execute("PRAGMA temp_store = MEMORY")
    # A log that one huge payload has stretched is cut back to this at the next checkpoint.
    connection.execute("PRAGMA journal_size_limit = 16777216")
    return connection
