"""The grammar as a JSON Schema, for editors: made of the very tables that documents are checked with.

It takes every document that the grammar takes. Some rules between members cannot be said in it (`until` needs `any`):
it may take a document that the grammar refuses. The verdict is the grammar's.

Beyond JSON Schema, `x-refers` says what a text may be the name of: a section of `use`, or `tasks` for a step of the
same list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from counterpoint.dsl.grammar import WORKFLOW
from counterpoint.dsl.grammar_parts import AUTHENTICATION, SCHEMES, SECRET, OrSecret
from counterpoint.dsl.grammar_run import Arguments
from counterpoint.dsl.grammar_tasks import CALL, CALL_ARGUMENTS, COMMON, TASKS, Task
from counterpoint.dsl.patterns import is_expression, is_iso_duration, is_name
from counterpoint.dsl.shapes import (
    STRINGS,
    Anything,
    Array,
    Boolean,
    ByKind,
    ByReference,
    Entries,
    ExactlyOne,
    Integer,
    Members,
    NamedItems,
    Shape,
    Text,
)
from counterpoint.dsl.wording import KNOWN_NAMES, REFERS, TITLE, told_of
from counterpoint.values.json import JsonObject

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PATTERNS: Final[dict[object, str]] = {
    is_name: "^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
    is_expression: r"^\s*\$\{.+\}\s*$",
    is_iso_duration: "^P",
}


@cache
def workflow_schema() -> JsonObject:
    """The schema of a workflow document in author form. One object for all who ask: not to be changed."""
    writer = _Writer()
    root = writer.members(WORKFLOW)
    return {"$schema": DIALECT, "title": TITLE, **root, "$defs": dict(sorted(writer.definitions.items()))}


class _Writer:
    """Writes shapes; objects with members stand once in `definitions`, since the grammar goes round in circles."""

    def __init__(self) -> None:
        self.definitions: JsonObject = {}
        self._names: dict[int, str] = {}
        self._kept: list[Shape] = []
        """Keeps shapes alive, so that no two have one id."""

    def shape(self, shape: Shape) -> JsonObject:
        """The schema of any shape."""
        match shape:
            case Task():
                return self._named(shape, "task")
            case OrSecret():
                own = self._named(shape, _camel(shape.what))
                return {"description": shape.what, "anyOf": [own, self.shape(SECRET)]}
            case Members() if shape is AUTHENTICATION:
                return self._one_scheme()
            case Members():
                return self._named(shape, _camel(shape.what)) if shape.known else {"type": "object"}
            case ByReference():
                return self.shape(shape.find())
            case Text():
                return _text(shape)
            case Integer():
                bounds = {"minimum": shape.minimum, "maximum": shape.maximum}
                return {"type": "integer", **{name: each for name, each in bounds.items() if each is not None}}
            case Boolean():
                return {"type": "boolean"}
            case Array():
                return {"type": "array", "items": self.shape(shape.items), **_at_least("minItems", shape.minimum)}
            case NamedItems():
                return self._items(shape)
            case Entries():
                values = self.shape(shape.values)
                return {"type": "object", "additionalProperties": values, **_at_least("minProperties", shape.minimum)}
            case ByKind():
                found = [self.shape(each) for each in (shape.text, shape.object, shape.array) if each is not None]
                return {"description": shape.what, "anyOf": found}
            case Arguments():
                return {"anyOf": [self.shape(STRINGS), {"type": "object"}]}
            case Anything():
                return {}
        raise TypeError(f"{type(shape).__name__} is a shape that no schema is known of")

    def members(self, shape: Members) -> JsonObject:
        """The schema of an object with members."""
        schema: JsonObject = {
            "type": "object",
            "description": shape.what,
            "properties": {name: self._member(shape.what, name, each) for name, each in shape.known.items()},
        }
        if shape.required:
            schema["required"] = list(shape.required)
        if not shape.open:
            schema["additionalProperties"] = False
        for rule in shape.rules:
            if isinstance(rule, ExactlyOne):
                schema["oneOf"] = [{"required": [name]} for name in rule.names]
        return schema | _at_least("minProperties", shape.minimum)

    def _member(self, what: str, name: str, shape: Shape) -> JsonObject:
        schema = self.shape(shape)
        key = ("" if COMMON.get(name) is shape and (what, name) not in REFERS else what, name)
        told = told_of(what, name)
        extra: JsonObject = {} if told is None else {"description": told}
        if key in REFERS:
            extra["x-refers"] = REFERS[key]
        if key in KNOWN_NAMES:
            extra["examples"] = list(KNOWN_NAMES[key])
        return {**schema, **extra}

    def _one_scheme(self) -> JsonObject:
        """A policy in `use.authentications`: open, with one scheme that is sound."""
        told = AUTHENTICATION.what
        each = {name: self._member(told, name, shape) for name, shape in SCHEMES.items()}
        ways = [{"type": "object", "properties": {name: own}, "required": [name]} for name, own in each.items()]
        return {"description": told, "anyOf": ways}

    def _items(self, shape: NamedItems) -> JsonObject:
        each = self.shape(shape.items)
        one: JsonObject = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": each}
        return {"type": "array", "items": one, **_at_least("minItems", shape.minimum)}

    def _named(self, shape: Shape, name: str) -> JsonObject:
        known = self._names.get(id(shape))
        if known is None:
            known = name
            while known in self.definitions:
                known += "_"
            self._names[id(shape)] = known
            self._kept.append(shape)
            self.definitions[known] = {}  # its place is taken before its members are looked at: they may refer to it
            self.definitions[known] = self._task() if isinstance(shape, Task) else self._object(shape)
        return {"$ref": f"#/$defs/{known}"}

    def _object(self, shape: Any) -> JsonObject:
        schema = self.members(shape)
        if shape is CALL:
            schema["allOf"] = [
                {
                    "if": {"properties": {"call": {"const": protocol}}, "required": ["call"]},
                    "then": {"properties": {"with": self.shape(arguments)}, "required": ["with"]},
                }
                for protocol, arguments in CALL_ARGUMENTS.items()
            ]
        return schema

    def _task(self) -> JsonObject:
        kinds = {"call": CALL, **TASKS}
        ways = [self.shape(kinds[kind]) for kind in sorted(kinds)]
        return {"description": "a task: its kind is the member that names it", "anyOf": ways}


def _text(shape: Text) -> JsonObject:
    schema: JsonObject = {"type": "string"}
    if shape.values:
        schema["enum"] = list(shape.values)
    if shape.what != "a string":
        schema["description"] = shape.what
    pattern = None if shape.fits is None else _PATTERNS.get(shape.fits)
    if pattern is not None:
        schema["pattern"] = pattern
    if shape.fits is len:
        schema["minLength"] = 1
    if shape.example:
        schema["examples"] = [shape.example]
    return schema


def _at_least(name: str, minimum: int) -> JsonObject:
    return {name: minimum} if minimum else {}


def _camel(what: str) -> str:
    """`a retry policy` as `retryPolicy`."""
    found: list[str] = re.findall(r"[A-Za-z0-9]+", what.replace("'s", ""))
    first, *rest = [word for word in found if word not in ("a", "an", "the")][:4]
    begun = first.lower() if first.isupper() else first[:1].lower() + first[1:]
    return begun + "".join(word[:1].upper() + word[1:] for word in rest)
