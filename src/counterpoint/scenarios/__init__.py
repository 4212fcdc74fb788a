"""Scenarios: stories about a workflow, with what is expected of it (docs/guide/testing.md)."""
