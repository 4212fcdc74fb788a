"""Whether one JSON Schema takes every value that another one gives, and if not, what is in the way.

jsonschema-rs judges; what it cannot decide counts as no. Who gives a value is taken to give the members that its schema
names and no others: objects that are open by default are closed first, or an optional member that is new could never be
told from one that somebody sends already. An object that names no members may have any.

A walk through both schemas then says where they differ. It explains and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import jsonschema_rs

from counterpoint.values.json import JsonObject, JsonValue, pointer_join, same_json

_NODES_MAX: Final = 5_000
"""Larger schemas are not judged: they count as different."""
_DEPTH_MAX: Final = 40
_WORK_MAX: Final = 50_000
"""Nodes of the schemas that are judged on the way to an explanation; what is left after that is told in one."""
_SHOWN_CHARS_MAX: Final = 120
_MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE: Final = ("items", "additionalItems", "additionalProperties")
_COMPOSED: Final = ("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas")
_OBJECTS: Final = ("properties", "required")
_UNSHAPED: Final = ("additionalProperties", "patternProperties", "unevaluatedProperties")
_BOUNDS: Final = (
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "propertyNames", "contains",
    "additionalProperties", "patternProperties", "const",
)  # fmt: skip
_ANNOTATIONS: Final = frozenset(
    ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment")
)
_NEARLY_ALL: Final[JsonObject] = {"not": {"const": "97f5c3a8-any-value-but-this"}}
_YES: Final = jsonschema_rs.canonical.Containment.YES
_KINDS: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


class Gap(NamedTuple):
    """Something that is given and not taken. `obstacle` says what: required, type, value, member, bound, unproven."""

    obstacle: str
    subject: str
    """The member, the types, the values, the keyword that it is about."""
    given: str
    """JSON pointer into the schema of who gives."""
    taken: str
    """JSON pointer into the schema of who takes."""


def takes_all(taken: JsonValue, given: JsonValue) -> bool:
    """Whether every value that `given` describes satisfies `taken`. False also where that cannot be decided."""
    if taken is True or taken == {} or same_json(taken, given):
        return True
    if _size(taken) > _NODES_MAX or _size(given) > _NODES_MAX:
        return False
    try:
        # Canonical schemas have references resolved and `allOf` merged, so that closing meets whole objects.
        whole = jsonschema_rs.canonicalize(_naming(given), offline=True).to_json_schema()
        closed = jsonschema_rs.canonicalize(_closed(whole), offline=True)
        verdict = jsonschema_rs.canonicalize(taken, offline=True).covers(closed)
    except ValueError:
        return False
    return verdict is _YES


def same_values(one: JsonValue, other: JsonValue) -> bool:
    """Whether two schemas are certain to describe the same values, whatever they are called and commented."""
    if same_json(one, other):
        return True
    try:
        first, second = (jsonschema_rs.canonicalize(each, offline=True) for each in (one, other))
        return first.covers(second) is _YES and second.covers(first) is _YES
    except ValueError:
        return False


def gaps(taken: JsonValue, given: JsonValue) -> list[Gap]:
    """What keeps `taken` from taking all that `given` describes; empty where nothing does."""
    if takes_all(taken, given):
        return []
    if not (_sound(taken) and _sound(given)):
        return [Gap("unproven", "", "", "")]
    return list(_Walk(taken, given).gaps(taken, given, "", "", 0)) or [Gap("unproven", "", "", "")]


class _Walk:
    """Goes down two schemas together for as long as that explains more."""

    def __init__(self, taken: JsonValue, given: JsonValue) -> None:
        self._taken = taken
        self._given = given
        self._left = _WORK_MAX

    def gaps(self, taken: JsonValue, given: JsonValue, at: str, other: str, depth: int) -> Iterator[Gap]:
        """`at` is the pointer into what is taken, `other` that into what is given."""
        taken, at = _resolved(self._taken, taken, at)
        given, other = _resolved(self._given, given, other)
        if self._proven(taken, given):
            return
        if not (isinstance(taken, dict) and isinstance(given, dict)) or depth > _DEPTH_MAX or self._left <= 0:
            yield Gap("unproven", "", other, at)
            return
        found = list(self._here(taken, given, at, other))
        found += self._below(taken, given, at, other, depth)
        yield from found or [Gap("unproven", "", other, at)]

    def _proven(self, taken: JsonValue, given: JsonValue) -> bool:
        return self._judged(_rooted(taken, self._taken), _rooted(given, self._given))

    def _judged(self, taken: JsonValue, given: JsonValue) -> bool:
        self._left -= _size(taken) + _size(given)
        return self._left >= 0 and takes_all(taken, given)

    def _here(self, taken: JsonObject, given: JsonObject, at: str, other: str) -> Iterator[Gap]:
        lost = _types(given) - _types(taken)
        if "number" in _types(taken):
            lost.discard("integer")
        if lost and "type" in taken:
            words = [each for each in _KINDS if each in lost]
            if lost >= {"integer", "number"}:
                words.remove("integer")
            yield Gap("type", " or ".join(words), other, pointer_join(at, "type"))
            return
        if isinstance(taken.get("enum"), list):
            values = given.get("enum", [given["const"]] if "const" in given else None)
            if not isinstance(values, list):
                yield Gap("bound", "enum", other, pointer_join(at, "enum"))
            elif missing := [each for each in values if not any(same_json(each, one) for one in taken["enum"])]:
                yield Gap("value", _shown(missing), other, pointer_join(at, "enum"))
        required = _names(taken.get("required")) - _names(given.get("required"))
        for name in sorted(required):
            yield Gap("required", name, other, pointer_join(at, "required"))
        if taken.get("additionalProperties") is False and not any(each in given for each in _UNSHAPED[1:]):
            for name in sorted(_members(given).keys() - _members(taken).keys()):
                yield Gap("member", name, pointer_join(other, "properties", name), at)
            if _members(given).keys() - _members(taken).keys():
                return
        for keyword in _BOUNDS:
            if (
                keyword in taken
                and not same_json(taken[keyword], given.get(keyword))
                and not self._alone(keyword, taken, given)
            ):
                yield Gap("bound", keyword, other, pointer_join(at, keyword))

    def _alone(self, keyword: str, taken: JsonObject, given: JsonObject) -> bool:
        """Whether this keyword by itself is in nobody's way."""
        return self._judged({keyword: taken[keyword], **_dialect(self._taken)}, _rooted(given, self._given))

    def _below(self, taken: JsonObject, given: JsonObject, at: str, other: str, depth: int) -> list[Gap]:
        found: list[Gap] = []
        ours, theirs = _members(taken), _members(given)
        for name in sorted(ours.keys() & (theirs.keys() | _names(given.get("required")))):
            if self._left <= 0:
                break
            places = pointer_join(at, "properties", name), pointer_join(other, "properties", name)
            found += self.gaps(ours[name], theirs.get(name, True), *places, depth + 1)
        if isinstance(taken.get("items"), dict | bool) and isinstance(given.get("items"), dict | bool):
            places = pointer_join(at, "items"), pointer_join(other, "items")
            found += self.gaps(taken["items"], given["items"], *places, depth + 1)
        return found


