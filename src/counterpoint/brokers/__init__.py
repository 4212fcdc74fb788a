"""Message brokers: CloudEvents in from, and out to, NATS JetStream, Kafka, RabbitMQ, Redis streams and MQTT.

Each transport is a package of one shape: `connecting`, `receiving`, `publishing`. Its library is an extra, imported
when it is first used. What all of them have in common (the order of receiving, accepting and acknowledging; pauses;
connecting again) is here, once.
"""

from counterpoint.brokers.opening import sink_of, source_of
from counterpoint.brokers.settings import SinkSettings, SourceSettings

__all__ = ["SinkSettings", "SourceSettings", "sink_of", "source_of"]
