"""What a request body takes, from its schema."""

from __future__ import annotations

from counterpoint.connectors.openapi.model import Body
from counterpoint.connectors.openapi.references import Tree
from counterpoint.connectors.openapi.schemas import validator
from counterpoint.values.json import JsonObject, JsonValue


def read_body(tree: Tree, schema: JsonValue, *, media_type: str, required: bool, name: str) -> Body:
    """A body of that media type; the schema tells which arguments belong into it."""
    found = tree.resolve(schema) if isinstance(schema, dict) else {}
    properties: set[str] = set()
    closed = _collect(tree, found, properties, 0)
    return Body(
        media_type=media_type,
        required=required,
        name=name,
        properties=frozenset(properties),
        open=not closed,
        validator=validator(tree, schema),
    )


def _collect(tree: Tree, schema: JsonObject, properties: set[str], depth: int) -> bool:
    """Gather the names of properties, also of combined schemas; whether the schema forbids others."""
    properties.update(schema.get("properties") or {})
    closed = schema.get("additionalProperties") is False
    if depth < 8:
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key) or ():
                closed |= _collect(tree, tree.resolve(part), properties, depth + 1)
    return closed
