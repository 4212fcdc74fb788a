"""Handing events over, over a connection that is made when it is needed and again when it broke."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from counterpoint.brokers.binding import Mode, written
from counterpoint.brokers.credentials import Credentials
from counterpoint.brokers.limits import BrokerLimits
from counterpoint.brokers.transport import BrokerFault, OpenPublication, Outgoing, Publication
from counterpoint.errors import SinkRefused, SinkUnavailable
from counterpoint.values.json import JsonObject

_CLOSE_SECONDS: Final = 1.5


class BrokerSink:
    """An EventSink."""

    def __init__(
        self, name: str, open_publication: OpenPublication, mode: Mode, credentials: Credentials, limits: BrokerLimits
    ) -> None:
        """`name` is for people: which place at which broker."""
        self._name = name
        self._open = open_publication
        self._mode = mode
        self._credentials = credentials
        self._limits = limits
        self._publication: Publication | None = None
        self._opening = asyncio.Lock()

    async def send(self, events: Sequence[JsonObject]) -> None:
        """See `EventSink.send`. Events of one key (`partitionkey`, or else `subject`) arrive in order."""
        outgoing = [self._outgoing(event) for event in events]
        publication = None
        try:
            async with asyncio.timeout(self._limits.send_ms_max / 1000):
                publication = await self._opened()
                await publication.publish(outgoing)
        except TimeoutError:
            await self._drop(publication)
            raise SinkUnavailable(
                f"{self._name}: not acknowledged within {self._limits.send_ms_max} ms (sendMsMax)"
            ) from None
        except BrokerFault as fault:
            await self._drop(publication)
            raise SinkUnavailable(self._told(fault)) from None
        except SinkRefused as refused:
            await self._drop(publication)
            raise SinkRefused(self._told(refused)) from None

    async def close(self) -> None:
        """Leave the broker."""
        await self._drop(self._publication)

    def _outgoing(self, event: JsonObject) -> Outgoing:
        message, maximum = written(event, self._mode), self._limits.event_bytes_max
        if len(message.body) > maximum:
            raise SinkRefused(
                f"{self._name}: the event {event['id']} has {len(message.body):,} bytes; eventBytesMax is {maximum:,}"
            )
        return Outgoing(event, message)

    async def _opened(self) -> Publication:
        async with self._opening:
            if self._publication is None:
                self._publication = await self._open()
            return self._publication

    async def _drop(self, publication: Publication | None) -> None:
        """A connection that failed is not used again, unless another one has taken its place."""
        if publication is None:
            return
        if self._publication is publication:
            self._publication = None
        with suppress(TimeoutError):  # it is gone all the same
            async with asyncio.timeout(_CLOSE_SECONDS):
                await publication.close()

    def _told(self, error: Exception) -> str:
        """What people are told; libraries may have put a password into their words."""
        return f"{self._name}: {self._credentials.without(str(error))}"
