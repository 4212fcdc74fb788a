"""Telemetry: traces, metrics and logs of an engine, made from what became durable.

`folding` makes spans from a history, `tracing` keeps one fold for each instance in memory, `otel` hands them on.
What needs the extra `telemetry` is imported only where it is configured.
"""
