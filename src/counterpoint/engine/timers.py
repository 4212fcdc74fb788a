"""Timers: one heap of small tuples for all instances, in memory or not, and one sleeper.

Entries are never taken out; whoever is called at the due time checks that the timer is still owed. What has
piled up of no further use is swept out whenever the heap has doubled.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Final, TypeAlias

from counterpoint.ports.clock import Clock

Entry: TypeAlias = tuple[int, int, int, str]
"""Due (ms since the epoch), instance number, run, name of the timer. The name `""` wakes the instance."""

_SWEEP_MIN: Final = 4_096


class Timers:
    """Calls `fire(number, run, timer)` for each entry once it is due."""

    def __init__(self, clock: Clock, fire: Callable[[int, int, str], None], owed: Callable[[Entry], bool]) -> None:
        """`owed` tells whether an entry still matters."""
        self._clock = clock
        self._fire = fire
        self._owed = owed
        self._heap: list[Entry] = []
        self._sweep_at = _SWEEP_MIN
        self._sleeper: asyncio.Task[None] | None = None
        self._until = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._heap)

    def late_ms(self) -> int:
        """For how long the earliest entry has been due, in milliseconds; 0 where none is."""
        return max(0, self._clock.now() - self._heap[0][0]) if self._heap else 0

    def add(self, due: int, number: int, run: int, timer: str) -> None:
        """Fire once `due`; at once, but not within this call, where that is past."""
        heapq.heappush(self._heap, (due, number, run, timer))
        if len(self._heap) > self._sweep_at:
            self._sweep()
        if self._sleeper is None or due < self._until:
            self._sleep()

    async def close(self) -> None:
        """Fire nothing any more."""
        self._closed = True
        if self._sleeper is not None:
            self._sleeper.cancel()
            await asyncio.gather(self._sleeper, return_exceptions=True)

    def _sleep(self) -> None:
        if self._sleeper is not None:
            self._sleeper.cancel()
            self._sleeper = None
        if self._heap and not self._closed:
            self._until = self._heap[0][0]
            self._sleeper = asyncio.create_task(self._wait(self._until), name="counterpoint-timers")

    async def _wait(self, due: int) -> None:
        await self._clock.sleep_until(due)
        self._sleeper = None
        now = self._clock.now()
        heap = self._heap
        while heap and heap[0][0] <= now:
            _, number, run, timer = heapq.heappop(heap)
            self._fire(number, run, timer)
        if self._sleeper is None:
            self._sleep()

    def _sweep(self) -> None:
        kept = [entry for entry in set(self._heap) if self._owed(entry)]
        heapq.heapify(kept)
        self._heap = kept
        self._sweep_at = max(_SWEEP_MIN, 2 * len(kept))
