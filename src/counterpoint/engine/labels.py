"""Labels: what whoever starts an instance wants kept with it, as text by name. They are part of its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BUSINESS_KEY: Final = "businessKey"
"""What people call the instance: an order number and the like. Need not be unique."""
CORRELATION: Final = "correlation"
"""Shared by all instances that belong to one story: sub-workflows, and those that events have led to."""
TRACE: Final = "traceparent"
"""W3C trace context of whatever has led to the start."""

_INHERITED: Final = (CORRELATION, TRACE)


def inherited(labels: Mapping[str, str]) -> dict[str, str]:
    """What a sub-workflow takes over from its parent."""
    return {name: labels[name] for name in _INHERITED if name in labels}
