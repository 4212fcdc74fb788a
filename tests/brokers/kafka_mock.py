"""A process that is librdkafka's mock of a Kafka cluster. Prints its servers, then obeys `down` and `up`."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import confluent_kafka

BROKERS = 3
_PRODUCER = 0


def library() -> ctypes.CDLL:
    """The librdkafka that confluent-kafka brings, or else the machine's."""
    beside = Path(confluent_kafka.__file__).parent.parent / "confluent_kafka.libs"
    candidates = [str(each) for each in sorted(beside.glob("librdkafka*"))] if beside.is_dir() else []
    loaded = ctypes.CDLL((*candidates, "librdkafka.so.1")[0])
    loaded.rd_kafka_new.restype = ctypes.c_void_p
    loaded.rd_kafka_mock_cluster_new.restype = ctypes.c_void_p
    loaded.rd_kafka_mock_cluster_new.argtypes = [ctypes.c_void_p, ctypes.c_int]
    loaded.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    loaded.rd_kafka_mock_cluster_bootstraps.argtypes = [ctypes.c_void_p]
    for name in ("rd_kafka_mock_broker_set_down", "rd_kafka_mock_broker_set_up"):
        getattr(loaded, name).argtypes = [ctypes.c_void_p, ctypes.c_int32]
    loaded.rd_kafka_mock_group_initial_rebalance_delay_ms.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    return loaded


def main() -> None:
    """Serve until standard input ends."""
    kafka, trouble = library(), ctypes.create_string_buffer(512)
    client = kafka.rd_kafka_new(_PRODUCER, None, trouble, len(trouble))
    assert client, trouble.value
    cluster = kafka.rd_kafka_mock_cluster_new(client, BROKERS)
    kafka.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 100)
    print(kafka.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)
    turn = {"down": kafka.rd_kafka_mock_broker_set_down, "up": kafka.rd_kafka_mock_broker_set_up}
    for line in sys.stdin:
        for broker in range(1, BROKERS + 1):
            turn[line.strip()](cluster, broker)
        print(line.strip(), flush=True)


if __name__ == "__main__":
    main()
