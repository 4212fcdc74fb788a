"""Insights over HTTP: how all instances have been doing."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from counterpoint.api.access import PERMISSION
from counterpoint.api.models import Answer
from counterpoint.api.problems import Refused, documented
from counterpoint.application.insights import Cluster, Figures, Insight, Period, Queues, Report, StepReport
from counterpoint.application.service import Service
from counterpoint.values.timestamp import iso8601, parse_timestamp

READ: Final = {PERMISSION: "instances:read"}
_SECONDS_MAX: Final = 30 * 24 * 3600


class InsightFigures(Answer, frozen=True, kw_only=True):
    """What has happened to instances in some time."""

    started: int
    completed: int
    failed: int
    cancelled: int
    undone: int
    """Those, among all that ended, whose saga had been compensated."""
    retries: int
    incidents: int
    """Began to wait for a person."""
    resolved: int
    """Incidents that a person has decided about."""

    @classmethod
    def of(cls, figures: Figures) -> InsightFigures:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(figures))


class InsightPeriod(InsightFigures, frozen=True, kw_only=True):
    """One stretch of time."""

    at: str
    """Its beginning."""
    open: int
    """Instances that had not ended at its end."""
    stuck: int
    """Incidents that waited for a person at its end."""
    inbox: int | None
    """Messages that the engine had not handled, at most, of all workflows; null for times before the server started."""
    owed: int | None
    """Events that sinks were owed, at most, likewise."""

    @classmethod
    def among(cls, period: Period) -> InsightPeriod:
        """What goes over the wire."""
        figures = msgspec.structs.asdict(period.figures)
        told = {name: getattr(period, name) for name in ("open", "stuck", "inbox", "owed")}
        return cls(at=iso8601(period.at), **told, **figures)


class LatencyBin(Answer, frozen=True, kw_only=True):
    """Runs that took less than so many milliseconds, and not less than the bin before."""

    below: float
    count: int


class InsightStep(Answer, frozen=True, kw_only=True):
    """How one step of one workflow has been doing. Latencies in milliseconds, within 9 %."""

    workflow: str
    """`namespace/name:version`."""
    reference: str
    """JSON pointer into the document."""
    name: str
    completed: int
    failed: int
    retried: int
    """Runs that were a further attempt."""
    undone: int
    undo_failed: int
    """Undos that failed for good."""
    p50: float | None
    p95: float | None
    p99: float | None
    histogram: list[LatencyBin]

    @classmethod
    def of(cls, step: StepReport) -> InsightStep:
        """What goes over the wire."""
        members = {name: getattr(step, name) for name in step.__struct_fields__}
        members["histogram"] = [LatencyBin(below=below, count=count) for below, count in step.histogram]
        return cls(**members)


class FailureCluster(Answer, frozen=True, kw_only=True):
    """Failures of one step with one error."""

    workflow: str
    reference: str
    name: str
    undo: bool
    """Whether its undo has failed, and not the step itself."""
    error_type: str
    status: int
    title: str
    count: int
    first_at: str
    last_at: str
    instances: list[str]
    """Ids of the latest of them."""

    @classmethod
    def of(cls, cluster: Cluster) -> FailureCluster:
        """What goes over the wire."""
        members = {name: getattr(cluster, name) for name in cluster.__struct_fields__}
        members |= {"first_at": iso8601(cluster.first_at), "last_at": iso8601(cluster.last_at)}
        return cls(**members)


class InsightQueues(Answer, frozen=True, kw_only=True):
    """What waits now."""

    inbox: int
    """Messages that the engine has not handled."""
    owed: int
    """Events that sinks are owed."""
    dead: int
    """Dead letters."""
    waits: dict[str, int]
    """Instances by what they wait for: `timer`, `retry`, `event`, `incident`, `resume`."""

    @classmethod
    def of(cls, queues: Queues) -> InsightQueues:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(queues))


class InsightReport(Answer, frozen=True, kw_only=True):
    """How instances have been doing."""

    since: str
    """It may be later than was asked for: further back nothing is kept."""
    until: str
    bucket_seconds: int
    read_to: str
    """Everything that happened up to then is counted."""
    whole: bool
    """Whether that is all; otherwise, to ask again tells more."""
    total: InsightFigures
    buckets: list[InsightPeriod]
    steps: list[InsightStep]
    """Those that ran most often first."""
    clusters: list[FailureCluster]
    """The largest first."""
    queues: InsightQueues

    @classmethod
    def of(cls, report: Report) -> InsightReport:
        """What goes over the wire."""
        return cls(
            since=iso8601(report.since),
            until=iso8601(report.until),
            bucket_seconds=report.period // 1000,
            read_to=iso8601(report.read_to),
            whole=report.whole,
            total=InsightFigures.of(report.total),
            buckets=[InsightPeriod.among(each) for each in report.periods],
            steps=[InsightStep.of(each) for each in report.steps],
            clusters=[FailureCluster.of(each) for each in report.clusters],
            queues=InsightQueues.of(report.queues),
        )


class InsightsController(Controller):
    """Throughput, latencies, retries, undos and failures, from the journal."""

    path = "/v1/insights"
    tags = ("insights",)

    @get(opt=READ, operation_id="getInsights", responses=documented(404, 422))
    async def look(
        self,
        service: NamedDependency[Service],
        workflow: Annotated[
            str | None,
            QueryParameter(description="`name`, `namespace/name`, or with a range of versions; all without it."),
        ] = None,
        since: Annotated[
            str | None, QueryParameter(name="from", description="RFC 3339; a day before the end without it.")
        ] = None,
        until: Annotated[str | None, QueryParameter(name="to", description="RFC 3339; now without it.")] = None,
        bucket: Annotated[
            int | None,
            QueryParameter(ge=60, le=_SECONDS_MAX, description="Seconds of a bucket, whole minutes."),
        ] = None,
    ) -> InsightReport:
        """How instances have been doing. Nothing is read before somebody asks; whoever asks again is told what came."""
        asked = Insight(
            workflow=workflow,
            since=_time("from", since),
            until=_time("to", until),
            period=None if bucket is None else bucket * 1000,
        )
        return InsightReport.of(await service.insights.look(asked))


def _time(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError) as error:
        raise Refused("invalid-request", f"{name}: {error}") from None
