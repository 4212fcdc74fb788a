"""Schemas of bodies: what msgspec says of the types, the docstrings of their fields, and an example of each."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from counterpoint.api.description.examples import EXAMPLES
from counterpoint.api.problems import TYPE, TYPES
from counterpoint.values.json import JsonObject

_REFERENCE: Final = "#/components/schemas/{name}"
_PACKAGE: Final = "counterpoint.api."
_PROBLEM: Final = "ProblemDetails"


def schemas_of(found: JsonObject) -> JsonObject:
    """The schemas by name; `found` has the framework's idea of them, which is kept for what is no Struct of ours."""
    types: dict[str, type[Any]] = {kind.__name__: kind for kind in _structs(msgspec.Struct) if kind.__name__ in found}
    _, precise = msgspec.json.schema_components(list(types.values()), ref_template=_REFERENCE)
    schemas = {**found, **precise}
    for name, schema in schemas.items():
        if name in types:
            _describe(schema, types[name])
        _note_times(schema)
        if name in EXAMPLES:
            schema["examples"] = [EXAMPLES[name]]
    schemas[_PROBLEM]["properties"]["type"] = {
        "description": "Stable: programs may rely on it.",
        "oneOf": [
            {"const": TYPE + name, "title": name, "description": f"{status}: {title}."}
            for name, (status, title) in TYPES.items()
        ],
    }
    return dict(sorted(schemas.items()))


def _structs(parent: type[Any]) -> Iterator[type[Any]]:
    for each in parent.__subclasses__():
        if each.__module__.startswith(_PACKAGE):
            yield each
        yield from _structs(each)


def _describe(schema: JsonObject, kind: type[Any]) -> None:
    if kind.__doc__:
        schema["description"] = inspect.cleandoc(kind.__doc__)
    properties: JsonObject = schema.get("properties", {})
    names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith(_PACKAGE):
            for name, text in _documented(each):
                _tell(properties, names.get(name, name), text)


def _tell(properties: JsonObject, name: str, text: str) -> None:
    if name in properties and "description" not in properties[name]:
        if "$ref" in properties[name]:  # what a reference leads to has a description of its own: this one stands beside
            properties[name] = {"allOf": [properties[name]]}
        properties[name]["description"] = text


def _documented(kind: type[Any]) -> Iterator[tuple[str, str]]:
    """The fields of a class that a docstring follows."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    for field, following in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match following:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield field.target.id, inspect.cleandoc(text)


def _note_times(schema: JsonObject) -> None:
    for name, each in schema.get("properties", {}).items():
        if name.endswith("At"):
            for part in (each, *each.get("anyOf", ())):
                if part.get("type") == "string":
                    part["format"] = "date-time"
