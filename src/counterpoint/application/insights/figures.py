"""Figures: what is counted of one workflow version in one minute, and of one step of it. They add up."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2
from typing import Final

import msgspec

PER_OCTAVE: Final = 8
"""Bins of a histogram between a latency and its double: what is read from it is off by 9 % at most."""


class Figures(msgspec.Struct):
    """What has happened to instances."""

    started: int = 0
    completed: int = 0
    failed: int = 0
    """Faulted."""
    cancelled: int = 0
    undone: int = 0
    """Those, among all that ended, whose saga had been compensated."""
    retries: int = 0
    incidents: int = 0
    """Began to wait for a person."""
    resolved: int = 0
    """Incidents that a person has decided about."""

    def add(self, other: Figures) -> None:
        """Count the other's too."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class StepFigures(msgspec.Struct):
    """What has happened to the runs of one step."""

    completed: int = 0
    failed: int = 0
    retried: int = 0
    """Runs that were a further attempt."""
    undone: int = 0
    undo_failed: int = 0
    """Undos that failed for good."""
    latencies: dict[int, int] = {}
    """How many completed or failed runs took how long: by bin."""

    def add(self, other: StepFigures) -> None:
        """Count the other's too."""
        self.completed += other.completed
        self.failed += other.failed
        self.retried += other.retried
        self.undone += other.undone
        self.undo_failed += other.undo_failed
        mine = self.latencies
        for bin, count in other.latencies.items():
            mine[bin] = mine.get(bin, 0) + count

    def took(self, ms: int) -> None:
        """A run took so long."""
        bin = bin_of(ms)
        self.latencies[bin] = self.latencies.get(bin, 0) + 1


def bin_of(ms: int) -> int:
    """The bin of a latency: 0 up to 1 ms."""
    return 0 if ms < 1 else 1 + int(log2(ms) * PER_OCTAVE + 1e-9)


def bounds_of(bin: int) -> tuple[float, float]:
    """From (included) and to (not) in ms."""
    return (0.0, 1.0) if bin == 0 else (2 ** ((bin - 1) / PER_OCTAVE), 2 ** (bin / PER_OCTAVE))


def percentile(latencies: dict[int, int], share: float) -> float | None:
    """The latency in ms that so large a share of the runs (0 to 1) did not exceed; None without runs."""
    total = sum(latencies.values())
    if total == 0:
        return None
    rank, passed = share * total, 0
    for bin in sorted(latencies):
        count = latencies[bin]
        if passed + count >= rank:
            low, high = bounds_of(bin)
            return low + (high - low) * max(0.0, rank - passed) / count
        passed += count
    return bounds_of(max(latencies))[1]


def total_of(figures: Iterable[Figures]) -> Figures:
    """All together."""
    total = Figures()
    for each in figures:
        total.add(each)
    return total
