"""Series: the numbers behind the instruments. Recording is a few dictionary operations, and needs no library."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, TypeAlias

from counterpoint.telemetry.instruments import Instrument

OTHER: Final = "other"
"""Stands for all that have no series of their own."""

Labels: TypeAlias = tuple[str, ...]


class Distribution:
    """A histogram: how many values were at most each bound, and more than the last."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def record(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


Value: TypeAlias = "float | Distribution"


class Series:
    """All series of one engine."""

    def __init__(self) -> None:
        self._values: dict[Instrument, dict[Labels, float]] = {}
        self._distributions: dict[Instrument, dict[Labels, Distribution]] = {}

    def add(self, instrument: Instrument, labels: Labels = (), count: float = 1) -> None:
        """Count."""
        series = self._values.setdefault(instrument, {})
        series[labels] = series.get(labels, 0) + count

    def put(self, instrument: Instrument, value: float, labels: Labels = ()) -> None:
        """What something is now, or has come to."""
        self._values.setdefault(instrument, {})[labels] = value

    def drop(self, instrument: Instrument, labels: Labels) -> None:
        """Tell of this no longer."""
        self._values.get(instrument, {}).pop(labels, None)

    def record(self, instrument: Instrument, value: float, labels: Labels = ()) -> None:
        """Add a value to a histogram."""
        series = self._distributions.setdefault(instrument, {})
        found = series.get(labels)
        if found is None:
            found = series[labels] = Distribution(instrument.bounds)
        found.record(value)

    def all(self) -> Iterator[tuple[Instrument, Labels, Value]]:
        """Everything as it stands. May be asked by another thread than the one that counts."""
        for instrument, values in list(self._values.items()):
            for labels, value in list(values.items()):
                yield instrument, labels, value
        for instrument, distributions in list(self._distributions.items()):
            for labels, distribution in list(distributions.items()):
                yield instrument, labels, distribution


class Bounded:
    """Lets so many label values through, and tells of all further ones together."""

    def __init__(self, series_max: int) -> None:
        self._series_max = series_max
        self._known: dict[Labels, Labels] = {}

    def of(self, *labels: str) -> Labels:
        """The labels themselves, or `other` for each where there are too many already."""
        known = self._known.get(labels)
        if known is None:
            known = labels if len(self._known) < self._series_max else (OTHER,) * len(labels)
            if known is labels:
                self._known[labels] = labels
        return known
