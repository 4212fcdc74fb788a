"""Events from topics of an MQTT broker, in a session that outlives the connection."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import aiomqtt
from paho.mqtt.subscribeoptions import SubscribeOptions

from counterpoint.brokers.mqtt.connecting import (
    QOS,
    REFUSED_MIN,
    Client,
    MqttConnector,
    faults,
    leave,
    message_of,
    properties_of,
)
from counterpoint.brokers.settings import MqttSource
from counterpoint.brokers.source import BrokerSource
from counterpoint.brokers.transport import BrokerFault, Delivery
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets

_REASON: Final = "counterpoint-reason"
_NOTHING: Final = "counterpoint/nothing"
"""A topic that is never subscribed to."""


def mqtt_source(settings: MqttSource, secrets: Secrets) -> BrokerSource:
    """Raises InvalidInput."""
    connector = MqttConnector(settings, secrets)

    async def open_reception() -> _MqttReception:
        client = await connector.connect(settings.session_seconds)
        try:
            await _subscribe(client, settings)
        except BaseException:
            await leave(client)
            raise
        return _MqttReception(settings, client)

    if not settings.client or settings.session_seconds < 1:
        raise InvalidInput("an MQTT source needs a client identifier and a session of at least a second")
    name = f"events from {settings.topic} of {connector}"
    return BrokerSource(name, open_reception, connector.credentials, settings.limits)


async def _subscribe(client: Client, settings: MqttSource) -> None:
    topic = settings.topic if settings.group is None else f"$share/{settings.group}/{settings.topic}"
    options = SubscribeOptions(qos=QOS, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
    with faults():
        for code in await client.subscribe(topic, options=options):
            if not isinstance(code, int) and code.value >= REFUSED_MIN:
                raise BrokerFault(f"it refuses the subscription to {topic}: {code}")


class _MqttReception:
    """See `Reception`. The receive maximum is what bounds the messages that are here."""

    def __init__(self, settings: MqttSource, client: Client) -> None:
        self._settings = settings
        self._client = client

    async def receive(self) -> Sequence[Delivery]:
        arrived = self._client.messages
        with faults():
            messages = [await anext(arrived)]
            while len(arrived) and len(messages) < self._settings.limits.batch_events_max:
                messages.append(await anext(arrived))
        return [_delivery(each) for each in messages]

    async def hold(self) -> None:
        """MQTT brings a message again after a broken connection only."""

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        with faults():
            for each in deliveries:
                self._client.acknowledge(each.handle)

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        if self._settings.dead_letter is not None:
            copy = message_of(delivery.handle)
            with faults():
                code = await self._client.published(
                    self._settings.dead_letter, copy.body, properties_of(copy, (_REASON, reason))
                )
            if code.value >= REFUSED_MIN:
                raise BrokerFault(f"it refuses what is put aside at {self._settings.dead_letter}: {code}")
        await self.acknowledge([delivery])

    async def close(self) -> None:
        """The answer to any packet says that the broker has read what it was told before."""
        with suppress(aiomqtt.MqttError):  # it may be broken already
            await self._client.unsubscribe(_NOTHING)
        await leave(self._client)


def _delivery(incoming: aiomqtt.Message) -> Delivery:
    return Delivery(lambda: message_of(incoming), len(incoming.payload), incoming)
