"""Depths: how much waited in the queues at a time. No journal tells, so they are looked at once a minute, and kept.

They are kept by the hour, each hour as one value, in a ring of places that is a little longer than the window: nothing
has to be removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from counterpoint.application.insights.cells import MINUTE

_HOUR: Final = 60 * MINUTE
_ROWS: Final = msgspec.msgpack.Decoder(list[tuple[int, int, int]])


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
    """By minute, as far back as `window_ms`."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._kept: dict[int, Depth] = {}

    def note(self, at: int, depth: Depth) -> None:
        """So much waited at that time (in ms since the epoch)."""
        minute = at - at % MINUTE
        self._kept[minute] = depth.or_more(self._kept.get(minute))
        for oldest in [each for each in self._kept if each < at - self._window_ms]:
            del self._kept[oldest]

    def hour(self, at: int) -> bytes:
        """What is known of the hour of a time, to be kept."""
        begin = at - at % _HOUR
        known = [(minute, *depth) for minute, depth in self._kept.items() if begin <= minute < begin + _HOUR]
        return msgspec.msgpack.encode(known)

    def recall(self, content: bytes | None, since: int) -> None:
        """Take what was kept of an hour, but for what is older than `since`. Raises msgspec.MsgspecError."""
        for minute, inbox, owed in _ROWS.decode(content) if content else ():
            if minute >= since:
                self._kept[minute] = Depth(inbox, owed).or_more(self._kept.get(minute))

    def kept(self) -> Mapping[int, Depth]:
        """All that is known, by the beginning of the minute: a copy, for another thread to read."""
        return dict(self._kept)


def place_of(at: int, window_ms: int) -> str:
    """The place in which the hour of a time is kept."""
    return f"insights:depths:{at // _HOUR % _length(window_ms)}"


def places(window_ms: int) -> Iterator[str]:
    """All places that there are."""
    return (f"insights:depths:{each}" for each in range(_length(window_ms)))


def _length(window_ms: int) -> int:
    """The hour that goes on and the one in which the window begins are both kept."""
    return window_ms // _HOUR + 2


def deepest(depths: Mapping[int, Depth], since: int, until: int, period: int) -> dict[int, Depth]:
    """By the beginning of each period between two times; what nothing is known of is missing."""
    found: dict[int, Depth] = {}
    for minute, depth in depths.items():
        if since <= minute < until:
            at = since + (minute - since) // period * period
            found[at] = depth.or_more(found.get(at))
    return found
