"""Kafka (CloudEvents Kafka protocol binding 1.0.3). The library blocks: each client has one thread of its own."""
