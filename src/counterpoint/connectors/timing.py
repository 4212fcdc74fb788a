"""Deadlines: from the engine's clock to the event loop's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeAlias

Now: TypeAlias = Callable[[], int]
"""The present in milliseconds since the Unix epoch; the engine passes its clock's `now`."""


def system_now() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000


def until(deadline: int | None, now: Now) -> asyncio.Timeout:
    """A scope that raises TimeoutError when `deadline` (milliseconds since the epoch) comes; None: never."""
    if deadline is None:
        return asyncio.timeout(None)
    return asyncio.timeout(max(0.0, (deadline - now()) / 1000))
