"""Settings of sources and sinks, told apart by `type`. A secret is named here, never written here."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from counterpoint.brokers.binding import Mode
from counterpoint.brokers.limits import BrokerLimits
from counterpoint.brokers.tls import Tls


class Connection(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How to reach a broker, whichever it is."""

    servers: tuple[str, ...]
    """`host:port` of each server of the broker; the port may be left out."""
    credentials: str | None = None
    """The name of a secret: an object with `username` and `password` (NATS also knows `token` and `creds`)."""
    tls: Tls | None = None
    """`{}` for TLS with the machine's authorities; without it the connection is not encrypted."""
    plaintext: bool = False
    """Whether credentials may travel to another machine without TLS, as where the network itself encrypts."""
    limits: BrokerLimits = BrokerLimits()


class NatsSource(Connection, frozen=True, kw_only=True, tag="nats"):
    """Events from a stream of NATS JetStream. Engines with the same `durable` share the events."""

    stream: str
    durable: str = "counterpoint"
    """The name of the durable consumer; it is made where it does not exist."""
    subject: str = ">"
    """Which subjects of the stream."""
    ack_wait_ms: int = 30_000
    """How long a dead engine's events wait until another one gets them. For a consumer that is made."""
    dead_letter: str | None = None
    """The subject (of a stream) where messages are put aside. Without it they are terminated: NATS forgets them."""


class NatsSink(Connection, frozen=True, kw_only=True, tag="nats"):
    """Events to NATS JetStream."""

    subject: str
    """A stream must take it. `{type}` stands for the type of the event."""
    mode: Mode = "structured"


class KafkaSource(Connection, frozen=True, kw_only=True, tag="kafka"):
    """Events from topics of Kafka. Engines with the same `group` share the partitions."""

    topics: tuple[str, ...]
    group: str = "counterpoint"
    dead_letter: str | None = None
    """The topic where messages are put aside. Without it they are logged and passed over."""
    mechanism: str = "SCRAM-SHA-512"
    """How to log in (SASL), where there are credentials."""


class KafkaSink(Connection, frozen=True, kw_only=True, tag="kafka"):
    """Events to Kafka. The key of a message is `partitionkey`, or else `subject`."""

    topic: str
    """`{type}` stands for the type of the event."""
    mode: Mode = "structured"
    mechanism: str = "SCRAM-SHA-512"
    """How to log in (SASL), where there are credentials."""


class RabbitMqSource(Connection, frozen=True, kw_only=True, tag="rabbitmq"):
    """Events from a queue of RabbitMQ. Engines with the same `queue` share the events."""

    queue: str
    """It must exist, and be durable."""
    vhost: str = "/"
    dead_letter: str | None = None
    """The exchange where messages are put aside. Without it they are rejected: the queue's own policy applies."""


class RabbitMqSink(Connection, frozen=True, kw_only=True, tag="rabbitmq"):
    """Events to an exchange of RabbitMQ."""

    exchange: str
    """It must exist, with a durable queue bound to it. The empty name is the default exchange."""
    routing_key: str = "{type}"
    """`{type}` stands for the type of the event."""
    vhost: str = "/"
    mode: Mode = "structured"


class RedisSource(Connection, frozen=True, kw_only=True, tag="redis"):
    """Events from a stream of Redis. Engines with the same `group` share the events."""

    stream: str
    group: str = "counterpoint"
    """The consumer group; it and the stream are made where they do not exist."""
    consumer: str | None = None
    """The name of this engine in the group; the machine's name and the process where there is none."""
    database: int = 0
    claim_idle_ms: int = 60_000
    """How long a dead engine's events wait until another one takes them over."""
    dead_letter: str | None = None
    """The stream where messages are put aside. Without it they are logged and acknowledged."""


class RedisSink(Connection, frozen=True, kw_only=True, tag="redis"):
    """Events to a stream of Redis, as JSON in the field `event`."""

    stream: str
    """`{type}` stands for the type of the event."""
    database: int = 0
    replicas: int = 0
    """How many replicas must have an event before it counts as taken."""


class MqttSource(Connection, frozen=True, kw_only=True, tag="mqtt"):
    """Events from topics of an MQTT 5 broker. Engines with the same `group` share the events."""

    topic: str
    """A topic filter."""
    client: str
    """The client identifier, another one for each engine: the broker keeps what comes while this one is away."""
    group: str | None = None
    """Shares the subscription among engines."""
    session_seconds: int = 7 * 24 * 3600
    """How long the broker keeps events for an engine that is away."""
    dead_letter: str | None = None
    """The topic where messages are put aside. Without it they are logged and acknowledged."""


class MqttSink(Connection, frozen=True, kw_only=True, tag="mqtt"):
    """Events to an MQTT 5 broker, with QoS 1."""

    topic: str
    """`{type}` stands for the type of the event."""
    client: str | None = None
    """The client identifier; the broker chooses one where there is none."""
    mode: Mode = "structured"


SourceSettings: TypeAlias = NatsSource | KafkaSource | RabbitMqSource | RedisSource | MqttSource
SinkSettings: TypeAlias = NatsSink | KafkaSink | RabbitMqSink | RedisSink | MqttSink
