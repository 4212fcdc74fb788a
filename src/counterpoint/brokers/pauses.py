"""Pauses that grow, and spread those who wait for the same thing."""

from __future__ import annotations

import asyncio
import random
from typing import Final

_FIRST_MS: Final = 50


class Pauses:
    """Each pause is about twice as long as the one before, up to `longest_ms`."""

    def __init__(self, longest_ms: int) -> None:
        self._longest_ms = longest_ms
        self._next_ms = _FIRST_MS

    def reset(self) -> None:
        """It went well: begin anew."""
        self._next_ms = _FIRST_MS

    async def pause(self) -> None:
        """Wait. What came before may have swallowed that this is to stop, and failed instead."""
        heed_cancellation()
        span = min(self._next_ms, self._longest_ms)
        self._next_ms = min(self._next_ms * 2, self._longest_ms)
        await asyncio.sleep(span * random.uniform(0.75, 1.0) / 1000)  # noqa: S311 (no secret)


def heed_cancellation() -> None:
    """Stop where a library has swallowed that: `asyncio.wait_for` of Python 3.11 does (python/cpython#86296)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
