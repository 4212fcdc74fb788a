"""Operations: what every one has, and what follows from how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

from counterpoint.api.access import PERMISSION, PUBLIC
from counterpoint.api.description.examples import EXAMPLES, problem
from counterpoint.api.description.links import add_links
from counterpoint.api.problems import PROBLEM_JSON, RETRY_AFTER_SECONDS, TYPES
from counterpoint.values.json import JsonObject

_TEXT: Final = {"type": "string"}
_HEADERS: Final = {
    "X-Request-Id": {"description": "That of the request, or a new one.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "example": RETRY_AFTER_SECONDS}},
    "WWW-Authenticate": {"description": "`Bearer`.", "schema": _TEXT},
    "Location": {"description": "Where what was made is found.", "schema": _TEXT},
    "ETag": {"description": "Names the state, for `If-None-Match` and `If-Match`.", "schema": _TEXT},
}
_PREFER: Final = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=10` (RFC 7240) is the same as the parameter `wait`.",
    "schema": {"type": "string", "example": "wait=10"},
}
_OF_STATUS: Final = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}
_NOISE: Final = ("deprecated", "allowEmptyValue", "allowReserved")
_CREATED: Final = "201"
_NO_BODY: Final = ("204", "304")


def complete(paths: JsonObject, routes: Iterable[BaseRoute]) -> JsonObject:
    """Complete the paths, in place. The responses that operations share, by name."""
    handlers, shared = dict(_handlers(routes)), JsonObject()
    for item in paths.values():
        for operation in item.values():
            handler = handlers[operation["operationId"]]
            _complete(operation, str(handler.opt.get(PERMISSION, "")), shared)
            add_links(operation, handlers)
    return dict(sorted(shared.items()))


def _handlers(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if isinstance(handler.operation_id, str):
                    yield handler.operation_id, handler


def _complete(operation: JsonObject, permission: str, shared: JsonObject) -> None:
    operation["summary"] = operation["description"].partition("\n")[0].partition(". ")[0].rstrip(".")
    if not operation.get("deprecated"):
        operation.pop("deprecated", None)
    if permission == PUBLIC:
        operation["security"] = []
    elif permission:
        operation["x-permission"] = permission
    for parameter in operation.get("parameters", ()):
        _tidy(parameter)
    if any(each["name"] == "wait" for each in operation.get("parameters", ())):
        operation["parameters"].append(_PREFER)
    names = {each["name"].lower() for each in operation.get("parameters", ())}
    responses = operation["responses"]
    for status, response in responses.items():
        _answer(status, response, names)
        if list(response.get("content", ())) == [PROBLEM_JSON]:
            name = HTTPStatus(int(status)).phrase.replace(" ", "")
            shared[name] = response
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    body = operation.get("requestBody", {})
    if body:  # also one that is compressed
        responses.setdefault("415", {"$ref": "#/components/responses/UnsupportedMediaType"})
    for content in body.get("content", {}).values():
        given = [each for each in content["schema"].get("oneOf", ()) if each != {"type": "null"}]
        if len(given) == 1:  # a body that may be left out
            content["schema"], body["required"] = given[0], False
        _show(content)


def _tidy(parameter: JsonObject) -> None:
    """A parameter is there or not; it is never null."""
    for name in _NOISE:
        if not parameter.get(name):
            parameter.pop(name, None)
    schema = parameter["schema"]
    branches = [each for each in schema.pop("oneOf", ()) if each != {"type": "null"}]
    if len(branches) == 1:
        schema.update(branches[0])
    elif branches:
        schema["oneOf"] = branches
    description = schema.pop("description", None)
    if description:
        parameter.setdefault("description", description)
    if schema.get("type") == "integer" and isinstance(schema.get("minimum"), float):
        schema["minimum"] = int(schema["minimum"])


def _answer(status: str, response: JsonObject, parameters: set[str]) -> None:
    if response["description"] == HTTPStatus(int(status)).description:
        response["description"] = HTTPStatus(int(status)).phrase
    headers = response.setdefault("headers", {})
    headers["X-Request-Id"] = _HEADERS["X-Request-Id"]
    if status in _OF_STATUS and PROBLEM_JSON in response.get("content", ()):
        headers[_OF_STATUS[status]] = _HEADERS[_OF_STATUS[status]]
    if status == _CREATED:
        headers["Location"] = _HEADERS["Location"]
    if (status.startswith("2") and parameters & {"if-none-match", "if-match"}) or status == "304":
        headers["ETag"] = _HEADERS["ETag"]
    if status in _NO_BODY:
        response.pop("content", None)
    for media_type, content in response.get("content", {}).items():
        if media_type == PROBLEM_JSON:
            content["examples"] = _problems(int(status))
        else:
            _show(content)


def _problems(status: int) -> JsonObject:
    """One for each type that has this status."""
    return {name: {"value": problem(name)} for name, (given, _) in TYPES.items() if given == status}


def _show(content: JsonObject) -> None:
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name in EXAMPLES and not content.get("examples"):
        content["examples"] = {"example": {"value": EXAMPLES[name]}}
