# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `metrics`."""

from __future__ import annotations

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call


class MetricsOperations(Connection):
    """Metrics, where the server keeps them."""

    def get_metrics(self) -> str:
        """All metrics in Prometheus' text format. Not found where the server was not told to keep them."""
        answer: str = self._call(Call(method="GET", path="/metrics", accept="text/plain", repeatable=True), str)
        return answer
