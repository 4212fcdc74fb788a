"""The stores that the conformance suite runs on; each factory opens another store on the same contents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stores_opened import Appender, Opened

from counterpoint.stores.memory import Contents, MemoryStore
from counterpoint.stores.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite", "sqlite in a thread"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A function that opens a store on the same contents, with the options of its class; all are closed at the end."""
    contents, opened, kind = Contents(), list[Opened](), request.param

    def open_store(**options: Any) -> Opened:
        if kind == "memory":
            opened.append(Opened(MemoryStore(contents, **options)))
        elif kind == "sqlite":
            opened.append(Opened(SqliteStore(tmp_path / "a store.db", thread_records_min=1_000_000, **options)))
        else:
            store = SqliteStore(tmp_path / "a store.db", thread_records_min=1, **options)
            opened.append(Opened(store, runner.run))
        return opened[-1]

    with asyncio.Runner() as runner:
        yield open_store
        for each in opened:
            each.close()


@pytest.fixture
def store(opening: Callable[..., Opened]) -> Opened:
    """A claimed store."""
    opened = opening()
    opened.claim("first")
    return opened


@pytest.fixture(params=["in the loop", "in a thread"])
def appender(request: pytest.FixtureRequest) -> Any:
    """A function that starts an Appender; all are killed at the end."""
    started: list[Appender] = []

    def start(path: Path, body_bytes: int = 200, **environment: str) -> Appender:
        started.append(Appender(path, body_bytes, request.param == "in a thread", **environment))
        return started[-1]

    yield start
    for each in started:
        if each.process.returncode is None:
            each.kill()
