"""The stores that the conformance suite runs on; each factory opens another store on the same contents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from counterpoint.ports.store import Store
from counterpoint.stores.memory import Contents, MemoryStore
from counterpoint.stores.sqlite import SqliteStore

T = TypeVar("T")


def at_once(method: Awaitable[T]) -> T:
    """The result of a method that must not suspend: a store that yields would lose the engine its fast path."""
    try:
        method.__await__().send(None)  # type: ignore[attr-defined]
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    raise AssertionError(f"{method} suspended")


class Opened:
    """A store whose methods are called without `await` (see `at_once`)."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.store, name)
        return lambda *args, **named: at_once(method(*args, **named))


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
