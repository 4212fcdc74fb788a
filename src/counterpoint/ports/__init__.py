"""Protocols for what the engine needs from outside, named by intent. Each has one conformance suite."""
