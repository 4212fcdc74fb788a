"""The smallest value that a JSON Schema allows: always the same one for the same schema."""

from __future__ import annotations

import math
from typing import Final

from counterpoint.contracts import compile_schema
from counterpoint.errors import InvalidInput
from counterpoint.scenarios.pointers import value_at
from counterpoint.values.json import JsonObject, JsonValue

_DEPTH_MAX: Final = 40
_ITEMS_MAX: Final = 1_000
_FORMATS: Final = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "duration": "PT1S",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample(schema: JsonValue, document: JsonValue = None) -> JsonValue:
    """The smallest value for `schema`, whose `#/` references are looked up in `document` (the schema without one).

    What the schema names comes first: `const`, `default`, `example`, `examples`, `enum`. Only required members are
    given. Raises InvalidInput where no value is found that the schema allows.
    """
    found = _Sampler(schema if document is None else document).value(schema, 0)
    validator = compile_schema(_rooted(schema, document))
    wrong = validator.check(found)
    if wrong:
        raise InvalidInput(f"the schema is beyond what can be made up ({wrong[0]}); write the answer out")
    return found


def _rooted(schema: JsonValue, document: JsonValue) -> JsonValue:
    """The schema with the parts of its document that its references may name."""
    if not isinstance(schema, dict) or not isinstance(document, dict):
        return schema
    parts = {name: document[name] for name in ("components", "definitions", "$defs") if name in document}
    return {**parts, **schema}


class _Sampler:
    def __init__(self, document: JsonValue) -> None:
        self._document = document

    def value(self, schema: JsonValue, depth: int) -> JsonValue:
        """A value for a schema at this depth."""
        if depth > _DEPTH_MAX:
            raise InvalidInput("the schema refers to itself without an end; write the answer out")
        if not isinstance(schema, dict):
            return {}
        schema = self._resolved(schema, depth)
        for name in ("const", "default", "example"):
            if name in schema:
                return schema[name]
        for name in ("examples", "enum"):
            if isinstance(schema.get(name), list) and schema[name]:
                return schema[name][0]
        for name in ("oneOf", "anyOf"):
            if schema.get(name):
                rest = {key: each for key, each in schema.items() if key != name}
                return self.value(_merged(rest, self._resolved(schema[name][0], depth + 1)), depth + 1)
        return self._by_type(schema, depth)

    def _resolved(self, schema: JsonObject, depth: int) -> JsonObject:
        """The schema with its reference followed and its `allOf` merged."""
        for _ in range(_DEPTH_MAX):
            if "$ref" not in schema:
                break
            rest = {key: each for key, each in schema.items() if key != "$ref"}
            schema = _merged(self._target(schema["$ref"]), rest)
        parts = schema.get("allOf", ())
        schema = {key: each for key, each in schema.items() if key != "allOf"}
        for part in parts:
            schema = _merged(schema, self._resolved(part, depth + 1) if depth < _DEPTH_MAX else {})
        return schema

    def _target(self, reference: str) -> JsonObject:
        found = value_at(self._document, reference.removeprefix("#"))
        if not reference.startswith("#") or not isinstance(found, dict):
            raise InvalidInput(f"the schema refers to {reference}, which is not in the contract")
        return found

    def _by_type(self, schema: JsonObject, depth: int) -> JsonValue:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        if kind is None:
            kind = "array" if "items" in schema else "string" if "format" in schema else "object"
        match kind:
            case "object":
                properties, other = schema.get("properties", {}), schema.get("additionalProperties", {})
                return {name: self.value(properties.get(name, other), depth + 1) for name in schema.get("required", ())}
            case "array":
                count = min(schema.get("minItems", 0), _ITEMS_MAX)
                return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]
            case "string":
                text = _FORMATS.get(schema.get("format", ""), "text")[: schema.get("maxLength")]
                return text.ljust(schema.get("minLength", 0), "x")
            case "integer" | "number":
                return _number(schema, whole=kind == "integer")
            case "boolean":
                return True
        return None


def _number(schema: JsonObject, *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1 if whole else None)
    low = schema.get("minimum")
    above = schema.get("exclusiveMinimum")
    if isinstance(above, int | float) and not isinstance(above, bool):
        low = above + (step or 1) if low is None else max(low, above + (step or 1))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        low = 0 if high is None or high > 0 else high - (step or 1)
    if step:
        low = math.ceil(low / step) * step
    return int(low) if whole or float(low).is_integer() else low


def _merged(left: JsonObject, right: JsonObject) -> JsonObject:
    merged = {**left, **right}
    if "properties" in left and "properties" in right:
        merged["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        merged["required"] = list(dict.fromkeys([*left["required"], *right["required"]]))
    return merged
