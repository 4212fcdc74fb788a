"""The configuration file of a server, `serve --config`: what is wrong is told all at once, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from counterpoint.bootstrap.eventing import EventSettings, SinkEntry, SourceEntry, faults
from counterpoint.dsl.marks import Mark, position
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.errors import InvalidDocument
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.json import JsonObject, JsonValue

CODE: Final = "CP501"
_PLACE: Final = re.compile(r" - at `(?P<key>key in )?\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
Tokens = tuple[str | int, ...]


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a server is told by its file."""

    events: EventSettings = EventSettings()
    """Events that come and go."""
    telemetry: TelemetrySettings | None = None


def read_configuration(text: str | bytes, source: str) -> Configuration:
    """Read a configuration, YAML or JSON. Raises InvalidDocument with all diagnostics."""
    data, mark = read_located(text, source)
    data = {} if data is None else data
    found = list(_faults(data))
    if not found:
        return msgspec.convert(data, Configuration)
    raise InvalidDocument([_diagnostic(place, message, mark, source) for place, message in found])


def _faults(data: JsonValue) -> Iterator[tuple[Tokens, str]]:
    """Each part is read by itself, so that one that is wrong hides no other."""
    if not isinstance(data, dict):
        yield (), "the configuration must be an object: `events` and the like"
        return
    events = data.get("events")
    members = events if isinstance(events, dict) else {}
    sound = True
    for kind, entry in (("sources", SourceEntry), ("sinks", SinkEntry)):
        for index, each in enumerate(members[kind] if isinstance(members.get(kind), list) else ()):
            for place, message in _misfits(each, entry):
                sound = False
                yield ("events", kind, index, *place), message
    rest: JsonObject = {**data, "events": {**members, "sources": [], "sinks": []}} if sound is False else data
    for place, message in _misfits(rest, Configuration):
        sound = False
        yield place, message
    if sound:
        settings = msgspec.convert(data, Configuration)
        yield from ((("events", *place), message) for place, message in faults(settings.events))


def _misfits(data: Any, kind: type) -> Iterator[tuple[Tokens, str]]:
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        match = _PLACE.search(message)
        steps = [] if match is None else _STEP.findall(match["path"])
        yield (
            tuple(int(index) if index.isdigit() else name for name, index in steps if name or index.isdigit()),
            (message if match is None else message[: match.start()]),
        )


def _diagnostic(place: Tokens, message: str, mark: Mark, source: str) -> Diagnostic:
    pointer = "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in place)
    return Diagnostic(
        code=CODE,
        message=message,
        source=source,
        position=position(mark, [str(each) for each in place]),
        pointer=pointer,
    )
