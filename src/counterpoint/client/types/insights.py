# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `insights`."""

from __future__ import annotations

from counterpoint.client.types.answered import Answered


class FailureCluster(Answered, frozen=True, kw_only=True):
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


class InsightFigures(Answered, frozen=True, kw_only=True):
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


class InsightPeriod(Answered, frozen=True, kw_only=True):
    """One stretch of time."""

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
    at: str
    """Its beginning."""
    open: int
    """Instances that had not ended at its end."""
    stuck: int
    """Incidents that waited for a person at its end."""
    inbox: int | None
    """Messages that the engine had not handled, at most, of all workflows; null for times before the
    server started.
    """
    owed: int | None
    """Events that sinks were owed, at most, likewise."""


class InsightQueues(Answered, frozen=True, kw_only=True):
    """What waits now."""

    inbox: int
    """Messages that the engine has not handled."""
    owed: int
    """Events that sinks are owed."""
    dead: int
    """Dead letters."""
    waits: dict[str, int]
    """Instances by what they wait for: `timer`, `retry`, `event`, `incident`, `resume`."""


class InsightReport(Answered, frozen=True, kw_only=True):
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


class InsightStep(Answered, frozen=True, kw_only=True):
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


class LatencyBin(Answered, frozen=True, kw_only=True):
    """Runs that took less than so many milliseconds, and not less than the bin before."""

    below: float
    count: int
