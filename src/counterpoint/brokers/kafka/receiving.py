"""Events from topics of Kafka, by a consumer group."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from counterpoint.brokers.kafka.connecting import KafkaConnector, KafkaState, KafkaThread, meant, message_of
from counterpoint.brokers.settings import KafkaSource
from counterpoint.brokers.source import BrokerSource
from counterpoint.brokers.transport import BrokerFault, Delivery
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets

_WAIT_SECONDS: Final = 0.25
"""For how long the thread waits for a message; a clean stop takes no longer."""
_REASON: Final = "counterpoint-reason"
_PASSING: Final = (KafkaError._PARTITION_EOF, KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT)
_LOST: Final = (KafkaError.ILLEGAL_GENERATION, KafkaError.UNKNOWN_MEMBER_ID, KafkaError.REBALANCE_IN_PROGRESS)
"""Another one of the group has the partition now, and will see what is not committed."""
_log = logging.getLogger("counterpoint.brokers")


def kafka_source(settings: KafkaSource, secrets: Secrets) -> BrokerSource:
    """Raises InvalidInput."""
    if not settings.topics:
        raise InvalidInput("a Kafka source needs at least one topic")
    connector = KafkaConnector(settings, secrets)

    async def open_reception() -> _KafkaReception:
        reception = _KafkaReception(settings, connector)
        try:
            await reception.begin()
        except BaseException:
            await reception.close()
            raise
        return reception

    name = f"events from {', '.join(settings.topics)} of {connector}"
    return BrokerSource(name, open_reception, connector.credentials, settings.limits)


class _KafkaReception:
    """See `Reception`. Partitions are paused while events wait for the engine: the client stays in its group."""

    def __init__(self, settings: KafkaSource, connector: KafkaConnector) -> None:
        self._settings = settings
        self._connector = connector
        self._state = KafkaState()
        self._thread = KafkaThread()
        self._consumer: Consumer | None = None
        self._paused: list[TopicPartition] = []
        self._early: list[Any] = []
        """Messages that came while none was asked for."""

    async def begin(self) -> None:
        """Join the group. Raises BrokerFault."""
        await self._thread.call(self._join)

    async def receive(self) -> Sequence[Delivery]:
        messages = await self._thread.call(self._poll)
        self._state.refuse()
        return [_delivery(each) for each in messages]

    async def hold(self) -> None:
        await self._thread.call(self._stay)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        await self._thread.call(lambda: self._commit([each.handle for each in deliveries]))

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        if self._settings.dead_letter is not None:
            await self._thread.call(lambda: self._copy(delivery.handle, self._settings.dead_letter or "", reason))
        await self.acknowledge([delivery])

    async def close(self) -> None:
        try:
            await self._thread.call(self._leave)
        except BrokerFault:
            pass  # the group notices by itself
        finally:
            self._thread.end()

    def _join(self) -> None:
        self._consumer = Consumer(
            self._connector.configuration(
                self._state,
                group_id=self._settings.group,
                enable_auto_commit=False,
                enable_auto_offset_store=False,
                auto_offset_reset="earliest",
                session_timeout_ms=10_000,
                queued_max_messages_kbytes=16 * 1024,
                fetch_wait_max_ms=100,
            )
        )
        self._consumer.subscribe(list(self._settings.topics))

    def _poll(self) -> list[Any]:
        consumer = self._joined
        if self._paused:
            paused, self._paused = self._paused, []
            consumer.resume([each for each in consumer.assignment() if each in paused])
        if self._early:
            early, self._early = self._early, []
            return early
        first = consumer.poll(_WAIT_SECONDS)
        if first is None:
            return []
        rest = consumer.consume(self._settings.limits.batch_events_max - 1, 0) if self._wants_more(first) else []
        return [each for each in (first, *rest) if self._is_whole(each)]

    def _wants_more(self, first: Any) -> bool:
        return self._settings.limits.batch_events_max > 1 and first.error() is None

    def _is_whole(self, message: Any) -> bool:
        error = message.error()
        if error is None:
            return True
        if error.code() not in _PASSING:
            raise KafkaException(error)
        return False

    def _stay(self) -> None:
        """Polling says that we live; paused partitions give nothing meanwhile."""
        consumer = self._joined
        self._paused = consumer.assignment()
        consumer.pause(self._paused)
        message = consumer.poll(0)
        if message is not None and self._is_whole(message):  # of a partition that has just been assigned
            self._early.append(message)

    def _commit(self, messages: Sequence[Any]) -> None:
        reached = {(each.topic(), each.partition()): each.offset() + 1 for each in messages}
        offsets = [TopicPartition(topic, partition, offset) for (topic, partition), offset in reached.items()]
        try:
            for each in self._joined.commit(offsets=offsets, asynchronous=False) or ():
                if each.error is not None:
                    raise KafkaException(each.error)
        except KafkaException as error:
            if error.args[0].code() not in _LOST:
                raise
            _log.info("%s: the group has changed hands: %s", self._connector, meant(error.args[0]))

    def _copy(self, message: Any, topic: str, reason: str) -> None:
        failed: list[KafkaError] = []
        timeout = self._settings.limits.send_ms_max
        producer = Producer(
            self._connector.configuration(self._state, enable_idempotence=True, message_timeout_ms=timeout)
        )
        producer.produce(
            topic,
            message.value(),
            key=message.key(),
            headers=[*(message.headers() or ()), (_REASON, reason.encode())],
            on_delivery=lambda error, _: failed.append(error) if error is not None else None,
        )
        producer.flush(timeout / 1000 + 1)
        if failed:
            raise KafkaException(failed[0])

    def _leave(self) -> None:
        if self._consumer is not None:
            self._consumer.close()

    @property
    def _joined(self) -> Consumer:
        if self._consumer is None:
            raise BrokerFault("the client has not been made")
        return self._consumer


def _delivery(message: Any) -> Delivery:
    return Delivery(lambda: message_of(message.headers(), message.value()), len(message.value() or b""), message)
