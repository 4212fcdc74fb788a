"""Opening a store without being its engine: to read it, or to ask the engine that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

from counterpoint.application.reading import Reader
from counterpoint.application.requesting import Requester
from counterpoint.bootstrap.secrets import secrets_of
from counterpoint.engine.clock import SystemClock
from counterpoint.engine.limits import EngineLimits
from counterpoint.expressions import Compiler
from counterpoint.stores.sqlite import SqliteStore
from counterpoint.values.json import JsonValue


def open_reader(path: str | PathLike[str], secrets: Mapping[str, JsonValue] | None = None) -> Reader:
    """Read the store at `path`, beside the engine that may hold it. Raises StoreError where it cannot be read."""
    return Reader(SqliteStore(path, mode="reader"), secrets_of(secrets), Compiler(), EngineLimits())


def open_requester(path: str | PathLike[str]) -> Requester:
    """Ask the engine that holds the store at `path`. Raises StoreError where it cannot be opened."""
    return Requester(SqliteStore(path, mode="reader"), SystemClock())
