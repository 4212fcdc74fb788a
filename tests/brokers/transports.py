"""What the conformance suite needs of each transport: settings, and messages as other programs write and read them.

Native clients here share no code with the product, so that a mistake in a binding cannot hide itself.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, ClassVar

import aio_pika
import aiomqtt
import confluent_kafka
import nats
import redis.asyncio
from confluent_kafka.admin import AdminClient
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from servers import PASSWORD, USER, Server

from counterpoint.bootstrap.secrets import MappedSecrets
from counterpoint.brokers import SinkSettings, SourceSettings, sink_of, source_of
from counterpoint.brokers.limits import BrokerLimits
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
)
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.source import BrokerSource

SECRETS = MappedSecrets(
    {
        "broker": {"username": USER, "password": PASSWORD},
        "wrong": {"username": USER, "password": "Tr0ub4dor-and-3"},
    }
)
LIMITS = BrokerLimits(reconnect_ms_max=500, pause_ms_max=200, connect_ms_max=3_000, send_ms_max=8_000)
Raw = tuple[bytes, str | None, dict[str, Any]]
"""A body, a content type, and attributes for the headers: what a foreign program publishes."""


class Transport:
    """One place at one broker. `ready` makes it; a source and a sink of these settings meet there."""

    name: ClassVar[str]
    typed: ClassVar[bool] = False
    """Whether booleans and integers survive the binary mode."""
    binary: ClassVar[bool] = True
    """Whether there is a binary mode."""
    asks_who: ClassVar[bool] = True
    """Whether the broker wants credentials."""
    soon: ClassVar[dict[str, Any]] = {}
    """Settings with which the events of an engine that died come again as soon as they may."""
    survives_kill: ClassVar[bool] = True
    """Whether what it has acknowledged outlives `kill -9`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.place = f"t{uuid.uuid4().hex[:12]}"
        self.dead = f"{self.place}.dead"
        self.common: dict[str, Any] = {
            "servers": tuple(server.address.split(",")),
            "credentials": "broker" if self.asks_who else None,
            "limits": LIMITS,
        }

    def source(self, **changed: Any) -> BrokerSource:
        return source_of(self.source_settings(**{**self.common, **changed}), SECRETS)

    def sink(self, **changed: Any) -> BrokerSink:
        return sink_of(self.sink_settings(**{**self.common, **changed}), SECRETS)

    def source_settings(self, **changed: Any) -> SourceSettings:
        raise NotImplementedError

    def sink_settings(self, **changed: Any) -> SinkSettings:
        raise NotImplementedError

    async def ready(self) -> None:
        """Make what an operator would make."""

    async def raw(self, *messages: Raw) -> None:
        """Publish messages as a foreign program would."""
        raise NotImplementedError

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        """Bodies of what was put aside, and the reasons."""
        raise NotImplementedError


class Nats(Transport):
    name = "nats"
    soon: ClassVar[dict[str, Any]] = {"ack_wait_ms": 10_000}

    def source_settings(self, **changed: Any) -> NatsSource:
        own = {"stream": self.place, "subject": f"{self.place}.events", "dead_letter": self.dead}
        return NatsSource(**{**own, **changed})

    def sink_settings(self, **changed: Any) -> NatsSink:
        return NatsSink(**{"subject": f"{self.place}.events", **changed})

    async def client(self) -> Any:
        return await nats.connect(self.server.address, user=USER, password=PASSWORD, allow_reconnect=False)

    async def ready(self) -> None:
        client = await self.client()
        await client.jetstream().add_stream(name=self.place, subjects=[f"{self.place}.>"])
        await client.close()

    async def raw(self, *messages: Raw) -> None:
        client = await self.client()
        for body, content_type, attributes in messages:
            headers = {f"ce-{name}": str(value) for name, value in attributes.items()}
            if content_type is not None:
                headers["ce-datacontenttype" if attributes else "Content-Type"] = content_type
            await client.jetstream().publish(f"{self.place}.events", body, headers=headers or None)
        await client.close()

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        client = await self.client()
        subscription = await client.jetstream().pull_subscribe(self.dead, stream=self.place)
        try:
            found = await subscription.fetch(100, timeout=0.5)
        except TimeoutError:
            found = []
        await client.close()
        return [(each.data, each.headers["counterpoint-reason"]) for each in found]


class Kafka(Transport):
    name = "kafka-mock"
    asks_who = False

    def source_settings(self, **changed: Any) -> KafkaSource:
        return KafkaSource(**{"topics": (self.place,), "group": self.place, "dead_letter": self.dead, **changed})

    def sink_settings(self, **changed: Any) -> KafkaSink:
        return KafkaSink(**{"topic": self.place, **changed})

    async def ready(self) -> None:
        """The mock makes topics of four partitions when they are first asked for."""

        def make() -> None:
            client = AdminClient({"bootstrap.servers": self.server.address})
            client.list_topics(self.place, timeout=10)
            client.list_topics(self.dead, timeout=10)

        await asyncio.to_thread(make)

    async def raw(self, *messages: Raw) -> None:
        def send() -> None:
            producer = confluent_kafka.Producer({"bootstrap.servers": self.server.address})
            for body, content_type, attributes in messages:
                headers: list[Any] = [(f"ce_{name}", str(value).encode()) for name, value in attributes.items()]
                if content_type is not None:
                    headers.append(("content-type", content_type.encode()))
                producer.produce(self.place, body, key="one", headers=headers)
            assert producer.flush(10) == 0

        await asyncio.to_thread(send)

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        def look() -> list[tuple[bytes, str]]:
            consumer = confluent_kafka.Consumer(
                {"bootstrap.servers": self.server.address, "group.id": "look", "auto.offset.reset": "earliest"}
            )
            consumer.assign([confluent_kafka.TopicPartition(self.dead, each, 0) for each in range(4)])
            found = consumer.consume(100, 2)
            consumer.close()
            return [
                (each.value(), dict(each.headers())["counterpoint-reason"].decode())
                for each in found
                if each.error() is None
            ]

        return await asyncio.to_thread(look)


