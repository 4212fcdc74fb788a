"""What AMQP cannot carry is refused for good, before the library is asked: no broker is needed to know it."""

from __future__ import annotations

import asyncio
from typing import Any

import aio_pika
import pytest
from pamqp import commands
from taking import event

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.binding import written
from counterpoint.brokers.rabbitmq import publishing
from counterpoint.brokers.transport import Outgoing
from counterpoint.errors import SinkRefused


class _Exchange:
    """Writes what it is given as the library does, and keeps the routing keys."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def publish(self, message: aio_pika.Message, routing_key: str, *, mandatory: bool) -> None:
        commands.Basic.Publish(exchange="e", routing_key=routing_key, mandatory=mandatory).marshal()
        message.properties.marshal()
        self.keys.append(routing_key)


def published(*outgoing: Outgoing) -> list[str]:
    """The routing keys of what was written."""
    exchange: Any = _Exchange()
    connection: Any = None
    publication = publishing._RabbitMqPublication(connection, exchange, Place("e.{type}", publishing._FORBIDDEN))
    try:
        asyncio.run(publication.publish(outgoing))
    finally:
        keys: list[str] = exchange.keys
    return keys


def outgoing(**members: Any) -> Outgoing:
    whole = event("1", partitionkey="k", **members)
    return Outgoing(whole, written(whole, "binary"))


@pytest.mark.parametrize("type", ["x" * 254, "ü" * 127], ids=["ascii", "two bytes each"])
def test_an_event_whose_type_makes_the_routing_key_too_long_is_refused_for_good(type: str) -> None:
    with pytest.raises(SinkRefused, match=r"the event 1 cannot be sent: its routing key has 256 bytes"):
        published(outgoing(type=type))


def test_an_event_whose_routing_key_just_fits_is_sent() -> None:
    assert published(outgoing(type="x" * 253)) == ["e." + "x" * 253]


def test_an_event_whose_media_type_is_too_long_is_refused_for_good() -> None:
    media_type = "text/plain; a=" + "b" * 300
    with pytest.raises(SinkRefused, match=r"its content type has 314 bytes"):
        published(outgoing(type="t", data="x", datacontenttype=media_type))
