"""W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace something belongs to, and what led to it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_FORM: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_STATE_CHARS_MAX: Final = 512
"""What every system must pass on at least; longer ones are left out (section 3.3.1.5 allows to drop all of it)."""
_UNKNOWN_VERSION: Final = "ff"
_SAMPLED: Final = 1


class TraceContext(NamedTuple):
    """The headers `traceparent` and `tracestate`, as they go out with a call."""

    parent: str
    """`00-{trace id}-{span id}-{flags}`."""
    state: str | None = None

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""
        return self.parent[3:35]

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits."""
        return self.parent[36:52]

    @property
    def sampled(self) -> bool:
        """Whether whoever began the trace records it."""
        return bool(int(self.parent[53:55], 16) & _SAMPLED)

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of a call."""
        named = (("traceparent", self.parent),)
        return named if self.state is None else (*named, ("tracestate", self.state))


def trace_context(parent: object, state: object = None) -> TraceContext | None:
    """The context that these values of the two headers give; None where there is none, or it is malformed."""
    match = _FORM.fullmatch(parent.strip()) if isinstance(parent, str) else None
    if match is None:
        return None
    version, trace, span, flags, more = match.groups()
    if version == _UNKNOWN_VERSION or (more and version == "00") or not (int(trace, 16) and int(span, 16)):
        return None
    kept = state if isinstance(state, str) and 0 < len(state) <= _STATE_CHARS_MAX and state.isprintable() else None
    return TraceContext(f"00-{trace}-{span}-{flags}", kept)


def written(trace_id: str, span_id: str, *, sampled: bool, state: str | None = None) -> TraceContext:
    """The context of a span."""
    return TraceContext(f"00-{trace_id}-{span_id}-{'01' if sampled else '00'}", state)
