"""Checks of what stands once in a document: its DSL version and its schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cronsim import CronSim, CronSimError

from counterpoint.plan.checks.context import Context

_SUPPORTED: Final = "1.0."
_ANY_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""The parser of cron expressions wants a day to count from; it has no bearing on whether one is valid."""
_CRON_CHARS_MAX: Final = 1_000


def check_document(context: Context) -> None:
    """Report an unsupported DSL version and a cron expression that has no meaning."""
    dsl = context.definition.dsl
    if not dsl.startswith(_SUPPORTED):
        message = f"DSL {dsl} is not supported"
        context.error(
            "CP304", ((None, "document"), "dsl"), message, "the versions 1.0.0 to 1.0.3 are, for example 1.0.3"
        )
    cron = context.data.get("schedule", {}).get("cron")
    if cron is not None:
        _check_cron(cron, context)


def _check_cron(cron: str, context: Context) -> None:
    try:
        if len(cron) > _CRON_CHARS_MAX:
            raise CronSimError(f"more than {_CRON_CHARS_MAX} characters")
        CronSim(cron, _ANY_DAY)
    except CronSimError as error:
        hint = "five fields: minute, hour, day of month, month, day of week; for example `0 9 * * MON-FRI`"
        context.error("CP312", ((None, "schedule"), "cron"), f"not a cron expression: {error}", hint)
