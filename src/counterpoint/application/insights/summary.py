"""Summing up: from what is kept of the journal to what one look tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from counterpoint.application.insights.cells import MINUTE, Cells, Failures, Kind
from counterpoint.application.insights.depths import Depth, deepest
from counterpoint.application.insights.figures import Figures, StepFigures, bounds_of, percentile, total_of
from counterpoint.application.insights.limits import InsightLimits
from counterpoint.application.insights.report import Cluster, Insight, Period, Queues, Report, StepReport
from counterpoint.errors import InvalidInput

_PERIODS: Final = tuple(MINUTE * each for each in (1, 5, 15, 60, 180, 720, 1440))
_USUAL: Final = 120
"""Periods that a look is divided into, about, where it does not say how long one is."""
_DAY: Final = 24 * 60 * MINUTE


def summary(
    cells: Cells,
    limits: InsightLimits,
    asked: Insight,
    wanted: frozenset[str] | None,
    *,
    now: int,
    read_to: int,
    whole: bool,
    open: int,
    stuck: int,
    queues: Queues,
    depths: Mapping[int, Depth],
) -> Report:
    """What is told of these workflow versions (None is all). `open` and `stuck` count those of now.

    Raises InvalidInput for a time or a period that makes no sense.
    """
    since, until, period = _times(asked, limits, cells.since, now)
    by_period: dict[int, Figures] = {}
    later: list[Figures] = []
    for minute in cells.minutes(since, now + MINUTE):
        for workflow, figures in minute.workflows.items():
            if wanted is not None and workflow not in wanted:
                continue
            if minute.at >= until:
                later.append(figures)
            else:
                by_period.setdefault(since + (minute.at - since) // period * period, Figures()).add(figures)
    after = total_of(later)
    deep = deepest(depths, since, until, period)
    periods = _periods(by_period, deep, range(since, until, period), open - _net(after), stuck - _stuck(after))
    return Report(
        since=since,
        until=until,
        period=period,
        read_to=read_to,
        whole=whole,
        total=total_of(by_period.values()),
        periods=periods,
        steps=_steps(cells, wanted, since, until)[: limits.steps_max],
        clusters=_clusters(cells.failures.items(), wanted, since, until),
        queues=queues,
    )


def _times(asked: Insight, limits: InsightLimits, kept_since: int, now: int) -> tuple[int, int, int]:
    until = now if asked.until is None else min(asked.until, now)
    since = until - _DAY if asked.since is None else asked.since
    if since >= until:
        raise InvalidInput("the time to look at ends before it begins: `from` must be before `to`, and before now")
    since = max(since, now - limits.window_ms_max, kept_since)
    since = min(since - since % MINUTE, until - 1)
    until = max(until, since + 1)
    period = asked.period or next((p for p in _PERIODS if (until - since) / p <= _USUAL), _PERIODS[-1])
    if period < MINUTE or period % MINUTE:
        raise InvalidInput("a period lasts whole minutes: 1 at least")
    if (until - since) / period > limits.periods_max:
        raise InvalidInput(f"that makes more than {limits.periods_max} periods (periods_max): let one last longer")
    return since, until, period


def _periods(
    by_period: dict[int, Figures], deep: dict[int, Depth], starts: Iterable[int], open: int, stuck: int
) -> list[Period]:
    """Backwards from what is open now: the past differs from it by what has happened since."""
    found = []
    for at in sorted(starts, reverse=True):
        figures, depth = by_period.get(at) or Figures(), deep.get(at)
        inbox, owed = (None, None) if depth is None else depth
        found.append(Period(at=at, figures=figures, open=max(0, open), stuck=max(0, stuck), inbox=inbox, owed=owed))
        open, stuck = open - _net(figures), stuck - _stuck(figures)
    return found[::-1]


def _net(figures: Figures) -> int:
    return figures.started - figures.completed - figures.failed - figures.cancelled


def _stuck(figures: Figures) -> int:
    return figures.incidents - figures.resolved


def _steps(cells: Cells, wanted: frozenset[str] | None, since: int, until: int) -> list[StepReport]:
    found: dict[tuple[str, str], StepFigures] = {}
    for minute in cells.minutes(since, until):
        for key, figures in minute.steps.items():
            if wanted is None or key[0] in wanted:
                found.setdefault(key, StepFigures()).add(figures)
    reports = [_step(workflow, step, figures) for (workflow, step), figures in found.items()]
    return sorted(reports, key=lambda each: (-each.completed - each.failed, each.workflow, each.reference))


def _step(workflow: str, reference: str, figures: StepFigures) -> StepReport:
    latencies = figures.latencies
    return StepReport(
        workflow=workflow,
        reference=reference,
        name=_name(reference),
        completed=figures.completed,
        failed=figures.failed,
        retried=figures.retried,
        undone=figures.undone,
        undo_failed=figures.undo_failed,
        p50=percentile(latencies, 0.5),
        p95=percentile(latencies, 0.95),
        p99=percentile(latencies, 0.99),
        histogram=[(bounds_of(bin)[1], latencies[bin]) for bin in sorted(latencies)],
    )


def _clusters(
    failures: Iterable[tuple[Kind, Failures]], wanted: frozenset[str] | None, since: int, until: int
) -> list[Cluster]:
    found = []
    for kind, each in failures:
        count = sum(number for at, number in each.minutes.items() if since <= at < until)
        if count and (wanted is None or kind.workflow in wanted):
            found.append(
                Cluster(
                    workflow=kind.workflow,
                    reference=kind.step,
                    name=_name(kind.step),
                    undo=kind.undo,
                    error_type=kind.error_type,
                    status=kind.status,
                    title=each.title,
                    count=count,
                    first_at=each.first_at,
                    last_at=each.last_at,
                    instances=list(each.instances),
                )
            )
    return sorted(found, key=lambda each: (-each.count, -each.last_at))


def _name(reference: str) -> str:
    return reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
