# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `insights`."""

from __future__ import annotations

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call
from counterpoint.client.types.insights import InsightReport


class InsightsOperations(Connection):
    """Throughput, latencies, retries, undos and failures, from the journal."""

    def get_insights(
        self, *, workflow: str | None = None, from_: str | None = None, to: str | None = None, bucket: int | None = None
    ) -> InsightReport:
        """How instances have been doing. Nothing is read before somebody asks; whoever asks again is told what
        came.

        `workflow`: `name`, `namespace/name`, or with a range of versions; all without it.

        `from_`: RFC 3339; a day before the end without it.

        `to`: RFC 3339; now without it.

        `bucket`: Seconds of a bucket, whole minutes.
        """
        answer: InsightReport = self._call(
            Call(
                method="GET",
                path="/v1/insights",
                query={"workflow": workflow, "from": from_, "to": to, "bucket": bucket},
                repeatable=True,
            ),
            InsightReport,
        )
        return answer
