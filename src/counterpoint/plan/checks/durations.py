"""Durations that are written out: the official schema accepts more than can be waited for."""

from __future__ import annotations

from counterpoint.dsl.report import Path
from counterpoint.plan.checks.context import Context
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonValue


def check_duration(value: JsonValue, path: Path, context: Context) -> None:
    """Report a negative duration, and whatever else has no length in milliseconds."""
    try:
        parse_duration(value)
    except ValueError as error:
        context.error("CP313", path, str(error))