class RabbitMq(Transport):
    name = "rabbitmq"
    typed = True

    def source_settings(self, **changed: Any) -> RabbitMqSource:
        return RabbitMqSource(**{"queue": self.place, "dead_letter": self.dead, **changed})

    def sink_settings(self, **changed: Any) -> RabbitMqSink:
        return RabbitMqSink(**{"exchange": self.place, **changed})

    async def client(self) -> Any:
        host, port = self.server.address.split(":")
        return await aio_pika.connect(host=host, port=int(port), login=USER, password=PASSWORD)

    async def ready(self) -> None:
        async with await self.client() as connection:
            channel = await connection.channel()
            for name in (self.place, self.dead):
                exchange = await channel.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True)
                queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
                await queue.bind(exchange, "#")

    async def raw(self, *messages: Raw) -> None:
        async with await self.client() as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(self.place)
            for body, content_type, attributes in messages:
                headers = {f"cloudEvents_{name}": value for name, value in attributes.items()}
                await exchange.publish(
                    aio_pika.Message(body, content_type=content_type, headers=headers, delivery_mode=2), "foreign"
                )

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        found = []
        async with await self.client() as connection:
            channel = await connection.channel()
            queue = await channel.get_queue(self.dead)
            while (message := await queue.get(fail=False)) is not None:
                await message.ack()
                found.append((message.body, str(message.headers["counterpoint-reason"])))
        return found


class Redis(Transport):
    name = "redis"
    soon: ClassVar[dict[str, Any]] = {"claim_idle_ms": 10_000}
    binary = False

    def source_settings(self, **changed: Any) -> RedisSource:
        return RedisSource(**{"stream": self.place, "dead_letter": self.dead, **changed})

    def sink_settings(self, **changed: Any) -> RedisSink:
        changed.pop("mode", None)
        return RedisSink(**{"stream": self.place, **changed})

    def client(self) -> Any:
        host, port = self.server.address.split(":")
        return redis.asyncio.Redis(host=host, port=int(port), username=USER, password=PASSWORD)

    async def raw(self, *messages: Raw) -> None:
        async with self.client() as client:
            for body, content_type, _ in messages:
                field = "event" if content_type is None or "cloudevents" in content_type else "something"
                await client.xadd(self.place, {field: body})

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        async with self.client() as client:
            entries = await client.xrange(self.dead)
        return [(fields.get(b"event", fields.get(b"something")), fields[b"reason"].decode()) for _, fields in entries]


class Mqtt(Transport):
    name = "mqtt"
    survives_kill = False

    def source_settings(self, **changed: Any) -> MqttSource:
        return MqttSource(**{"topic": self.place, "client": self.place, "dead_letter": self.dead, **changed})

    def sink_settings(self, **changed: Any) -> MqttSink:
        return MqttSink(**{"topic": self.place, **changed})

    def client(self, **settings: Any) -> aiomqtt.Client:
        host, port = self.server.address.split(":")
        return aiomqtt.Client(
            host, int(port), username=USER, password=PASSWORD, protocol=aiomqtt.ProtocolVersion.V5, **settings
        )

    async def ready(self) -> None:
        """Sessions to which the broker keeps what comes."""
        for name, topic in ((self.place, self.place), (f"{self.dead}.look", self.dead)):
            async with self.session(name) as client:
                await client.subscribe(topic, qos=1)

    def session(self, name: str) -> aiomqtt.Client:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 3600
        return self.client(identifier=name, clean_start=False, properties=properties)

    async def raw(self, *messages: Raw) -> None:
        async with self.client() as client:
            for body, content_type, attributes in messages:
                properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
                if content_type is not None:
                    properties.ContentType = content_type
                if attributes:
                    properties.UserProperty = [(name, str(value)) for name, value in attributes.items()]
                await client.publish(self.place, body, qos=1, properties=properties)

    async def dead_letters(self) -> list[tuple[bytes, str]]:
        found = []
        async with self.session(f"{self.dead}.look") as client:
            try:
                async with asyncio.timeout(1):
                    async for each in client.messages:
                        reasons = dict(each.properties.UserProperty)  # type: ignore[union-attr]
                        found.append((bytes(each.payload), reasons["counterpoint-reason"]))  # type: ignore[arg-type]
            except TimeoutError:
                """That was all."""
        return found


TRANSPORTS: dict[str, type[Transport]] = {each.name: each for each in (Nats, Kafka, RabbitMq, Redis, Mqtt)}
__all__ = ["LIMITS", "SECRETS", "TRANSPORTS", "Raw", "Transport"]
