"""Series in the forms that others take: Prometheus' text, and OpenTelemetry's metrics. Imported where one is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from typing import Any, Final

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from counterpoint.telemetry.instruments import ALL, COUNTER, Instrument
from counterpoint.telemetry.otel import SCOPE, resource
from counterpoint.telemetry.series import Distribution, Labels, Series, Value

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_CUMULATIVE: Final = AggregationTemporality.CUMULATIVE


class _Collected(Collector):
    def __init__(self, series: Series) -> None:
        self._series = series

    def collect(self) -> Iterator[Family]:
        for instrument, points in _grouped(self._series):
            yield _family(instrument, points)


def in_text(series: Series) -> bytes:
    """All series as Prometheus reads them (`CONTENT_TYPE`)."""
    registry = CollectorRegistry()
    registry.register(_Collected(series))
    return generate_latest(registry)


def in_otlp(series: Series, since_ms: int, now_ms: int) -> MetricsData:
    """All series as OpenTelemetry's exporters take them; counts are since `since_ms` (ms since the epoch)."""
    since, now = since_ms * 1_000_000, now_ms * 1_000_000
    metrics = [
        Metric(instrument.name, instrument.description, instrument.unit, _data(instrument, points, since, now))
        for instrument, points in _grouped(series)
    ]
    scoped = ScopeMetrics(InstrumentationScope(SCOPE), metrics, "")
    return MetricsData([ResourceMetrics(resource(), [scoped], "")])


def _grouped(series: Series) -> Iterator[tuple[Instrument, list[tuple[Labels, Value]]]]:
    order = {instrument: place for place, instrument in enumerate(ALL)}
    found = sorted(series.all(), key=lambda each: (order[each[0]], each[1]))
    for instrument, points in groupby(found, key=lambda each: each[0]):
        yield instrument, [(labels, value) for _, labels, value in points]


def _family(instrument: Instrument, points: Iterable[tuple[Labels, Value]]) -> Family:
    name, described, labels = instrument.prometheus, instrument.description, list(instrument.labels)
    if instrument.bounds:
        histogram = HistogramMetricFamily(name, described, labels=labels)
        for values, each in points:
            assert isinstance(each, Distribution), instrument.name
            edges = [*map(floatToGoString, each.bounds), "+Inf"]
            histogram.add_metric(list(values), list(zip(edges, accumulate(each.counts), strict=True)), each.total)
        return histogram
    family = (CounterMetricFamily if instrument.kind == COUNTER else GaugeMetricFamily)(name, described, labels=labels)
    for values, each in points:
        assert not isinstance(each, Distribution), instrument.name
        family.add_metric(list(values), each)
    return family


def _data(
    instrument: Instrument, points: Iterable[tuple[Labels, Value]], since: int, now: int
) -> Histogram | Sum | Gauge:
    numbers, distributions = [], []
    for labels, value in points:
        attributes = dict(zip(map(_attribute, instrument.labels), labels, strict=True))
        if isinstance(value, Distribution):
            counts = list(value.counts)
            bounds = list(value.bounds)
            none: Any = None  # the least and the greatest value are not kept
            distributions.append(
                HistogramDataPoint(attributes, since, now, sum(counts), value.total, counts, bounds, none, none)
            )
        else:
            numbers.append(NumberDataPoint(attributes, since, now, value))
    if distributions:
        return Histogram(distributions, _CUMULATIVE)
    return Sum(numbers, _CUMULATIVE, True) if instrument.kind == COUNTER else Gauge(numbers)


def _attribute(label: str) -> str:
    """OpenTelemetry's conventions have dots where Prometheus cannot."""
    return f"counterpoint.{label}" if "_" not in label else _CONVENTIONS[label]


_CONVENTIONS: Final = {
    "http_request_method": "http.request.method",
    "http_route": "http.route",
    "http_response_status_code": "http.response.status_code",
}
