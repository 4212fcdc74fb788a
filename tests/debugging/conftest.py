"""Tests of debugging run on asyncio, with the kernel's stories and a workshop at hand."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from counterpoint import Engine, function
from counterpoint.engine.clock import VirtualClock
from counterpoint.stores.memory import MemoryStore
from tests.debugging.workshop import LISTENING, OUTER, TRIP, Workshop

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))


@pytest.fixture
def anyio_backend() -> str:
    """The engine runs on asyncio."""
    return "asyncio"


@pytest.fixture
def failing() -> set[str]:
    """What `act` refuses to do."""
    return set()


@pytest.fixture
def workshop(failing: set[str]) -> Callable[..., Any]:
    """Opens a workshop, on a store where one is given, with further documents."""

    @asynccontextmanager
    async def opened(store: MemoryStore | None = None, *documents: str) -> AsyncIterator[Workshop]:
        acted: list[str] = []

        @function
        async def act(what: str) -> dict[str, str]:
            acted.append(what)
            if what in failing:
                raise ValueError(f"no {what}")
            return {"did": what}

        clock = VirtualClock(jumps=False)
        async with Engine.embedded(store=store or MemoryStore(), functions=[act], clock=clock) as engine:
            for document in (TRIP, OUTER, LISTENING, *documents):
                await engine.publish(document)
            yield Workshop(engine, acted, clock)

    return opened
