"""Limits of insights."""

from __future__ import annotations

import msgspec


class InsightLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How far insights look back, and what they take. Times in milliseconds."""

    window_ms_max: int = 7 * 24 * 3_600_000
    """How far back they look."""
    transitions_max: int = 2_000_000
    """Transitions that are read for that; of more, the latest."""
    cells_max: int = 50_000
    """Figures that are kept: one for each minute and workflow version, and for each step of it that ended in that
    minute. Beyond it, the oldest minutes are dropped."""
    instances_max: int = 20_000
    """Instances that are remembered between their transitions; the journals of others are read once more."""
    clusters_max: int = 500
    """Kinds of failures that are kept; beyond it, the one that was seen longest ago goes."""
    looking_ms_max: int = 1_500
    """How long one look may read on; what is left is read at the next."""
    periods_max: int = 750
    """Periods that one answer is divided into."""
    steps_max: int = 500
    """Steps that one answer tells of: those that ran most often."""
