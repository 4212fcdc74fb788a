"""Reads operations of OpenAPI 3.0 and 3.1."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from counterpoint.connectors.openapi.bodies import read_body
from counterpoint.connectors.openapi.model import Body, Operation, Parameter
from counterpoint.connectors.openapi.references import Tree
from counterpoint.connectors.openapi.schemas import validator
from counterpoint.connectors.problems import configuration, shown
from counterpoint.values.json import JsonObject

_STYLES: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_PREFERRED: Final = ("application/json", "+json", "application/x-www-form-urlencoded", "multipart/form-data", "text/")


def read_operation(tree: Tree, path: str, method: str, item: JsonObject, operation: JsonObject) -> Operation:
    """One operation; parameters of its own replace those of its path of the same name and place."""
    merged: dict[tuple[str, str], JsonObject] = {}
    for each in (*(item.get("parameters") or ()), *(operation.get("parameters") or ())):
        found = tree.resolve(each)
        merged[str(found.get("name")), str(found.get("in"))] = found
    return Operation(
        identifier=operation["operationId"],
        method=method,
        server=_server(tree, item, operation),
        path=path,
        parameters=tuple(_parameter(tree, each) for each in merged.values() if each.get("in") in _STYLES),
        body=_body(tree, operation),
    )


def _parameter(tree: Tree, found: JsonObject) -> Parameter:
    location = found["in"]
    style = found.get("style") or _STYLES[location]
    schema, media_type = found.get("schema"), None
    if isinstance(content := found.get("content"), dict) and content:
        media_type, described = next(iter(content.items()))
        schema = tree.resolve(described).get("schema")
    return Parameter(
        name=found["name"],
        location=location,
        required=found.get("required") is True or location == "path",
        style=style,
        explode=found.get("explode", style in ("form", "deepObject")) is True,
        reserved=found.get("allowReserved") is True,
        media_type=media_type,
        schema=tree.resolve(schema) if isinstance(schema, dict) else True,
        validator=validator(tree, schema),
    )


def _body(tree: Tree, operation: JsonObject) -> Body | None:
    if "requestBody" not in operation:
        return None
    described = tree.resolve(operation["requestBody"])
    content = described.get("content")
    if not isinstance(content, dict) or not content:
        return None
    media_type = _preferred(list(content))
    schema = tree.resolve(content[media_type] or {}).get("schema")
    return read_body(tree, schema, media_type=media_type, required=described.get("required") is True, name="body")


def _preferred(media_types: list[str]) -> str:
    for wanted in _PREFERRED:
        for media_type in media_types:
            if wanted in media_type:
                return media_type
    return media_types[0] if media_types[0] != "*/*" else "application/json"


def _server(tree: Tree, item: JsonObject, operation: JsonObject) -> str:
    servers = operation.get("servers") or item.get("servers") or tree.root.get("servers") or [{"url": "/"}]
    server = servers[0]
    url = str(server.get("url") or "/")
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    absolute = urljoin(tree.uri, url)
    if not absolute.startswith(("http://", "https://")):
        raise configuration(f"{shown(tree.uri)} names no server with an http(s) URL (`servers`: {url!r})")
    return absolute.rstrip("/")
