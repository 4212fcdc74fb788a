"""MQTT 5 (CloudEvents MQTT protocol binding 1.0.2)."""
