"""Reads operations of Swagger 2.0."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from counterpoint.connectors.openapi.bodies import read_body
from counterpoint.connectors.openapi.model import Body, Operation, Parameter
from counterpoint.connectors.openapi.references import Tree
from counterpoint.connectors.openapi.schemas import validator
from counterpoint.connectors.problems import configuration, shown
from counterpoint.values.json import JsonObject

_SCHEMA: Final = frozenset(
    (
        *("type", "format", "items", "enum", "pattern", "multipleOf"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    )
)
_STYLES: Final = {
    "csv": "form",
    "multi": "form",
    "ssv": "spaceDelimited",
    "tsv": "tabDelimited",
    "pipes": "pipeDelimited",
}
_FORM: Final = "application/x-www-form-urlencoded"


def read_operation(tree: Tree, path: str, method: str, item: JsonObject, operation: JsonObject) -> Operation:
    """One operation; parameters of its own replace those of its path of the same name and place."""
    merged: dict[tuple[str, str], JsonObject] = {}
    for each in (*(item.get("parameters") or ()), *(operation.get("parameters") or ())):
        found = tree.resolve(each)
        merged[str(found.get("name")), str(found.get("in"))] = found
    found_all = list(merged.values())
    return Operation(
        identifier=operation["operationId"],
        method=method,
        server=_server(tree, operation),
        path=path,
        parameters=tuple(_parameter(tree, each) for each in found_all if each.get("in") in ("path", "query", "header")),
        body=_body(tree, operation, found_all),
    )


def _parameter(tree: Tree, found: JsonObject) -> Parameter:
    schema = _schema(found)
    collection = found.get("collectionFormat") or "csv"
    style = "simple" if found["in"] in ("path", "header") else _STYLES.get(collection, "form")
    return Parameter(
        name=found["name"],
        location=found["in"],
        required=found.get("required") is True or found["in"] == "path",
        style=style,
        explode=collection == "multi",
        schema=schema,
        validator=validator(tree, schema),
    )


def _body(tree: Tree, operation: JsonObject, parameters: list[JsonObject]) -> Body | None:
    consumes = operation.get("consumes") or tree.root.get("consumes") or []
    for each in parameters:
        if each.get("in") == "body":
            media_type = next((kind for kind in consumes if "json" in kind), "application/json")
            needed = each.get("required") is True
            return read_body(tree, each.get("schema"), media_type=media_type, required=needed, name=each["name"])
    fields = [each for each in parameters if each.get("in") == "formData"]
    if not fields:
        return None
    required = [each["name"] for each in fields if each.get("required") is True]
    schema = {
        "type": "object",
        "properties": {each["name"]: _schema(each) if each.get("type") != "file" else {} for each in fields},
        "required": required,
        "additionalProperties": False,
    }
    files = any(each.get("type") == "file" for each in fields)
    media_type = "multipart/form-data" if files or consumes == ["multipart/form-data"] else _FORM
    return read_body(tree, schema, media_type=media_type, required=bool(required), name="body")


def _schema(found: JsonObject) -> JsonObject:
    return {key: value for key, value in found.items() if key in _SCHEMA}


def _server(tree: Tree, operation: JsonObject) -> str:
    place = urlsplit(tree.uri)
    schemes = operation.get("schemes") or tree.root.get("schemes") or [place.scheme]
    usable = [scheme for scheme in schemes if scheme in ("http", "https")]
    host = tree.root.get("host") or place.netloc.rpartition("@")[2]
    if not usable or not host:
        raise configuration(f"{shown(tree.uri)} names no host that can be called over http(s) (`host`, `schemes`)")
    scheme = "https" if "https" in usable else usable[0]
    return f"{scheme}://{host}{str(tree.root.get('basePath') or '').rstrip('/')}"
