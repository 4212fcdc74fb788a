"""JSON Schema → type. What a keyword does not settle stays open: objects are open unless the schema closes them."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from counterpoint.plan.types.lattice import (
    ANY,
    ARRAY,
    BOOLEAN,
    EVERY_KIND,
    NEVER,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Member,
    Type,
    array_of,
    meet,
    object_of,
    of_value,
    optional,
    union,
)
from counterpoint.values.json import JsonObject, JsonValue

_TYPES: Final = {
    "null": NULL,
    "boolean": BOOLEAN,
    "number": NUMBER,
    "integer": NUMBER,
    "string": STRING,
    "array": ARRAY,
    "object": OBJECT,
}
_OLD_DRAFTS: Final = ("draft-04", "draft-06", "draft-07")
"""Drafts in which a `$ref` hides all that stands beside it."""
_ELSEWHERE: Final = ("$id", "id", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$recursiveAnchor")
_EVALUATING: Final = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "$ref")
_REFERENCES_MAX: Final = 6
"""How many references one behind the other are followed, so that a recursive schema ends."""
_NODES_MAX: Final = 1_000


def type_of_schema(schema: JsonValue, root: JsonValue = None, *, nullable: bool = False) -> Type:
    """The type of the values that a schema admits.

    `root` is the document that references point into (the schema itself without it); `nullable`: it is one of
    OpenAPI 3.0, where `nullable` adds null and a `$ref` hides what stands beside it.
    """
    return _Reader(schema if root is None else root, nullable).read(schema, 0)


class _Reader:
    def __init__(self, root: JsonValue, nullable: bool) -> None:
        self._root = root
        self._nullable = nullable
        dialect = str(root.get("$schema", "")) if isinstance(root, dict) else ""
        self._ref_alone = nullable or any(draft in dialect for draft in _OLD_DRAFTS)
        self._nodes = 0

    def read(self, schema: JsonValue, hops: int) -> Type:
        if schema is False:
            return NEVER
        self._nodes += 1
        if not isinstance(schema, dict) or self._nodes > _NODES_MAX:
            return ANY
        if any(name in schema for name in _ELSEWHERE) and schema is not self._root:
            return ANY  # it may have another base, so its references cannot be followed
        found = ANY
        if "$ref" in schema:
            found = self._reference(schema["$ref"], hops)
            if self._ref_alone:
                return found
        found = meet(found, self._own(schema, hops))
        for each in _list(schema.get("allOf")):
            found = meet(found, self.read(each, hops))
        for name in ("anyOf", "oneOf"):
            if alternatives := _list(schema.get(name)):
                found = meet(found, union(self.read(each, hops) for each in alternatives))
        return optional(found) if self._nullable and schema.get("nullable") is True else found

    def _own(self, schema: JsonObject, hops: int) -> Type:
        """What the keywords that look at the value itself say."""
        found = ANY
        if "const" in schema:
            found = of_value(schema["const"])
        elif isinstance(schema.get("enum"), list):
            found = union(of_value(each) for each in schema["enum"])
        kinds = schema.get("type")
        names = kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else None
        if names is not None:
            found = meet(found, union(_TYPES.get(name, ANY) for name in names if isinstance(name, str)))
        if any(name in schema for name in ("properties", "required", "additionalProperties", "unevaluatedProperties")):
            found = meet(found, self._of_objects(schema, hops))
        if any(name in schema for name in ("items", "prefixItems", "minItems")):
            found = meet(found, self._of_arrays(schema, hops))
        return found

    def _of_objects(self, schema: JsonObject, hops: int) -> Type:
        required = {each for each in _list(schema.get("required")) if isinstance(each, str)}
        properties = schema.get("properties")
        members = {
            name: Member(self.read(each, hops), name in required)
            for name, each in (properties if isinstance(properties, dict) else {}).items()
        }
        rest = self._others(schema, hops)
        for name in sorted(required - set(members)):
            members[name] = Member(ANY if rest is None else rest)
        found = object_of(members, rest)
        return Type(EVERY_KIND.scalars, EVERY_KIND.array, found.object)

    def _others(self, schema: JsonObject, hops: int) -> Type | None:
        """The type of members without a schema of their own; None where there are none."""
        if "patternProperties" in schema:
            return ANY
        if "additionalProperties" in schema:
            found = self.read(schema["additionalProperties"], hops)
            return None if found.never else found
        if schema.get("unevaluatedProperties") is False and not any(name in schema for name in _EVALUATING):
            return None
        return ANY

    def _of_arrays(self, schema: JsonObject, hops: int) -> Type:
        first, rest = schema.get("prefixItems"), schema.get("items", True)
        if isinstance(rest, list):  # before 2020-12
            first, rest = rest, schema.get("additionalItems", True)
        items = [self.read(each, hops) for each in _list(first)]
        others = self.read(rest, hops)
        least = schema.get("minItems", 0)
        least = least if type(least) is int else 0
        found = array_of(items, None if others.never else others, least)
        return Type(EVERY_KIND.scalars, found.array, EVERY_KIND.object)

    def _reference(self, reference: JsonValue, hops: int) -> Type:
        if not isinstance(reference, str) or not reference.startswith("#") or hops >= _REFERENCES_MAX:
            return ANY
        pointer = unquote(reference[1:])
        if pointer and not pointer.startswith("/"):
            return ANY
        found = self._root
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                return ANY
        return self.read(found, hops + 1)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
