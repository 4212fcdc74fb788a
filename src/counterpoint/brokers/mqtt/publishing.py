"""Events to an MQTT broker, with QoS 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.mqtt.connecting import REFUSED_MIN, Client, MqttConnector, faults, leave, properties_of
from counterpoint.brokers.order import in_order
from counterpoint.brokers.settings import MqttSink
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.transport import BrokerFault, Outgoing
from counterpoint.errors import SinkRefused
from counterpoint.ports.secrets import Secrets

_FORBIDDEN: Final = r"[\x00-\x1f+#]"
_NEVER: Final = frozenset(
    ReasonCode(PacketTypes.PUBACK, name).value for name in ("Topic name invalid", "Payload format invalid")
)


def mqtt_sink(settings: MqttSink, secrets: Secrets) -> BrokerSink:
    """Raises InvalidInput."""
    connector, place = MqttConnector(settings, secrets), Place(settings.topic, _FORBIDDEN)

    async def open_publication() -> _MqttPublication:
        return _MqttPublication(await connector.connect(), place)

    name = f"events to {settings.topic} of {connector}"
    return BrokerSink(name, open_publication, settings.mode, connector.credentials, settings.limits)


class _MqttPublication:
    """See `Publication`."""

    def __init__(self, client: Client, place: Place) -> None:
        self._client = client
        self._place = place

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        await in_order(outgoing, self._publish)

    async def close(self) -> None:
        await leave(self._client)

    async def _publish(self, each: Outgoing) -> None:
        topic, id = self._place.of(each.event), each.event["id"]
        with faults():
            try:
                answer = await self._client.published(topic, each.message.body, properties_of(each.message))
            except ValueError as error:
                raise SinkRefused(f"the event {id} cannot be sent to {topic}: {error}") from error
        if answer.value in _NEVER:
            raise SinkRefused(f"the broker refuses the event {id}: {answer}")
        if answer.value >= REFUSED_MIN:
            raise BrokerFault(f"the broker does not take the event {id}: {answer}")
