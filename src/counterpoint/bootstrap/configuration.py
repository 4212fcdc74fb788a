"""The configuration file of a server, `serve --config`: what is wrong is told all at once, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from counterpoint.bootstrap.eventing import EventSettings, SinkEntry, SourceEntry, faults
from counterpoint.bootstrap.members import Misfit, Tokens, unknown_members
from counterpoint.connectors.circuits import CircuitSettings
from counterpoint.dsl.marks import Mark, position
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.engine.limits import EngineLimits
from counterpoint.errors import InvalidDocument
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.json import JsonObject, JsonValue

CODE: Final = "CP501"
_PLACE: Final = re.compile(r" - at `(?P<key>key in )?\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_MISSING: Final = re.compile(r"^Object missing required field (`.*`)$")


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a server is told by its file."""

    events: EventSettings = EventSettings()
    """Events that come and go."""
    telemetry: TelemetrySettings | None = None
    circuits: CircuitSettings | None = None
    """When a destination of calls counts as down."""
    limits: EngineLimits | None = None
    """How much the engine takes on."""


def read_configuration(text: str | bytes, source: str) -> Configuration:
    """Read a configuration, YAML or JSON. Raises InvalidDocument with all diagnostics, as they stand in the text."""
    data, mark = read_located(text, source)
    data = {} if data is None else data
    found = list(_faults(data))
    if not found:
        return msgspec.convert(data, Configuration)
    diagnostics = [_diagnostic(each, mark, source) for each in found]
    raise InvalidDocument(sorted(diagnostics, key=lambda each: (each.position is None, each.position)))


def _faults(data: JsonValue) -> Iterator[Misfit]:
    """Each part is read by itself, so that one that is wrong hides no other."""
    if not isinstance(data, dict):
        yield Misfit((), "the configuration must be an object: `events` and the like")
        return
    data, unknown = unknown_members(data, Configuration)
    yield from unknown
    told = {each.place[: len(each.place) - (each.place[-1:] == ("type",))] for each in unknown if not each.of_key}
    sound = True
    for each in _misfits_of_parts(data):
        sound = False
        if each.place not in told and each.place[:-1] not in told:
            yield each
    if sound and not unknown:
        settings = msgspec.convert(data, Configuration)
        yield from (Misfit(("events", *place), message) for place, message in faults(settings.events))
        yield from _no_limits(data.get("limits") or {}, ("limits",))


def _no_limits(limits: JsonObject, place: Tokens) -> Iterator[Misfit]:
    for name, value in limits.items():
        if isinstance(value, dict):
            yield from _no_limits(value, (*place, name))
        elif value < 1:
            yield Misfit((*place, name), f"`{name}` must be at least 1, not {value}")


def _misfits_of_parts(data: JsonObject) -> Iterator[Misfit]:
    events = data.get("events")
    members = events if isinstance(events, dict) else {}
    sound = True
    for kind, entry in (("sources", SourceEntry), ("sinks", SinkEntry)):
        for index, part in enumerate(members[kind] if isinstance(members.get(kind), list) else ()):
            for each in _misfits(part, entry):
                sound = False
                yield each._replace(place=("events", kind, index, *each.place))
    rest: JsonObject = data if sound else {**data, "events": {**members, "sources": [], "sinks": []}}
    yield from _misfits(rest, Configuration)


def _misfits(data: Any, kind: type) -> Iterator[Misfit]:
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        match = _PLACE.search(message)
        steps = [] if match is None else _STEP.findall(match["path"])
        place = tuple(int(index) if index.isdigit() else name for name, index in steps if name or index.isdigit())
        told = message if match is None else message[: match.start()]
        yield Misfit(place, _MISSING.sub(r"the member \1 is missing", told))


def _diagnostic(misfit: Misfit, mark: Mark, source: str) -> Diagnostic:
    pointer = "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in misfit.place)
    return Diagnostic(
        code=CODE,
        message=misfit.message,
        source=source,
        position=position(mark, [str(each) for each in misfit.place], of_key=misfit.of_key),
        pointer=pointer,
        hint=misfit.hint,
    )
