"""What a look at insights tells. Times in milliseconds since the epoch."""

from __future__ import annotations

import msgspec

from counterpoint.application.insights.figures import Figures


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """What has happened in one stretch of time."""

    at: int
    """Its beginning."""
    figures: Figures
    open: int
    """Instances that had not ended at its end."""
    stuck: int
    """Incidents that waited for a person at its end."""
    inbox: int | None
    """Messages that the engine had not handled, at most; None where nobody looked."""
    owed: int | None
    """Events that sinks were owed, at most."""


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """How one step of one workflow has been doing."""

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
    """Latencies in ms that 50, 95 and 99 % of its runs did not exceed, within 9 %."""
    p95: float | None
    p99: float | None
    histogram: list[tuple[float, int]]
    """How many runs took less than so many ms, and not less than the bin before: without empty bins."""


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
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
    first_at: int
    last_at: int
    instances: list[str]
    """Ids of the latest of them."""


class Queues(msgspec.Struct, frozen=True, kw_only=True):
    """What waits now."""

    inbox: int
    """Messages that the engine has not handled."""
    owed: int
    """Events that sinks are owed."""
    dead: int
    """Dead letters."""
    waits: dict[str, int]
    """Instances by what they wait for: `timer`, `retry`, `event`, `incident`, `resume`."""


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `workflow`: `name`, `namespace/name`, or with a range of versions; None is all."""

    workflow: str | None = None
    since: int | None = None
    until: int | None = None
    period: int | None = None
    """Length of a period; what fits the time otherwise."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How instances have been doing."""

    since: int
    """It may be later than was asked for: further back nothing is kept."""
    until: int
    period: int
    read_to: int
    """Everything that happened up to then is counted."""
    whole: bool
    """Whether that is all; otherwise, to look again tells more."""
    total: Figures
    periods: list[Period]
    steps: list[StepReport]
    """Those that ran most often, first."""
    clusters: list[Cluster]
    """The largest first."""
    queues: Queues
