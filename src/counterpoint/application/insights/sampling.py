"""Sampling: looks at the queues once a minute while the service is served. What it saw is kept in the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from counterpoint.application.insights.depths import Depth, Depths, place_of, places
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import StoreError
from counterpoint.ports.store import Batch

_SAMPLED_SECONDS: Final = 60.0
_log = logging.getLogger("counterpoint.application")


class Sampling:
    """The depths of the queues of a running engine, as far back as `window_ms`, those of earlier runs included."""

    def __init__(self, runtime: Runtime, window_ms: int) -> None:
        self._runtime = runtime
        self._window_ms = window_ms
        self._depths = Depths(window_ms)
        self._recalled = False
        self._lock = asyncio.Lock()

    async def kept(self) -> Mapping[int, Depth]:
        """All that is known, by the beginning of the minute. Raises StoreError."""
        await self._recall()
        return self._depths.kept()

    def note(self, depth: Depth) -> None:
        """So much waits now. Not kept in the store."""
        self._depths.note(self._runtime.clock.now(), depth)

    @asynccontextmanager
    async def sampled(self) -> AsyncIterator[None]:
        """Look once a minute, by the time of the machine, while the context lasts."""
        sampling = asyncio.create_task(self._sample(), name="counterpoint-depths")
        try:
            yield
        finally:
            sampling.cancel()
            await asyncio.gather(sampling, return_exceptions=True)

    async def _sample(self) -> None:
        while True:
            try:
                await self._recall()
                await self._look()
            except StoreError as error:
                _log.warning("how much waits in the queues is not known: %s", error)
            except Exception:
                _log.exception("how much waits in the queues is not known: an internal error")
            await asyncio.sleep(_SAMPLED_SECONDS)

    async def _look(self) -> None:
        store = self._runtime.store
        owed = sum(each.owed for each in (await store.outbox_sizes()).values())
        now = self._runtime.clock.now()
        self._depths.note(now, Depth(await store.inbox_size(), owed))
        place, content = place_of(now, self._window_ms), self._depths.hour(now)

        def write(batch: Batch) -> None:
            batch.values[place] = content

        self._runtime.committer.write(write)

    async def _recall(self) -> None:
        async with self._lock:
            if self._recalled:
                return
            since = self._runtime.clock.now() - self._window_ms
            for place in places(self._window_ms):
                content = await self._runtime.store.value(place)
                try:
                    self._depths.recall(content, since)
                except msgspec.MsgspecError as error:
                    _log.error("what is kept of the queues as %s cannot be read, and is left out: %s", place, error)
            self._recalled = True
