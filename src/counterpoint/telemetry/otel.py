"""Spans as OpenTelemetry's SDK has them, and what exports them. Imported only where traces are configured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
)

from counterpoint.telemetry.spans import CLIENT, CONSUMER, INTERNAL, PRODUCER, SERVER, Ended
from counterpoint.values.trace_context import TraceContext, trace_context

SCOPE: Final = "counterpoint"
_VERSION: Final = version(SCOPE)
_NANOSECONDS: Final = 1_000_000
_KINDS: Final = {
    INTERNAL: SpanKind.INTERNAL,
    SERVER: SpanKind.SERVER,
    CLIENT: SpanKind.CLIENT,
    PRODUCER: SpanKind.PRODUCER,
    CONSUMER: SpanKind.CONSUMER,
}
_FLAGS: Final = TraceFlags(TraceFlags.SAMPLED)


def resource() -> Resource:
    """What this process is: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win."""
    ours = Resource({"service.name": "counterpoint", "service.version": _VERSION})
    named = Resource.create()
    if str(named.attributes.get("service.name", "")).startswith("unknown_service"):
        named = Resource({key: value for key, value in named.attributes.items() if key != "service.name"})
    return ours.merge(named)


def exporting(exporter: SpanExporter) -> Callable[[Sequence[Ended]], bool]:
    """What exports spans; whether they got through."""
    about, scope = resource(), InstrumentationScope(SCOPE, _VERSION)

    def export(ended: Sequence[Ended]) -> bool:
        return exporter.export([readable(each, about, scope) for each in ended]) is SpanExportResult.SUCCESS

    return export


def readable(ended: Ended, about: Resource, scope: InstrumentationScope) -> ReadableSpan:
    """A span that has ended, as the SDK has it."""
    span, trace_id = ended.span, int(ended.trace_id, 16)
    state = _state(ended.state)
    parent = None
    if span.parent is not None:
        remote = ended.remote and span.name.startswith("workflow ")
        parent = SpanContext(trace_id, int(span.parent, 16), remote, _FLAGS, state)
    return ReadableSpan(
        name=span.name,
        context=SpanContext(trace_id, int(span.id, 16), False, _FLAGS, state),
        parent=parent,
        resource=about,
        attributes=span.attributes,
        events=[Event(each.name, each.attributes, each.at * _NANOSECONDS) for each in span.events],
        links=[Link(_context(each.context), each.attributes) for each in span.links],
        kind=_KINDS[span.kind],
        status=Status() if span.error is None else Status(StatusCode.ERROR, span.error),
        start_time=span.started_at * _NANOSECONDS,
        end_time=(span.ended_at or span.started_at) * _NANOSECONDS,
        instrumentation_scope=scope,
    )


def attach(context: TraceContext) -> object:
    """Make a context the current one: spans that code begins from now on are its children. What `detach` takes."""
    return otel_context.attach(trace.set_span_in_context(NonRecordingSpan(_context(context))))


def detach(token: object) -> None:
    """The reverse of `attach`."""
    otel_context.detach(token)  # type: ignore[arg-type]  # the type of a token is OpenTelemetry's own affair


def current() -> TraceContext | None:
    """The context of the span that the calling code is in, where there is one."""
    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return None
    flags = f"{int(found.trace_flags):02x}"
    return trace_context(
        f"00-{found.trace_id:032x}-{found.span_id:016x}-{flags}", found.trace_state.to_header() or None
    )


def _context(context: TraceContext) -> SpanContext:
    flags = TraceFlags(int(context.parent[53:55], 16))
    return SpanContext(int(context.trace_id, 16), int(context.span_id, 16), True, flags, _state(context.state))


def _state(text: str | None) -> TraceState:
    return TraceState() if text is None else TraceState.from_header([text])
