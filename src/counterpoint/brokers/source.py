"""Receive, accept, acknowledge: the one order of things that loses nothing, for every transport."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from counterpoint.brokers import binding
from counterpoint.brokers.credentials import Credentials
from counterpoint.brokers.limits import BrokerLimits
from counterpoint.brokers.pauses import Pauses, heed_cancellation
from counterpoint.brokers.transport import BrokerFault, Delivery, OpenReception, Reception
from counterpoint.errors import CounterpointError, InvalidInput
from counterpoint.ports.events import Accept, Tally
from counterpoint.values.json import JsonObject

HOLD_SECONDS: Final = 3.0
PATIENCE_MS_MIN: Final = 10_000
"""A broker that waits for less would give others what is only slow."""
_CLOSE_SECONDS: Final = 1.5
_log = logging.getLogger("counterpoint.brokers")


def refuse_impatient(name: str, milliseconds: int) -> None:
    """Raises InvalidInput where the broker would not wait for long enough."""
    if milliseconds < PATIENCE_MS_MIN:
        raise InvalidInput(
            f"{name} must be at least {PATIENCE_MS_MIN:,}: an engine says every few seconds that it lives"
        )


class BrokerSource:
    """An EventSource."""

    def __init__(
        self, name: str, open_reception: OpenReception, credentials: Credentials, limits: BrokerLimits
    ) -> None:
        """`name` is for people: which queue of which broker."""
        self._name = name
        self._open = open_reception
        self._credentials = credentials
        self._limits = limits
        self.tally = Tally()

    async def run(self, accept: Accept) -> None:
        """See `EventSource.run`."""
        pauses, told = Pauses(self._limits.reconnect_ms_max), ""
        while True:
            try:
                async with self._connected() as reception:
                    told = ""
                    await self._consume(reception, accept, pauses)
            except BrokerFault as fault:
                why = self._credentials.without(str(fault))
                _log.log(logging.DEBUG if why == told else logging.WARNING, "%s: %s; trying again", self._name, why)
                told = why
            await pauses.pause()

    async def close(self) -> None:
        """Nothing is held beyond `run`."""

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Reception]:
        reception = await self._open()
        _log.info("%s: connected", self._name)
        self.tally.connected += 1
        try:
            yield reception
        finally:
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await reception.close()
            except TimeoutError:
                _log.warning("%s: the broker did not answer when it was left", self._name)

    async def _consume(self, reception: Reception, accept: Accept, pauses: Pauses) -> None:
        while True:
            heed_cancellation()
            deliveries = await reception.receive()
            pauses.reset()
            if deliveries:
                self.tally.received += len(deliveries)
                async with _held(reception):
                    await self._take(reception, deliveries, accept)

    async def _take(self, reception: Reception, deliveries: Sequence[Delivery], accept: Accept) -> None:
        """Take all of them, in order: what is no event goes aside between those before and those after it."""
        readable: list[tuple[Delivery, JsonObject]] = []
        for delivery in deliveries:
            try:
                readable.append((delivery, self._read(delivery)))
            except InvalidInput as error:
                await self._accept(reception, readable, accept)
                readable = []
                await self._put_aside(reception, delivery, error)
        await self._accept(reception, readable, accept)

    def _read(self, delivery: Delivery) -> JsonObject:
        maximum = self._limits.event_bytes_max
        if delivery.size > maximum:
            raise InvalidInput(f"the message has {delivery.size:,} bytes; eventBytesMax is {maximum:,}")
        return binding.read(delivery.read())

    async def _accept(
        self, reception: Reception, readable: Sequence[tuple[Delivery, JsonObject]], accept: Accept
    ) -> None:
        if not readable:
            return
        try:
            await self._offer([event for _, event in readable], accept)
        except InvalidInput as error:
            if len(readable) == 1:
                await self._put_aside(reception, readable[0][0], error)
            else:  # one of them is to blame
                for each in readable:
                    await self._accept(reception, [each], accept)
            return
        await reception.acknowledge([delivery for delivery, _ in readable])
        self.tally.accepted += len(readable)

    async def _offer(self, events: Sequence[JsonObject], accept: Accept) -> None:
        """Until they are durable. Raises InvalidInput."""
        pauses = Pauses(self._limits.pause_ms_max)
        while True:
            try:
                return await accept(events)
            except InvalidInput:
                raise
            except CounterpointError as error:
                _log.warning("%s: paused, the engine takes nothing now: %s", self._name, error)
            except Exception:
                _log.exception("%s: paused, the engine failed", self._name)
            self.tally.pauses += 1
            await pauses.pause()

    async def _put_aside(self, reception: Reception, delivery: Delivery, error: InvalidInput) -> None:
        _log.warning("%s: a message is put aside: %s", self._name, error)
        await reception.put_aside(delivery, str(error))
        self.tally.put_aside += 1


@asynccontextmanager
async def _held(reception: Reception) -> AsyncIterator[None]:
    """Have the broker know that work goes on, for as long as the context lasts. Raises BrokerFault."""

    async def hold() -> None:
        while True:
            await asyncio.sleep(HOLD_SECONDS)
            await reception.hold()

    try:
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(hold())
            yield
            holding.cancel()
    except BaseExceptionGroup as failed:
        faults, others = failed.split(BrokerFault)
        if faults is None or others is not None:
            raise
        raise BrokerFault(str(faults.exceptions[0])) from None
