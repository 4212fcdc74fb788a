"""Labels: what whoever starts an instance wants kept with it, as text by name. They are part of its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from counterpoint.errors import InvalidInput
from counterpoint.kernel import Instance
from counterpoint.kernel.naming import BUSINESS_KEY, BUSINESS_KEY_CHARS_MAX, is_key
from counterpoint.values.json import JsonObject
from counterpoint.values.trace_context import TraceContext, trace_context

__all__ = ["BUSINESS_KEY", "CORRELATION", "TRACE", "inherited", "labelled"]

CORRELATION: Final = "correlation"
"""Shared by all instances that belong to one story: sub-workflows, and those that events have led to."""
TRACE: Final = "traceparent"
"""W3C trace context of whatever has led to the start."""

TRACE_STATE: Final = "tracestate"
"""What its systems have to say of that trace."""

UNDOING: Final = "undoing"
"""Of a sub-workflow that an undo has called, and of its own: the key of the undo. Their calls are part of it."""
_INHERITED: Final = (CORRELATION, TRACE, TRACE_STATE, UNDOING)
CAUSATION: Final = "causation"
"""Ids of the events that have led to the start, one a line, the last one last."""
_CAUSES_MAX: Final = 20


def correlation_of(instance: Instance) -> str:
    """The correlation of an instance: what it was given, or else its own id. So a chain costs nothing to begin."""
    return instance.labels.get(CORRELATION) or instance.id


def inherited(instance: Instance) -> dict[str, str]:
    """What a sub-workflow takes over from its parent."""
    labels = instance.labels
    return {CORRELATION: correlation_of(instance)} | {name: labels[name] for name in _INHERITED if name in labels}


def extensions(instance: Instance) -> dict[str, str]:
    """The attributes that an emitted event gets (CloudEvents, correlation extension)."""
    causes = instance.labels.get(CAUSATION)
    cause = {} if causes is None else {"causationid": causes.rpartition("\n")[2]}
    return {"correlationid": correlation_of(instance), **cause}


def caused_by(event: JsonObject, ids: Sequence[str]) -> dict[str, str]:
    """What an instance takes over from the events that start it: these ids, and `event` came last."""
    correlation = event.get("correlationid")
    kept = {CORRELATION: correlation} if isinstance(correlation, str) and correlation else {}
    return kept | {CAUSATION: "\n".join(ids[-_CAUSES_MAX:])}


def traced(context: TraceContext) -> dict[str, str]:
    """The labels that keep a trace context."""
    return {TRACE: context.parent} if context.state is None else {TRACE: context.parent, TRACE_STATE: context.state}


def of_event(event: JsonObject) -> dict[str, str]:
    """What an instance takes over from the event that starts it (CloudEvents, distributed tracing extension)."""
    context = trace_context(event.get("traceparent"), event.get("tracestate"))
    return {} if context is None else traced(context)


def context_of(labels: Mapping[str, str]) -> TraceContext | None:
    """The trace context that labels keep."""
    return trace_context(labels.get(TRACE), labels.get(TRACE_STATE)) if labels else None


def labelled(business_key: str | None, labels: Mapping[str, str] | None = None) -> dict[str, str]:
    """Labels with a business key where there is one. Raises InvalidInput for what cannot be one."""
    if business_key is None:
        return dict(labels or {})
    if not is_key(business_key):
        shown = business_key[:50]
        raise InvalidInput(f"{shown!r} cannot be a business key: 1 to {BUSINESS_KEY_CHARS_MAX} printable characters")
    return {**(labels or {}), BUSINESS_KEY: business_key}
