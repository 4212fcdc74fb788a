"""The libraries of transports are extras: nobody needs those of a transport that is not used."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = {
    "nats": "nats",
    "kafka": "confluent_kafka",
    "rabbitmq": "aio_pika",
    "redis": "redis",
    "mqtt": "aiomqtt",
}
SOURCES = {
    "nats": "NatsSource(servers=('h',), stream='s')",
    "kafka": "KafkaSource(servers=('h',), topics=('t',))",
    "rabbitmq": "RabbitMqSource(servers=('h',), queue='q')",
    "redis": "RedisSource(servers=('h',), stream='s')",
    "mqtt": "MqttSource(servers=('h',), topic='t', client='c')",
}


def told(program: str) -> str:
    """What a new process prints."""
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_no_library_is_imported_before_it_is_used() -> None:
    imported = told("import sys, counterpoint.brokers, counterpoint.bootstrap; print(*sys.modules)").split()
    assert not set(LIBRARIES.values()) & set(imported)


@pytest.mark.parametrize("type", LIBRARIES)
def test_a_library_that_is_not_there_is_named_with_its_extra(type: str) -> None:
    program = f"""
import sys
sys.modules[{LIBRARIES[type]!r}] = None
from counterpoint.bootstrap.secrets import MappedSecrets
from counterpoint.brokers import source_of
from counterpoint.brokers.settings import *
from counterpoint.errors import InvalidInput
try:
    source_of({SOURCES[type]}, MappedSecrets({{}}))
except InvalidInput as error:
    print(error)
"""
    assert f"pip install 'counterpoint[{type}]'" in told(program)
