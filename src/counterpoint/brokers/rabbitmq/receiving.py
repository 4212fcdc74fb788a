"""Events from a queue of RabbitMQ."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from counterpoint.brokers.rabbitmq.connecting import RabbitMqConnector, faults, message_of
from counterpoint.brokers.settings import RabbitMqSource
from counterpoint.brokers.source import BrokerSource
from counterpoint.brokers.transport import BrokerFault, Delivery
from counterpoint.ports.secrets import Secrets

_REASON: Final = "counterpoint-reason"


def rabbitmq_source(settings: RabbitMqSource, secrets: Secrets) -> BrokerSource:
    """Raises InvalidInput."""
    connector = RabbitMqConnector(settings, secrets)

    async def open_reception() -> _RabbitMqReception:
        connection = await connector.connect()
        try:
            with faults():
                return await _RabbitMqReception.opened(settings, connection)
        except BaseException:
            await _leave(connection)
            raise

    name = f"events from {settings.queue} of {connector}"
    return BrokerSource(name, open_reception, connector.credentials, settings.limits)


class _RabbitMqReception:
    """See `Reception`. The prefetch count is what bounds the messages that are here."""

    def __init__(self, settings: RabbitMqSource, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self._settings = settings
        self._connection = connection
        self._channel = channel
        self._arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        """None where nothing more will come."""

    @classmethod
    async def opened(cls, settings: RabbitMqSource, connection: AbstractConnection) -> _RabbitMqReception:
        """Begin to receive."""
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.set_qos(prefetch_count=settings.limits.batch_events_max)
        queue = await channel.get_queue(settings.queue, ensure=True)
        reception = cls(settings, connection, channel)
        channel.close_callbacks.add(reception._ended)
        (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(reception._ended)
        await queue.consume(reception._arrived.put)
        return reception

    async def receive(self) -> Sequence[Delivery]:
        messages = [await self._arrived.get()]
        while not self._arrived.empty():
            messages.append(self._arrived.get_nowait())
        whole = [each for each in messages if each is not None]
        if len(whole) < len(messages):
            raise BrokerFault("the connection is broken")
        return [_delivery(each) for each in whole]

    async def hold(self) -> None:
        """RabbitMQ waits for half an hour (consumer_timeout) and then brings it again."""

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        with faults():
            for each in deliveries:
                await each.handle.ack()

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        message: AbstractIncomingMessage = delivery.handle
        with faults():
            if self._settings.dead_letter is None:
                await message.reject(requeue=False)
                return
            exchange = await self._channel.get_exchange(self._settings.dead_letter, ensure=True)
            message.headers[_REASON] = reason
            await exchange.publish(message, message.routing_key or "", mandatory=True)
            await message.ack()

    async def close(self) -> None:
        await _leave(self._connection)

    def _ended(self, *_: Any) -> None:
        self._arrived.put_nowait(None)


async def _leave(connection: AbstractConnection) -> None:
    with suppress(AMQPError, OSError, RuntimeError):  # it may be broken already
        await connection.close()


def _delivery(incoming: AbstractIncomingMessage) -> Delivery:
    return Delivery(lambda: message_of(incoming), len(incoming.body), incoming)
