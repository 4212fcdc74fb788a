"""A connection to RabbitMQ, and how CloudEvents stand in its messages."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage, DeliveryMode
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity, ProbableAuthenticationError

from counterpoint.brokers.addresses import Servers
from counterpoint.brokers.binding import Message
from counterpoint.brokers.credentials import credentials_of
from counterpoint.brokers.settings import RabbitMqSink, RabbitMqSource
from counterpoint.brokers.tls import context_of
from counterpoint.brokers.transport import BrokerFault
from counterpoint.ports.secrets import Secrets
from counterpoint.values.json import JsonValue

_PORT, _TLS_PORT = 5672, 5671
_PREFIXES: Final = ("cloudEvents:", "cloudEvents_")
"""The first is that of the binding; the second is what libraries write where colons are not allowed."""
_HEARTBEAT_SECONDS: Final = 10
_ANYBODY: Final = "guest"
"""Whom RabbitMQ lets in from its own machine."""


class RabbitMqConnector:
    """Connects to one of the servers."""

    def __init__(self, settings: RabbitMqSource | RabbitMqSink, secrets: Secrets) -> None:
        """Raises InvalidInput."""
        self._settings = settings
        self._servers = Servers(settings.servers, _PORT if settings.tls is None else _TLS_PORT)
        self._tls = context_of(settings.tls)
        self.credentials = credentials_of(settings, secrets).only("username", "password", of="RabbitMQ")

    def __str__(self) -> str:
        return f"RabbitMQ at {self._servers}"

    async def connect(self) -> AbstractConnection:
        """A connection that is not made again by itself when it breaks."""
        host, port = self._servers.next()
        with faults():
            return await aio_pika.connect(
                host=host,
                port=port,
                login=self.credentials.username or _ANYBODY,
                password=self.credentials.password or _ANYBODY,
                virtualhost=self._settings.vhost,
                ssl=self._tls is not None,
                ssl_context=self._tls,
                timeout=self._settings.limits.connect_ms_max / 1000,
                heartbeat=_HEARTBEAT_SECONDS,
            )


@contextmanager
def faults() -> Iterator[None]:
    """What the library raises is a BrokerFault."""
    try:
        yield
    except ProbableAuthenticationError as error:
        raise BrokerFault("it refuses our credentials") from error
    except ChannelNotFoundEntity as error:
        raise BrokerFault(f"{error}: declare it first") from error
    except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
        # The library raises RuntimeError where a connection breaks under what is using it.
        raise BrokerFault(str(error) or type(error).__name__) from error


def amqp_message(message: Message, id: str) -> aio_pika.Message:
    """A persistent message (sections 3.1 and 3.2); booleans and integers are AMQP's own."""
    return aio_pika.Message(
        message.body,
        content_type=message.content_type,
        headers={f"{_PREFIXES[0]}{name}": value for name, value in message.attributes.items()},
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=id if len(id.encode()) <= 255 else None,
    )


def message_of(incoming: AbstractIncomingMessage) -> Message:
    """The message, with attributes in their JSON form."""
    return Message(
        body=incoming.body, content_type=incoming.content_type, attributes=_attributes(incoming.headers or {})
    )


def _attributes(headers: Mapping[str, Any]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name, value in headers.items():
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = _json(value)
    return found


def _json(value: Any) -> JsonValue:
    """Section 3.1.3.2, towards JSON."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
    return value
