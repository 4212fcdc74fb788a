"""What telemetry there is to be, and how much of it: given in code, or by OpenTelemetry's environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from counterpoint.errors import InvalidInput
from counterpoint.telemetry.sampling import Sampler, sampler_of

OTLP: Final = "otlp"
PROMETHEUS: Final = "prometheus"
_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"


class TelemetrySettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Nothing is on unless it is asked for."""

    traces: bool = False
    """Export spans over OTLP/HTTP, to where OTEL_EXPORTER_OTLP_ENDPOINT says."""
    metrics: bool = False
    """Export metrics over OTLP/HTTP, likewise."""
    prometheus: bool = False
    """Keep metrics for whoever asks for them: `GET /metrics` of the HTTP API."""
    logs: bool = False
    """Let log records know which effect they belong to (see `logs`)."""
    sampler: Sampler = Sampler()
    metrics_every_ms: int = 60_000
    """How often metrics are exported over OTLP."""
    spans_queued_max: int = 50_000
    """Spans that wait to be exported; what comes on top is dropped, and counted."""
    spans_batch_max: int = 512
    """Spans that are exported in one request."""
    metric_series_max: int = 1_000
    """Tasks that have series of their own; what all further ones do is told together, as `other`."""
    stop_ms_max: int = 1_500
    """How long stopping may wait for what is left to be exported."""

    @property
    def measures(self) -> bool:
        """Whether anybody wants metrics."""
        return self.metrics or self.prometheus

    @property
    def wanted(self) -> bool:
        """Whether there is to be any telemetry."""
        return self.traces or self.measures or self.logs


def from_environment(environment: Mapping[str, str], given: TelemetrySettings | None = None) -> TelemetrySettings:
    """The settings, with what OpenTelemetry's variables add. Where to export to, its exporters read themselves.

    An endpoint turns traces and metrics on; OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER (`otlp`, `prometheus`,
    `none`) say so one by one; OTEL_SDK_DISABLED turns all of it off. Raises InvalidInput.
    """
    settings = given or TelemetrySettings()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return TelemetrySettings(logs=settings.logs)
    traces = _exporters(environment, "TRACES", {OTLP})
    metrics = _exporters(environment, "METRICS", {OTLP, PROMETHEUS})
    changes: dict[str, object] = {
        "traces": settings.traces if traces is None else OTLP in traces,
        "metrics": settings.metrics if metrics is None else OTLP in metrics,
        "prometheus": settings.prometheus or PROMETHEUS in (metrics or ()),
    }
    sampler = environment.get("OTEL_TRACES_SAMPLER")
    if sampler:
        changes["sampler"] = sampler_of(sampler, environment.get("OTEL_TRACES_SAMPLER_ARG", ""))
    interval = environment.get("OTEL_METRIC_EXPORT_INTERVAL")
    if interval:
        if not interval.isdecimal() or not int(interval):
            raise InvalidInput(f"OTEL_METRIC_EXPORT_INTERVAL must be a number of milliseconds, not {interval!r}")
        changes["metrics_every_ms"] = int(interval)
    return msgspec.structs.replace(settings, **changes)


def _exporters(environment: Mapping[str, str], signal: str, known: set[str]) -> set[str] | None:
    """The exporters of a signal; None where the environment says nothing of it."""
    name = f"OTEL_{signal}_EXPORTER"
    named = environment.get(name, "").strip()
    if not named:
        there = environment.get(_ENDPOINT) or environment.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
        return {OTLP} if there else None
    found = {each.strip() for each in named.split(",")} - {"none"}
    unknown = sorted(found - known)
    if unknown:
        raise InvalidInput(f"{name}={named}: {unknown[0]} is not known here; take {', '.join(sorted(known))} or none")
    protocol = environment.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") or environment.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL"
    )
    if OTLP in found and protocol not in (None, "", "http/protobuf"):
        raise InvalidInput(f"the OTLP protocol {protocol} is not known here; take http/protobuf")
    return found
