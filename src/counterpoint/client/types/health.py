# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `health`."""

from __future__ import annotations

from counterpoint.client.types.answered import Answered


class HealthReport(Answered, frozen=True, kw_only=True):
    """How the server is."""

    status: str
    checks: dict[str, str]
    """What was looked at: `ok`, or what is wrong with it."""
