"""Points in time: milliseconds since 1970-01-01 UTC inside, ISO 8601 and DateTime Descriptors (dsl) outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from counterpoint.values.json import JsonObject

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4_096)
def iso8601(ms: int) -> str:
    """`2026-01-01T00:00:00.000Z`; raises OverflowError outside the years 1 to 9999.

    Kept, because what is told at once is mostly of the same few moments, and a view tells them many times.
    """
    moment = _EPOCH + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f".{ms % 1_000:03d}Z"


def datetime_descriptor(ms: int) -> JsonObject:
    """The DateTime Descriptor of `$workflow.startedAt` and `$task.startedAt`; seconds are rounded down."""
    return {"iso8601": iso8601(ms), "epoch": {"seconds": ms // 1_000, "milliseconds": ms}}


def parse_timestamp(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 date and time; one without an offset is read as UTC.

    Parts of a millisecond are cut off. Raises ValueError with a message for people.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:40]!r} is no ISO 8601 date and time; write for example 2026-01-31T08:00:00Z"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)
