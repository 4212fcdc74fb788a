"""The embedded store: one SQLite file in WAL mode, one engine writes, any number of processes read and post."""

from counterpoint.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
