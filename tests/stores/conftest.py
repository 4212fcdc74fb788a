"""The stores that the conformance suite runs on; each factory opens another store on the same contents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stores_opened import Appender, Opened

from counterpoint.ports.store import Store
from counterpoint.stores.memory import Contents, MemoryStore
from counterpoint.stores.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A function that opens a store on the same contents, with the options of its class; all are closed at the end."""
    contents, opened = Contents(), list[Opened]()

    def open_store(**options: Any) -> Opened:
        kind = request.param
        store: Store = (
            MemoryStore(contents, **options) if kind == "memory" else SqliteStore(tmp_path / "a store.db", **options)
        )
        opened.append(Opened(store))
        return opened[-1]

    yield open_store
    for each in opened:
        each.close()


@pytest.fixture
def store(opening: Callable[..., Opened]) -> Opened:
    """A claimed store."""
    opened = opening()
    opened.claim("first")
    return opened


@pytest.fixture
def appender() -> Any:
    """A function that starts an Appender; all are killed at the end."""
    started: list[Appender] = []

    def start(path: Path, body_bytes: int = 200, **environment: str) -> Appender:
        started.append(Appender(path, body_bytes, **environment))
        return started[-1]

    yield start
    for each in started:
        if each.process.returncode is None:
            each.kill()
