"""YAML 1.2 (and so JSON) text to plain JSON data, with the place of every key and value.

libyaml gives the events; what they mean is decided here, because a document must mean the same to every
reader: no YAML 1.1 booleans, no dates, no merge keys, no duplicate keys, nothing that JSON cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from counterpoint.dsl.limits import DEFAULT_LIMITS, DocumentLimits
from counterpoint.dsl.marks import ArrayMark, Mark, ObjectMark, Place
from counterpoint.dsl.raw_text import decode, diagnostic_at
from counterpoint.dsl.scalars import CORE, ScalarRefused, resolve_plain, resolve_tagged
from counterpoint.errors import InvalidDocument
from counterpoint.values.json import JsonObject, JsonValue

_Event: TypeAlias = Any
"""An event of PyYAML, which declares no attributes for its kinds."""
_COLLECTION_TAGS: Final = {"mapping": (None, "!", CORE + "map"), "sequence": (None, "!", CORE + "seq")}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_JSON_NAMES: Final = {type(None): "null", bool: "a boolean", int: "a number", float: "a number"}


class Located(NamedTuple):
    """JSON data and the marks of all that it holds."""

    data: JsonValue
    mark: Mark


def read_located(text: str | bytes, source: str, limits: DocumentLimits = DEFAULT_LIMITS) -> Located:
    """Read one YAML or JSON document.

    Raises InvalidDocument with a diagnostic of a code below CP100; no other exception, whatever the text.
    """
    return _Reader(decode(text, source, limits), source, limits).read()


class _Anchor(NamedTuple):
    located: Located
    nodes: int
    height: int


class _Reader:
    """One pass over the events of one text. `nodes` counts what the data would hold with aliases expanded."""

    def __init__(self, text: str, source: str, limits: DocumentLimits) -> None:
        self._text = text
        self._source = source
        self._limits = limits
        self._nodes_max = limits.nodes_max
        self._anchors: dict[str, _Anchor | None] = {}
        self._nodes = 0
        self._height = 0

    def read(self) -> Located:
        parser = CParser(self._text)
        try:
            return self._document(self._events(parser))
        except yaml.YAMLError as error:
            raise self._syntax_error(error) from None
        finally:
            parser.dispose()

    def _events(self, parser: CParser) -> Iterator[_Event]:
        while (event := parser.get_event()) is not None:
            yield event

    def _document(self, events: Iterator[_Event]) -> Located:
        next(events)  # stream start
        event = next(events)
        if isinstance(event, yaml.StreamEndEvent):
            self._refuse("CP010", "the text holds no document", Place(1, 1))
        located = self._node(next(events), events, 1)
        next(events)  # document end
        event = next(events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(
                "CP009",
                "a second YAML document begins here",
                _place(event),
                "write each workflow into a file of its own",
            )
        return located

    def _node(self, event: _Event, events: Iterator[_Event], depth: int) -> Located:
        mark = event.start_mark
        place = Place(mark.line + 1, mark.column + 1)
        self._nodes += 1
        if self._nodes > self._nodes_max:
            self._refuse_nodes(place)
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._height = 0
            located = Located(self._scalar(event), place)
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchor(located, 1, 0)
            return located
        if kind is yaml.AliasEvent:
            return self._alias(event, depth)
        if depth > self._limits.depth_max:
            self._limit("depth_max", self._limits.depth_max, "the nesting is too deep", _place(event))
        return self._collection(event, events, depth)

    def _collection(self, event: _Event, events: Iterator[_Event], depth: int) -> Located:
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        if event.tag not in _COLLECTION_TAGS[kind]:
            self._refuse(
                "CP007", f"the tag `{_short(event.tag)}` means nothing in JSON", _place(event), "leave the tag out"
            )
        before = self._nodes
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # known, but not complete: an alias to it would be a cycle
        read = self._mapping if kind == "mapping" else self._sequence
        located = read(event, events, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(located, self._nodes - before + 1, self._height)
        return located

    def _sequence(self, start: _Event, events: Iterator[_Event], depth: int) -> Located:
        data: list[JsonValue] = []
        marks: list[Mark] = []
        height = 0
        for event in events:
            if type(event) is yaml.SequenceEndEvent:
                break
            item = self._node(event, events, depth + 1)
            height = max(height, self._height)
            data.append(item.data)
            marks.append(item.mark)
        self._height = height + 1
        return Located(data, ArrayMark(*_place(start), marks))

    def _mapping(self, start: _Event, events: Iterator[_Event], depth: int) -> Located:
        data: JsonObject = {}
        marks: dict[str, tuple[Place, Mark]] = {}
        height = 0
        for event in events:
            if type(event) is yaml.MappingEndEvent:
                break
            place = _place(event)
            key = self._key(event, events, depth)
            if key in data:
                first = marks[key][0]
                self._refuse(
                    "CP004",
                    f"the key `{_short(key)}` stands twice in one object",
                    place,
                    f"it stands first on line {first.line}; keep one of them",
                )
            member = self._node(next(events), events, depth + 1)
            height = max(height, self._height)
            data[key] = member.data
            marks[key] = (place, member.mark)
        self._height = height + 1
        return Located(data, ObjectMark(*_place(start), marks))

    def _key(self, event: _Event, events: Iterator[_Event], depth: int) -> str:
        located = self._node(event, events, depth + 1)
        key = located.data
        if not isinstance(key, str):
            self._refuse_key(key, event)
        return key

    def _refuse_key(self, key: JsonValue, event: _Event) -> NoReturn:
        what = _JSON_NAMES.get(type(key), "an array" if isinstance(key, list) else "an object")
        hint = f'write it in quotes: "{_short(event.value)}"' if isinstance(event, yaml.ScalarEvent) else None
        if isinstance(key, dict):
            hint = "an expression in braces needs quotes around it"
        self._refuse("CP005", f"a key must be a string, and this one is {what}", _place(event), hint)

    def _scalar(self, event: _Event) -> JsonValue:
        text: str = event.value
        try:
            if event.tag is not None and event.tag != "!":
                value = resolve_tagged(text, event.tag, self._limits.number_digits_max)
            elif event.tag is None and event.implicit[0]:
                value = resolve_plain(text, self._limits.number_digits_max)
            else:
                value = text
        except ScalarRefused as refused:
            self._refuse(refused.code, str(refused), _place(event), "write it in quotes if a string is meant")
        if isinstance(value, str) and _SURROGATE.search(value):
            self._refuse("CP002", "half of a surrogate pair is no character", _place(event))
        return value

    def _alias(self, event: _Event, depth: int) -> Located:
        name: str = event.anchor
        if name not in self._anchors:
            self._refuse("CP008", f"there is no anchor `&{_short(name)}` before this alias", _place(event))
        anchor = self._anchors[name]
        if anchor is None:
            self._refuse("CP008", f"the alias `*{_short(name)}` stands inside its own anchor", _place(event))
        self._nodes += anchor.nodes - 1
        if self._nodes > self._nodes_max:
            self._refuse_nodes(_place(event))
        if depth + anchor.height - 1 > self._limits.depth_max:
            self._limit("depth_max", self._limits.depth_max, "the nesting is too deep", _place(event))
        self._height = anchor.height
        return anchor.located

    def _refuse_nodes(self, place: Place) -> NoReturn:
        self._limit("nodes_max", self._nodes_max, "the document holds too many values", place)

    def _limit(self, name: str, maximum: int, message: str, place: Place) -> NoReturn:
        self._refuse("CP011", f"{message}: the limit {name} is {maximum:,}", place)

    def _refuse(self, code: str, message: str, place: Place, hint: str | None = None) -> NoReturn:
        raise InvalidDocument([diagnostic_at(code, message, self._source, place, hint)])

    def _syntax_error(self, error: yaml.YAMLError) -> InvalidDocument:
        place = Place(1, 1)
        message = str(error)
        if isinstance(error, yaml.MarkedYAMLError):
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1) if mark else place
            message = " ".join(part for part in (error.context, error.problem) if part)
        return InvalidDocument(
            [diagnostic_at("CP003", f"not YAML: {message}", self._source, place, _syntax_hint(message))]
        )


def _place(event: _Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _syntax_hint(message: str) -> str | None:
    if "cannot start any token" in message and "\\t" in message:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in message:
        return "a value that holds `: ` needs quotes; check the indentation too"
    if "did not find expected" in message or "could not find expected" in message:
        return "check the indentation and the brackets above this place"
    return None
