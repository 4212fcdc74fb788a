"""Clocks: the machine's, and a virtual one on which hours pass at once."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Final

_EPOCH: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z, where virtual time begins."""
_PAUSE_SECONDS: Final = 0.001
_QUIET_ROUNDS: Final = 3


class SystemClock:
    """The time of the machine."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000

    async def sleep_until(self, at: int) -> None:
        """Return when `now() >= at`. Looks again each minute, so that a clock that is set is followed."""
        while (left := at - self.now()) > 0:  # noqa: ASYNC110 (it waits for the time itself)
            await asyncio.sleep(min(left / 1000, 60.0))


class VirtualClock:
    """Time that stands still until it is moved by `advance`; with `jumps`, by itself when nothing else is to do."""

    def __init__(self, start: int = _EPOCH, *, jumps: bool = True) -> None:
        self._jumps = jumps
        self._now = start
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = itertools.count()
        self._idle: Callable[[], bool] | None = None
        self._watch: asyncio.Handle | None = None

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self._now

    async def sleep_until(self, at: int) -> None:
        """Return when `now() >= at`."""
        if at <= self._now:
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (at, next(self._count), future))
        self._begin()
        await future

    def advance(self, duration_ms: int) -> None:
        """Move time, waking those whose time has come."""
        self._move(self._now + duration_ms)

    def watch(self, idle: Callable[[], bool]) -> None:
        """`idle` tells whether there is nothing else to do."""
        self._idle = idle
        self._begin()

    def _begin(self) -> None:
        if self._jumps and self._idle is not None and self._watch is None and self._sleepers:
            self._look(0)

    def _move(self, to: int) -> None:
        self._now = to
        while self._sleepers and (self._sleepers[0][0] <= to or self._sleepers[0][2].done()):
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)

    def _look(self, quiet: int) -> None:
        """Jump once it was quiet for a few rounds of the loop; ends when nobody sleeps."""
        self._watch = None
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers or self._idle is None:
            return
        loop = asyncio.get_running_loop()
        if not self._idle():
            self._watch = loop.call_later(_PAUSE_SECONDS, self._look, 0)
        elif quiet < _QUIET_ROUNDS:
            self._watch = loop.call_soon(self._look, quiet + 1)
        else:
            self._move(self._sleepers[0][0])
            self._watch = loop.call_soon(self._look, 0)
