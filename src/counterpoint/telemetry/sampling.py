"""Sampling: which traces are recorded. Whoever began a trace has decided; for our own, a share of them is."""

from __future__ import annotations

from typing import Final

import msgspec

from counterpoint.errors import InvalidInput
from counterpoint.values.trace_context import TraceContext

_LOW_64_BITS: Final = 2**64


class Sampler(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Decides by the trace's id, as OpenTelemetry's samplers do: every system comes to the same decision."""

    ratio: float = 1.0
    """The share of traces that are recorded, 0 to 1."""
    parent_based: bool = True
    """Whether a caller's decision counts."""

    def samples(self, trace_id: str, caller: TraceContext | None) -> bool:
        """Whether a trace is recorded that begins here, or that a caller has begun."""
        if caller is not None and self.parent_based:
            return caller.sampled
        return int(trace_id[16:], 16) < self.ratio * _LOW_64_BITS


def sampler_of(name: str, argument: str) -> Sampler:
    """What OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG ask for. Raises InvalidInput."""
    based = name.startswith("parentbased_")
    kind = name.removeprefix("parentbased_")
    if kind == "always_on":
        return Sampler(1.0, based)
    if kind == "always_off":
        return Sampler(0.0, based)
    if kind == "traceidratio":
        return Sampler(ratio_of(argument or "1", "OTEL_TRACES_SAMPLER_ARG"), based)
    raise InvalidInput(
        f"OTEL_TRACES_SAMPLER={name}: this sampler is not known here; take always_on, always_off or traceidratio, "
        "with or without parentbased_ before it"
    )


def ratio_of(text: str, name: str) -> float:
    """A share between 0 and 1. Raises InvalidInput that names where it was given."""
    try:
        ratio = float(text)
    except ValueError:
        ratio = -1.0
    if not 0 <= ratio <= 1:
        raise InvalidInput(f"{name} must be a number from 0 to 1, not {text!r}")
    return ratio
