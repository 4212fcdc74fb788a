"""Events from a stream of JetStream, by a durable pull consumer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from counterpoint.brokers.nats.connecting import NatsConnector, context, faults, leave, message_of
from counterpoint.brokers.settings import NatsSource
from counterpoint.brokers.source import BrokerSource, refuse_impatient
from counterpoint.brokers.transport import BrokerFault, Delivery
from counterpoint.ports.secrets import Secrets

_WAIT_SECONDS: Final = 0.5
"""For how long one request for messages stands; a broken connection is noticed no later."""
_REASON: Final = "counterpoint-reason"


def nats_source(settings: NatsSource, secrets: Secrets) -> BrokerSource:
    """Raises InvalidInput."""
    refuse_impatient("ackWaitMs", settings.ack_wait_ms)
    connector = NatsConnector(settings, secrets)

    async def open_reception() -> _NatsReception:
        client = await connector.connect()
        try:
            with faults():
                stream = context(client, settings.limits.send_ms_max)
                consumer = await stream.pull_subscribe(
                    settings.subject, durable=settings.durable, stream=settings.stream, config=_config(settings)
                )
        except BaseException:
            await leave(client)
            raise
        return _NatsReception(settings, client, stream, consumer)

    name = f"events from {settings.stream} of {connector}"
    return BrokerSource(name, open_reception, connector.credentials, settings.limits)


def _delivery(message: Msg) -> Delivery:
    return Delivery(lambda: message_of(message.headers, message.data), len(message.data), message)


def _config(settings: NatsSource) -> ConsumerConfig:
    return ConsumerConfig(
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=settings.ack_wait_ms / 1000,
        max_ack_pending=10 * settings.limits.batch_events_max,
    )


class _NatsReception:
    """See `Reception`."""

    def __init__(
        self,
        settings: NatsSource,
        client: Client,
        stream: JetStreamContext,
        consumer: JetStreamContext.PullSubscription,
    ) -> None:
        self._settings = settings
        self._client = client
        self._stream = stream
        self._consumer = consumer
        self._fetching: asyncio.Task[list[Msg]] | None = None
        self._held: list[Msg] = []

    async def receive(self) -> Sequence[Delivery]:
        if not self._client.is_connected:
            raise BrokerFault("the connection is broken")
        # A request is never abandoned: messages that answer it would wait for their time to be up.
        self._fetching = asyncio.create_task(self._fetch())
        with faults():
            self._held = await asyncio.shield(self._fetching)
        return [_delivery(each) for each in self._held]

    async def hold(self) -> None:
        with faults():
            for each in self._held:
                await each.in_progress()

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        with faults():
            for delivery in deliveries:
                await delivery.handle.ack()
        self._settled(deliveries)

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        message: Msg = delivery.handle
        with faults():
            if self._settings.dead_letter is None:
                await message.term()
            else:
                headers = {**(message.headers or {}), _REASON: reason.replace("\n", " ")}
                await self._stream.publish(self._settings.dead_letter, message.data, headers=headers)
                await message.ack()
        self._settled([delivery])

    async def close(self) -> None:
        try:
            if self._client.is_connected:
                if self._fetching is not None:
                    self._held = [*self._held, *(await self._fetching if not self._fetching.done() else [])]
                for each in self._held:
                    await each.nak()
                await self._client.flush()
        except (nats.errors.Error, OSError, TimeoutError):
            pass  # the broker gives them to somebody else in time
        finally:
            await leave(self._client)

    async def _fetch(self) -> list[Msg]:
        try:
            return await self._consumer.fetch(self._settings.limits.batch_events_max, timeout=_WAIT_SECONDS)
        except TimeoutError:
            return []

    def _settled(self, deliveries: Sequence[Delivery]) -> None:
        settled = {id(each.handle) for each in deliveries}
        self._held = [each for each in self._held if id(each) not in settled]
