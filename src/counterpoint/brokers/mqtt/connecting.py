"""A connection to an MQTT broker, and how CloudEvents stand in its messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import aiomqtt
from paho.mqtt.client import MQTT_ERR_SUCCESS
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from counterpoint.brokers.addresses import Servers
from counterpoint.brokers.binding import Message, canonical
from counterpoint.brokers.credentials import credentials_of
from counterpoint.brokers.settings import MqttSink, MqttSource
from counterpoint.brokers.tls import context_of
from counterpoint.brokers.transport import BrokerFault
from counterpoint.ports.secrets import Secrets
from counterpoint.values.event_content import STRUCTURED

_PORT, _TLS_PORT = 1883, 8883
_KEEPALIVE_SECONDS: Final = 10
_DECLARED: Final = "datacontenttype"
REFUSED_MIN: Final = 0x80
"""Reason codes from here on are refusals."""
QOS: Final = 1


class Client(aiomqtt.Client):
    """A client that acknowledges when it is told to, and says what the broker answered to what it published.

    The library does neither itself; the client that it is made of does both.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._client.manual_ack_set(True)
        self._answers: dict[int, asyncio.Future[ReasonCode]] = {}

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """The broker may forget this message."""
        if message.qos:
            code = self._client.ack(message.mid, message.qos)
            if code != MQTT_ERR_SUCCESS:
                raise aiomqtt.MqttCodeError(code, "could not acknowledge")

    async def published(self, topic: str, body: bytes, properties: Properties) -> ReasonCode:
        """The broker's answer to a message with QoS 1."""
        info = self._client.publish(topic, body, QOS, False, properties)
        if info.rc != MQTT_ERR_SUCCESS:
            raise aiomqtt.MqttCodeError(info.rc, "could not publish")
        answer: asyncio.Future[ReasonCode] = asyncio.get_running_loop().create_future()
        self._answers[info.mid] = answer
        try:
            either: set[asyncio.Future[Any]] = {answer, self._disconnected}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise aiomqtt.MqttError("the connection is broken")
            return answer.result()
        finally:
            del self._answers[info.mid]

    def _on_publish(self, client: Any, userdata: Any, mid: int, reason_code: ReasonCode, properties: Any) -> None:
        answer = self._answers.get(mid)
        if answer is not None and not answer.done():
            answer.set_result(reason_code)


class MqttConnector:
    """Connects to one of the servers."""

    def __init__(self, settings: MqttSource | MqttSink, secrets: Secrets) -> None:
        """Raises InvalidInput."""
        self._settings = settings
        self._servers = Servers(settings.servers, _PORT if settings.tls is None else _TLS_PORT)
        self._tls = context_of(settings.tls)
        self.credentials = credentials_of(settings, secrets).only("username", "password", of="MQTT")

    def __str__(self) -> str:
        return f"MQTT at {self._servers}"

    async def connect(self, session_seconds: int = 0) -> Client:
        """A connection that is not made again by itself when it breaks. The broker keeps its session for as long."""
        limits, (host, port) = self._settings.limits, self._servers.next()
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = session_seconds
        properties.ReceiveMaximum = min(limits.batch_events_max, 65_535)
        client = Client(
            hostname=host,
            port=port,
            identifier=self._settings.client,
            username=self.credentials.username,
            password=self.credentials.password,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=session_seconds == 0,
            properties=properties,
            keepalive=_KEEPALIVE_SECONDS,
            timeout=limits.connect_ms_max / 1000,
            tls_context=self._tls,
        )
        with faults():
            await client.__aenter__()
        return client


async def leave(client: Client) -> None:
    """Disconnect, whatever state the connection is in."""
    with suppress(aiomqtt.MqttError, OSError):  # it may be broken already
        await client.__aexit__(None, None, None)


@contextmanager
def faults() -> Iterator[None]:
    """What the library raises is a BrokerFault."""
    try:
        yield
    except (aiomqtt.MqttError, OSError) as error:
        raise BrokerFault(str(error) or type(error).__name__) from error


def properties_of(message: Message, *further: tuple[str, str]) -> Properties:
    """Section 3.1.3: user properties have the names of the attributes."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if message.content_type is not None:
        properties.ContentType = message.content_type
    pairs = [*((name, canonical(value)) for name, value in message.attributes.items()), *further]
    if pairs:
        properties.UserProperty = pairs
    return properties


def message_of(incoming: aiomqtt.Message) -> Message:
    """The message. One without properties is structured, as from MQTT 3.1.1 (section 3)."""
    properties = incoming.properties
    content_type = getattr(properties, "ContentType", None)
    attributes: dict[str, Any] = dict(getattr(properties, "UserProperty", ()))
    declared = attributes.pop(_DECLARED, None)
    if content_type is None and not attributes:
        content_type = STRUCTURED
    return Message(body=bytes(incoming.payload), content_type=content_type or declared, attributes=attributes)
