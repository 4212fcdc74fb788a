"""Metering: what whoever serves the engine tells of its requests, and how its metrics are read."""

from __future__ import annotations

from typing import Protocol


class Metered(Protocol):
    """Metrics of one engine and of those who serve it."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the address with names for its parts, so that there are few of them."""

    async def text(self) -> bytes:
        """All metrics as Prometheus reads them, where that is wanted. Raises NotFound where it is not."""
