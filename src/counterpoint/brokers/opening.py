"""From settings to sources and sinks. Nothing is connected yet; the library of a transport is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterpoint.brokers.settings import (
    KafkaSink,
    KafkaSource,
    MqttSink,
    MqttSource,
    NatsSink,
    NatsSource,
    RabbitMqSink,
    RabbitMqSource,
    RedisSink,
    RedisSource,
    SinkSettings,
    SourceSettings,
)
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.source import BrokerSource
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets


def source_of(settings: SourceSettings, secrets: Secrets) -> BrokerSource:
    """A source. Raises InvalidInput: a library, a secret or a file that is not there, a server written wrongly."""
    with _library_of(settings):
        match settings:
            case NatsSource():
                from counterpoint.brokers.nats.receiving import nats_source

                return nats_source(settings, secrets)
            case KafkaSource():
                from counterpoint.brokers.kafka.receiving import kafka_source

                return kafka_source(settings, secrets)
            case RabbitMqSource():
                from counterpoint.brokers.rabbitmq.receiving import rabbitmq_source

                return rabbitmq_source(settings, secrets)
            case RedisSource():
                from counterpoint.brokers.redis.receiving import redis_source

                return redis_source(settings, secrets)
            case MqttSource():
                from counterpoint.brokers.mqtt.receiving import mqtt_source

                return mqtt_source(settings, secrets)


def sink_of(settings: SinkSettings, secrets: Secrets) -> BrokerSink:
    """A sink. Raises InvalidInput: a library, a secret or a file that is not there, a server written wrongly."""
    with _library_of(settings):
        match settings:
            case NatsSink():
                from counterpoint.brokers.nats.publishing import nats_sink

                return nats_sink(settings, secrets)
            case KafkaSink():
                from counterpoint.brokers.kafka.publishing import kafka_sink

                return kafka_sink(settings, secrets)
            case RabbitMqSink():
                from counterpoint.brokers.rabbitmq.publishing import rabbitmq_sink

                return rabbitmq_sink(settings, secrets)
            case RedisSink():
                from counterpoint.brokers.redis.publishing import redis_sink

                return redis_sink(settings, secrets)
            case MqttSink():
                from counterpoint.brokers.mqtt.publishing import mqtt_sink

                return mqtt_sink(settings, secrets)


@contextmanager
def _library_of(settings: SourceSettings | SinkSettings) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("counterpoint"):
            raise
        extra = settings.__struct_config__.tag
        raise InvalidInput(
            f"events at {extra} need the library {error.name}, which is not there: pip install 'counterpoint[{extra}]'"
        ) from error
