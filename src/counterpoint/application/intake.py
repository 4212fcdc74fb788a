"""Intake: events from sources that bring them, such as brokers, for as long as an engine is open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from counterpoint.application.events import TOO_LARGE, Events
from counterpoint.errors import InvalidInput, LimitExceeded, SignatureRefused
from counterpoint.ports.clock import Clock
from counterpoint.ports.events import EventSource
from counterpoint.values.json import JsonObject

_RESTART_MS: Final = 5_000
_log = logging.getLogger("counterpoint.application")


class Intake:
    """Runs sources. One that fails is begun again after a while, and the others go on."""

    def __init__(self, sources: Mapping[str, EventSource], events: Events, clock: Clock) -> None:
        self._sources = sources
        events.tallies = {name: source.tally for name, source in sources.items()}
        self._events = events
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []

    def run(self) -> None:
        """Begin to receive."""
        for name, source in self._sources.items():
            self._tasks.append(asyncio.create_task(self._keep(name, source), name=f"counterpoint-source-{name}"))

    async def close(self) -> None:
        """Stop. What was not accepted is brought again by its source."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for source in self._sources.values():
            await source.close()

    async def _keep(self, name: str, source: EventSource) -> None:
        async def accept(events: Sequence[JsonObject]) -> None:
            try:
                source.tally.duplicates += await self._events.accept(events, name, one_by_one=True)
            except SignatureRefused as refused:  # it will never be taken from here
                raise InvalidInput(refused.message) from refused
            except LimitExceeded as exceeded:
                if exceeded.limit == TOO_LARGE:  # nor will this, from anywhere
                    raise InvalidInput(exceeded.message) from exceeded
                raise

        while True:
            try:
                await source.run(accept)
            except Exception as error:
                _log.error("the source %s failed and is begun again: %s: %s", name, type(error).__name__, error)
            await self._clock.sleep_until(self._clock.now() + _RESTART_MS)
