"""Time. The engine asks a clock; tests give it one that jumps."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Wall time in integer milliseconds since 1970-01-01 UTC, and a way to wait for it."""

    def now(self) -> int:
        """The present, in milliseconds since the Unix epoch."""

    async def sleep_until(self, at: int) -> None:
        """Return when `now() >= at`; at once where that is so already. Cancellable."""
