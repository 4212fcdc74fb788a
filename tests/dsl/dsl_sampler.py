"""Draws documents from a JSON schema: every corner of the language, also those that no example shows."""

from __future__ import annotations

from random import Random
from typing import Any

TEXTS = [
    "a", "${ .a }", "PT5S", "http://example.com/{id}", "1.0.0", "text", "http", "/a", "x y", "localhost", "a2a", "P1D",
]  # fmt: skip


class Sampler:
    """Draws values that mostly fit the schema; `oneOf` is taken by drawing one of its branches."""

    def __init__(self, schema: dict[str, Any], seed: int) -> None:
        self._schema = schema
        self._random = Random(seed)

    def document(self) -> dict[str, Any]:
        """A document with a sound header, a task list and some of the rest."""
        document = self._draw(self._schema, 0)
        document["document"] = {"dsl": "1.0.3", "namespace": "a", "name": "b", "version": "1.0.0"}
        document["do"] = [{f"t{index}": self._draw({"$ref": "#/$defs/task"}, 2)} for index in range(2)]
        return document

    def _draw(self, schema: Any, depth: int) -> Any:
        schema = self._flat(schema if isinstance(schema, dict) else {}, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        kind = schema.get("type") or ("object" if "properties" in schema else self._random.choice(["string", "object"]))
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            size = self._random.randint(0 if depth > 6 else 1, 2) if depth < 14 else 0
            return [self._draw(schema.get("items", {}), depth + 1) for _ in range(size)]
        return {
            "string": self._text(schema),
            "integer": self._random.choice([0, 1, 5, 8080, 3.0]),
            "boolean": self._random.random() < 0.5,
        }[kind]

    def _text(self, schema: dict[str, Any]) -> str:
        return self._random.choice(TEXTS if self._random.random() < 0.3 or "pattern" not in schema else TEXTS[1:4])

    def _flat(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """The schema with one branch of each choice merged in."""
        result = {key: value for key, value in schema.items() if key not in ("$ref", "oneOf", "anyOf", "allOf")}
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(self._schema["$defs"][schema["$ref"].rsplit("/", 1)[1]])
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                branches = schema[choice]
                parts.append(branches[-1] if depth > 10 and len(branches) == 12 else self._random.choice(branches))
        for part in parts:
            flat = self._flat(part, depth)
            properties = {**flat.get("properties", {}), **result.get("properties", {})}
            required = [*flat.get("required", []), *result.get("required", [])]
            result = {**flat, **result, "properties": properties, "required": required}
        if not result.get("properties", True):
            del result["properties"]
        return result

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        chance = 0.35 if depth < 8 else 0.1
        names = [name for name in schema.get("properties", {}) if name in required or self._random.random() < chance]
        result = {name: self._draw(schema["properties"][name], depth + 1) for name in names}
        if not names and isinstance(schema.get("additionalProperties"), dict):
            result["name"] = self._draw(schema["additionalProperties"], depth + 1)
        elif not names and schema.get("minProperties"):
            result["name"] = "value"
        return result
