"""Ending: what was begun for a caller comes to its end, also where the caller waits no more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Carry it out in a task of its own: also where whoever waits is cancelled meanwhile, and learns nothing of it.

    For what has a second step once the store has taken the first: what is queued to be written is written, whoever
    waits, and memory must not stay behind.
    """
    return await asyncio.shield(asyncio.ensure_future(work))