def _sound(schema: JsonValue) -> bool:
    """Whether this is a schema that can be judged at all: not too large, nothing wrong with it, no reference out."""
    try:
        return _size(schema) <= _NODES_MAX and jsonschema_rs.canonicalize(schema, offline=True) is not None
    except ValueError:
        return False


def _naming(schema: JsonValue) -> JsonValue:
    """The schema with members that may be anything held to nearly that: its canonical form would not name them."""
    if not isinstance(schema, dict):
        return schema
    named = _mapped(schema, _naming)
    members = named.get("properties")
    if isinstance(members, dict):
        named["properties"] = {name: _NEARLY_ALL if _is_open(each) else each for name, each in members.items()}
    return named


def _is_open(schema: JsonValue) -> bool:
    """Whether a schema takes every value, and says so: by nothing but annotations."""
    return schema is True or (
        isinstance(schema, dict) and all(name in _ANNOTATIONS or name.startswith("x-") for name in schema)
    )


def _mapped(schema: JsonObject, change: Callable[[JsonValue], JsonValue]) -> JsonObject:
    """A copy of a schema with what it is made of changed."""
    mapped = dict(schema)
    for name in _MAPS:
        if isinstance(schema.get(name), dict):
            mapped[name] = {key: change(each) for key, each in schema[name].items()}
    for name in _LISTS:
        if isinstance(schema.get(name), list):
            mapped[name] = [change(each) for each in schema[name]]
    for name in _ONE:
        if isinstance(schema.get(name), dict):
            mapped[name] = change(schema[name])
    return mapped


def _closed(schema: JsonValue) -> JsonValue:
    """The schema with every object closed that names its members and says nothing about others."""
    if not isinstance(schema, dict):
        return schema
    closed = _mapped(schema, _closed)
    named = any(name in schema for name in _OBJECTS)
    if named and not any(name in schema for name in (*_UNSHAPED, *_COMPOSED)):
        closed["properties"] = {**dict.fromkeys(_names(schema.get("required")), True), **closed.get("properties", {})}
        closed["additionalProperties"] = False
    return closed


def _resolved(root: JsonValue, schema: JsonValue, pointer: str) -> tuple[JsonValue, str]:
    """What a reference within the document leads to, where nothing else stands beside it."""
    for _ in range(_DEPTH_MAX):
        reference = schema.get("$ref") if isinstance(schema, dict) and len(schema) == 1 else None
        if not (isinstance(reference, str) and reference.startswith("#/")):
            break
        found = root
        for token in reference[2:].split("/"):
            name = token.replace("~1", "/").replace("~0", "~")
            if not (isinstance(found, dict) and name in found):
                return schema, pointer
            found = found[name]
        schema, pointer = found, reference[1:]
    return schema, pointer


def _rooted(schema: JsonValue, root: JsonValue) -> JsonValue:
    """A part of a schema that can stand alone: with what its references may lead to."""
    if schema is root or not (isinstance(schema, dict) and isinstance(root, dict)):
        return schema
    shared = {name: root[name] for name in ("$defs", "definitions", "$schema") if name in root}
    return {**shared, **schema}


def _dialect(root: JsonValue) -> JsonObject:
    return {"$schema": root["$schema"]} if isinstance(root, dict) and "$schema" in root else {}


def _types(schema: JsonObject) -> set[str]:
    given = schema.get("type", list(_KINDS))
    found = {given} if isinstance(given, str) else set(given)
    return found | {"integer"} if "number" in found else found


def _names(value: JsonValue) -> set[str]:
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()


def _members(schema: JsonObject) -> JsonObject:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _shown(values: Sequence[JsonValue]) -> str:
    text = ", ".join(json.dumps(each, ensure_ascii=False) for each in values)
    return text if len(text) <= _SHOWN_CHARS_MAX else text[: _SHOWN_CHARS_MAX - 1] + "…"


def _size(schema: JsonValue) -> int:
    """How many values a schema is made of; stops counting beyond the limit."""
    count, pending = 0, [schema]
    while pending and count <= _NODES_MAX:
        each = pending.pop()
        count += 1
        pending.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
    return count
