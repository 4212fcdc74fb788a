"""NATS JetStream (CloudEvents NATS protocol binding 1.0.3)."""
