"""The bus: a durable event goes to every instance that listens to its type, and to schedules."""

from __future__ import annotations

import logging
from functools import partial

from counterpoint.engine.committer import Committer
from counterpoint.engine.emission import Emission
from counterpoint.engine.inbox import Later
from counterpoint.engine.listeners import Listeners
from counterpoint.engine.population import Population
from counterpoint.engine.schedules import Schedules
from counterpoint.errors import CounterpointError, StoreUnavailable
from counterpoint.kernel.commands import EventArrived
from counterpoint.ports.clock import Clock
from counterpoint.values.json import JsonValue

_log = logging.getLogger("counterpoint.engine")


class Bus:
    """Handles the inbox's events. Delivery is at least once; a task takes an event (source, id) once."""

    def __init__(
        self,
        population: Population,
        listeners: Listeners,
        committer: Committer,
        emission: Emission,
        schedules: Schedules,
        clock: Clock,
    ) -> None:
        self._population = population
        self._listeners = listeners
        self._committer = committer
        self._emission = emission
        self._schedules = schedules
        self._clock = clock

    async def deliver(self, event: JsonValue) -> JsonValue:
        """Hand an event to whoever listens; gives how many instances were offered it.

        Raises Later where schedules cannot take it yet: they alone get it then.
        """
        await self._committer.passed_on()
        offered = 0
        for number in self._listeners.of(event["type"]):
            try:
                live = await self._population.get(number)
            except StoreUnavailable:
                raise
            except CounterpointError as error:
                _log.error("instance number %d cannot be brought back for an event: %s", number, error)
                continue
            except Exception:  # a fault of ours: the others get the event all the same
                _log.exception("instance number %d cannot be brought back for an event", number)
                continue
            if live is not None:
                self._committer.submit(live, EventArrived(at=self._clock.now(), event=event))
                offered += 1
        return await self._notice(event, offered)

    async def _notice(self, event: JsonValue, offered: int) -> JsonValue:
        if not self._schedules.ready_for(event):
            raise Later(partial(self._notice, offered=offered))
        await self._schedules.notice(event)
        return {"offered": offered}

    async def deliver_emitted(self, event: JsonValue) -> JsonValue:
        """As `deliver`, for an event that a workflow has emitted: subscribers outside are told first."""
        self._emission.tell(event)
        return await self.deliver(event)
