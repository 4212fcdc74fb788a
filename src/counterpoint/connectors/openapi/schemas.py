"""Schemas of OpenAPI documents as JSON Schema, to validate what is sent."""

from __future__ import annotations

from typing import Any, Final

from counterpoint.connectors.openapi.references import Tree
from counterpoint.contracts import SchemaValidator
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject, JsonValue

_ANNOTATIONS: Final = frozenset(("discriminator", "xml", "externalDocs", "example", "examples", "$id", "$schema"))
_NESTED: Final = frozenset(("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"))
_LISTED: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED: Final = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))


def validator(tree: Tree, schema: JsonValue) -> SchemaValidator | None:
    """The validator of a schema and all that it refers to; None where there is no schema, or not a valid one.

    A schema that is itself invalid does not keep a service from being called: the service judges for itself.
    """
    if not isinstance(schema, dict) or not schema:
        return None
    translation = _Translation(tree)
    root = translation.schema(schema)
    definitions = translation.definitions()
    try:
        return SchemaValidator({"allOf": [root], "$defs": definitions} if definitions else root)
    except InvalidInput:
        return None


class _Translation:
    """Rewrites a schema, and each schema that it refers to once, under `$defs`."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names: dict[str, str] = {}
        self._waiting: list[str] = []
        # OpenAPI 3.1 is JSON Schema; in the earlier versions some keywords differ.
        self._old = not str(tree.root.get("openapi", "")).startswith("3.1")

    def definitions(self) -> JsonObject:
        found: JsonObject = {}
        while self._waiting:
            pointer = self._waiting.pop()
            found[self._names[pointer]] = self.schema(self._tree.follow(pointer))
        return found

    def schema(self, schema: JsonValue) -> JsonValue:
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            return {"$ref": f"#/$defs/{self._name(self._tree.pointer(schema['$ref']))}"}
        result = {key: self._member(key, value) for key, value in schema.items() if key not in _ANNOTATIONS}
        if self._old:
            _modernize(result, nullable=schema.get("nullable") is True)
        _drop_read_only(result, schema)
        return result

    def _member(self, key: str, value: Any) -> JsonValue:
        if key in _NESTED:
            return self.schema(value)
        if key in _LISTED and isinstance(value, list):
            return [self.schema(each) for each in value]
        if key in _NAMED and isinstance(value, dict):
            return {name: self.schema(each) for name, each in value.items()}
        return value

    def _name(self, pointer: str) -> str:
        if pointer not in self._names:
            self._names[pointer] = f"d{len(self._names)}"
            self._waiting.append(pointer)
        return self._names[pointer]


def _modernize(schema: JsonObject, nullable: bool) -> None:
    schema.pop("nullable", None)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if nullable:
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]


def _drop_read_only(result: JsonObject, schema: JsonObject) -> None:
    """Properties that only responses have are not required of a request (OpenAPI, `readOnly`)."""
    required, properties = result.get("required"), schema.get("properties")
    if isinstance(required, list) and isinstance(properties, dict):
        result["required"] = [
            name
            for name in required
            if not (isinstance(properties.get(name), dict) and properties[name].get("readOnly") is True)
        ]
