"""Events to an exchange of RabbitMQ, each confirmed by its queues."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, ChannelPreconditionFailed, DeliveryError, PublishError

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.order import in_order
from counterpoint.brokers.rabbitmq.connecting import RabbitMqConnector, amqp_message, faults
from counterpoint.brokers.settings import RabbitMqSink
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.transport import BrokerFault, Outgoing
from counterpoint.errors import SinkRefused
from counterpoint.ports.secrets import Secrets

_FORBIDDEN: Final = r"[\s*#]"
_TOO_LARGE: Final = "larger than"
_SHORT_BYTES_MAX: Final = 255
"""Of a short string of AMQP, as the routing key and the content type are."""


def rabbitmq_sink(settings: RabbitMqSink, secrets: Secrets) -> BrokerSink:
    """Raises InvalidInput."""
    connector, place = RabbitMqConnector(settings, secrets), Place(settings.routing_key, _FORBIDDEN)

    async def open_publication() -> _RabbitMqPublication:
        connection = await connector.connect()
        try:
            with faults():
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                named = settings.exchange
                exchange = await channel.get_exchange(named, ensure=True) if named else channel.default_exchange
        except BaseException:
            await connection.close()
            raise
        return _RabbitMqPublication(connection, exchange, place)

    name = f"events to {settings.exchange or settings.routing_key} of {connector}"
    return BrokerSink(name, open_publication, settings.mode, connector.credentials, settings.limits)


class _RabbitMqPublication:
    """See `Publication`."""

    def __init__(self, connection: AbstractConnection, exchange: AbstractExchange, place: Place) -> None:
        self._connection = connection
        self._exchange = exchange
        self._place = place

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        await in_order(outgoing, self._publish)

    async def close(self) -> None:
        with suppress(AMQPError, OSError, RuntimeError):  # it may be broken already
            await self._connection.close()

    async def _publish(self, each: Outgoing) -> None:
        key, id = self._place.of(each.event), each.event["id"]
        _require_short(id, "routing key", key)
        _require_short(id, "content type", each.message.content_type or "")
        try:
            with faults():
                await self._exchange.publish(amqp_message(each.message, id), key, mandatory=True)
        except BrokerFault as fault:
            match fault.__cause__:
                case PublishError():
                    raise BrokerFault(f"no queue is bound for the routing key {key}: bind one") from fault
                case DeliveryError():
                    raise BrokerFault(f"a queue did not take the event {id}") from fault
                case ChannelPreconditionFailed() as cause if _TOO_LARGE in str(cause):
                    raise SinkRefused(f"the event {id} is larger than the broker's max_message_size") from fault
            raise


def _require_short(id: str, what: str, value: str) -> None:
    """Raises SinkRefused: sent all the same, the library's TypeError would be taken for something that passes."""
    size = len(value.encode())
    if size > _SHORT_BYTES_MAX:
        raise SinkRefused(f"the event {id} cannot be sent: its {what} has {size} bytes; AMQP allows {_SHORT_BYTES_MAX}")
