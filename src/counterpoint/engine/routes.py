"""Routes: which events go to which sink."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from counterpoint.ports.events import EventSink
from counterpoint.values.json import JsonObject

STORED: Final = "sinks"
"""Under which the store keeps the routes, for engines that are opened without knowing of any."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What a sink takes. In patterns, `*` stands for any characters."""

    name: str
    """Of the sink."""
    types: tuple[str, ...] = ()
    """Patterns of the events' types; any where there are none."""
    sources: tuple[str, ...] = ()
    """Patterns of the events' sources; any where there are none."""
    emitted: bool = True
    """Whether it takes what workflows emit."""
    lifecycle: bool = False
    """Whether it takes lifecycle events."""


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """A sink, what it takes and how it is to be used."""

    route: Route
    sink: EventSink
    batch_max: int = 100
    """Events that are handed over at once."""
    in_flight_max: int = 1
    """Batches that are handed over at the same time; those of one instance never are."""


class Router:
    """Finds the routes of an event."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._rules = [(route, matcher(route.types), matcher(route.sources)) for route in routes]
        self.lifecycle = any(route.lifecycle for route in routes)
        """Whether anybody takes lifecycle events."""
        self.empty = not routes

    def sinks(self, event: JsonObject, *, lifecycle: bool = False) -> list[str]:
        """The names of the sinks that take an event."""
        return [
            route.name
            for route, types, sources in self._rules
            if (route.lifecycle if lifecycle else route.emitted)
            and types.fullmatch(event["type"])
            and sources.fullmatch(event["source"])
        ]


def matcher(patterns: Sequence[str]) -> re.Pattern[str]:
    """What matches any of the patterns; everything where there are none."""
    texts = (".*".join(re.escape(part) for part in pattern.split("*")) for pattern in patterns)
    return re.compile("|".join(f"(?:{text})" for text in texts) if patterns else ".*", re.DOTALL)
