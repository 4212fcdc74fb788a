"""Depths: how much waited in the queues at a time. No journal tells, so they are looked at once a minute, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from counterpoint.application.insights.cells import MINUTE


class Depth(NamedTuple):
    """The most that waited in some time."""

    inbox: int
    """Messages that the engine had not handled."""
    owed: int
    """Events that sinks were owed."""

    def or_more(self, other: Depth | None) -> Depth:
        """The most of both."""
        return self if other is None else Depth(max(self.inbox, other.inbox), max(self.owed, other.owed))


class Depths:
    """By minute, as far back as `window_ms`. After a restart nothing is known of before."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._kept: dict[int, Depth] = {}

    def note(self, at: int, depth: Depth) -> None:
        """So much waited at that time (in ms since the epoch)."""
        minute = at - at % MINUTE
        self._kept[minute] = depth.or_more(self._kept.get(minute))
        for oldest in [each for each in self._kept if each < at - self._window_ms]:
            del self._kept[oldest]

    def kept(self) -> Mapping[int, Depth]:
        """All that is known, by the beginning of the minute: a copy, for another thread to read."""
        return dict(self._kept)


def deepest(depths: Mapping[int, Depth], since: int, until: int, period: int) -> dict[int, Depth]:
    """By the beginning of each period between two times; what nothing is known of is missing."""
    found: dict[int, Depth] = {}
    for minute, depth in depths.items():
        if since <= minute < until:
            at = since + (minute - since) // period * period
            found[at] = depth.or_more(found.get(at))
    return found
