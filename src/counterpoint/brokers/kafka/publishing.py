"""Events to Kafka, by an idempotent producer that waits for all replicas in sync."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from confluent_kafka import KafkaError, KafkaException, Producer

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.kafka.connecting import KafkaConnector, KafkaState, KafkaThread, headers_of, meant
from counterpoint.brokers.order import key_of
from counterpoint.brokers.settings import KafkaSink
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.transport import BrokerFault, Outgoing
from counterpoint.errors import SinkRefused
from counterpoint.ports.secrets import Secrets

Told: TypeAlias = Callable[[KafkaError | None, Any], None]
_FORBIDDEN: Final = r"[^A-Za-z0-9._-]"
_NEVER: Final = (
    KafkaError.MSG_SIZE_TOO_LARGE,
    KafkaError.INVALID_MSG,
    KafkaError.INVALID_RECORD,
    KafkaError.TOPIC_EXCEPTION,
    KafkaError._INVALID_ARG,
)


def kafka_sink(settings: KafkaSink, secrets: Secrets) -> BrokerSink:
    """Raises InvalidInput."""
    connector, place = KafkaConnector(settings, secrets), Place(settings.topic, _FORBIDDEN)

    async def open_publication() -> _KafkaPublication:
        publication = _KafkaPublication(settings, connector, place)
        await publication.begin()
        return publication

    name = f"events to {settings.topic} of {connector}"
    return BrokerSink(name, open_publication, settings.mode, connector.credentials, settings.limits)


class _KafkaPublication:
    """See `Publication`."""

    def __init__(self, settings: KafkaSink, connector: KafkaConnector, place: Place) -> None:
        self._settings = settings
        self._connector = connector
        self._place = place
        self._state = KafkaState()
        self._thread = KafkaThread()
        self._producer: Producer | None = None

    async def begin(self) -> None:
        """Make the client. Raises BrokerFault."""
        await self._thread.call(self._make)

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        await self._thread.call(lambda: self._publish(outgoing))

    async def close(self) -> None:
        try:
            await self._thread.call(self._purge)
        finally:
            self._thread.end()

    def _make(self) -> None:
        timeout = max(1, self._settings.limits.send_ms_max - 500)
        self._producer = Producer(
            self._connector.configuration(
                self._state, acks="all", enable_idempotence=True, message_timeout_ms=timeout, linger_ms=1
            )
        )

    def _publish(self, outgoing: Sequence[Outgoing]) -> None:
        """The client keeps the order of each partition, and repeats without doubling."""
        producer, failed = self._made, dict[str, KafkaError]()

        def telling(id: str) -> Told:
            return lambda error, _: None if error is None else failed.update({id: error})

        for each in outgoing:
            self._produce(producer, each, telling(each.event["id"]))
        while len(producer) and not failed:
            producer.poll(0.05)
            self._state.refuse()
        for id, error in failed.items():
            if error.code() in _NEVER:
                raise SinkRefused(f"Kafka refuses the event {id}: {meant(error)}")
            raise BrokerFault(self._state.why(meant(error)))

    def _produce(self, producer: Producer, each: Outgoing, told: Told) -> None:
        topic, key = self._place.of(each.event), key_of(each.event)
        while True:
            try:
                return producer.produce(
                    topic, each.message.body or None, key=key, headers=headers_of(each.message), on_delivery=told
                )
            except BufferError:
                producer.poll(0.05)
            except KafkaException as error:
                if error.args[0].code() in _NEVER:
                    raise SinkRefused(f"Kafka refuses the event {each.event['id']}: {meant(error.args[0])}") from error
                raise

    def _purge(self) -> None:
        """What is still to be sent is not sent any more: whoever sent it was told that it failed."""
        if self._producer is not None:
            self._producer.purge()
            self._producer.poll(0)

    @property
    def _made(self) -> Producer:
        if self._producer is None:
            raise BrokerFault("the client has not been made")
        return self._producer
