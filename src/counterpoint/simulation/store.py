"""A store in memory that loses writes, dies with its engine, and fills up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from counterpoint.errors import StoreUnavailable
from counterpoint.ports.store import Batch
from counterpoint.simulation.scenario import StoreFault
from counterpoint.stores.memory import Contents, MemoryStore


class Disk:
    """What outlives engines. `wrote` is told of every batch that is durable."""

    def __init__(self, faults: Iterable[StoreFault], now: Callable[[], int], wrote: Callable[[Batch], None]) -> None:
        self.contents = Contents()
        self.writes = 0
        self.healed = False
        """From now on nothing fails."""
        self.full_until = 0
        self.wrote = wrote
        self._now = now
        self._faults = {fault.write: fault for fault in faults}

    def open(self) -> SimulatedStore:
        """A store for a new engine, whatever became of the one before."""
        self.contents.holder = None
        return SimulatedStore(self)

    def fault(self) -> StoreFault | None:
        """Count a write; the fault that it meets."""
        self.writes += 1
        fault = None if self.healed else self._faults.get(self.writes)
        if fault is not None and fault.kind == "full":
            self.full_until = self._now() + fault.lasts_ms
        if self._now() < self.full_until and not self.healed:
            raise StoreUnavailable("the disk is full; nothing was written")
        return fault


class SimulatedStore(MemoryStore):
    """The store of one engine. Once `died` is set it answers nobody any more."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.contents)
        self._disk = disk
        self.died = asyncio.Event()

    async def append(self, batch: Batch) -> None:
        """See `Store.append`."""
        if self.died.is_set():
            await self._hang()
        fault = self._disk.fault()
        if fault is not None and fault.kind == "lost":
            await self.die()
        await super().append(batch)
        self._disk.wrote(batch)
        if fault is not None and fault.kind == "unheard":
            await self.die()

    async def die(self) -> None:
        """The engine is killed: whoever waits for the store waits for ever."""
        self.died.set()
        await self._hang()

    async def _hang(self) -> None:
        await asyncio.Event().wait()
