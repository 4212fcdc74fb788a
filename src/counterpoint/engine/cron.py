"""Cron expressions, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError

from counterpoint.errors import InvalidInput

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def next_time(expression: str, after: int) -> int:
    """The first time after `after`, in ms since the epoch. Raises InvalidInput where there is none."""
    try:
        found = next(CronSim(expression, _EPOCH + timedelta(milliseconds=after)))
    except (CronSimError, StopIteration) as error:
        raise InvalidInput(f"the cron expression {expression!r} gives no time: {error or 'it never comes'}") from error
    return (found - _EPOCH) // timedelta(milliseconds=1)
