"""A ledger: what a service has done, in order, once for each idempotency key."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    number   INTEGER PRIMARY KEY,
    at       REAL NOT NULL,             -- seconds since 1970-01-01 UTC
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,             -- the order that the entry is about
    key      TEXT UNIQUE,               -- the idempotency key; NULL where the caller sent none
    answer   TEXT NOT NULL,             -- what was answered, as JSON: a repetition is answered the same
    repeats  INTEGER NOT NULL DEFAULT 0 -- how often the same key came again
) STRICT
"""


@dataclass(frozen=True)
class Entry:
    """One line of a ledger."""

    number: int
    at: float
    """When it was done, in seconds since the Unix epoch."""
    action: str
    subject: str
    """The order that it is about."""
    key: str | None
    answer: dict[str, Any]
    repeats: int
    """How often the same idempotency key came again, without acting again."""


class Ledger:
    """The ledger in the SQLite file `path`. Every `record` is one durable transaction."""

    def __init__(self, path: str | Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(SCHEMA)

    def record(self, action: str, subject: str, key: str | None, answer: dict[str, Any]) -> int:
        """Write a line and give its number. Raises sqlite3.IntegrityError where `key` is taken."""
        cursor = self._database.execute(
            "INSERT INTO entries (at, action, subject, key, answer) VALUES (?, ?, ?, ?, ?)",
            (time.time(), action, subject, key, json.dumps(answer)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def repeat(self, key: str) -> Entry | None:
        """The line that was written for `key`, counted as asked for once more; None where there is none."""
        row = self._database.execute(
            "UPDATE entries SET repeats = repeats + 1 WHERE key = ? RETURNING *", (key,)
        ).fetchone()
        return _entry(row) if row else None

    def entries(self) -> list[Entry]:
        """All lines, oldest first."""
        return [_entry(row) for row in self._database.execute("SELECT * FROM entries ORDER BY number")]

    def holds(self, subject: str, action: str, undone_by: str) -> bool:
        """Whether `action` stands for `subject`: it was done more often than it was undone."""
        actions = [entry.action for entry in self.entries() if entry.subject == subject]
        return actions.count(action) > actions.count(undone_by)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _entry(row: tuple[Any, ...]) -> Entry:
    number, at, action, subject, key, answer, repeats = row
    return Entry(number, at, action, subject, key, json.loads(answer), repeats)
