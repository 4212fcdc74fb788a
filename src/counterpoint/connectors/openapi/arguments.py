"""From `parameters` of `call: openapi` to the parts of a request: which value goes where, and is it valid."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.connectors.http.request import checked_header, encode_body, plain
from counterpoint.connectors.openapi.model import Body, Operation, Parameter
from counterpoint.connectors.openapi.styles import in_cookie, in_header, in_path, in_query
from counterpoint.connectors.problems import did_you_mean, validation
from counterpoint.values.json import JsonObject, JsonValue

_ERRORS_SHOWN_MAX: Final = 10


class Parts(msgspec.Struct, frozen=True):
    """What an operation's arguments make of a request."""

    uri: str
    headers: tuple[tuple[str, str], ...]
    content: bytes
    content_type: str | None


def place(operation: Operation, arguments: JsonObject) -> Parts:
    """Put each argument where the operation wants it. A null counts as not given.

    Raises ConnectorError (validation, outcome none) that names all that is wrong.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    wrong: list[str] = []
    path, query, headers, cookies = operation.path, [], [], []
    rest = dict(given)
    for parameter in operation.parameters:
        rest.pop(parameter.name, None)
        if parameter.name not in given:
            if parameter.required:
                wrong.append(f"missing {parameter.location} parameter {parameter.name!r}")
            continue
        value = given[parameter.name]
        wrong += _invalid(parameter, value)
        if parameter.location == "path":
            segment = in_path(parameter, value)
            if segment in ("", ".", ".."):
                # It would name another resource: /users/{id} without id is all users.
                wrong.append(f"path parameter {parameter.name!r} cannot be {segment!r}")
            path = path.replace("{" + parameter.name + "}", segment)
        elif parameter.location == "query":
            query += in_query(parameter, value)
        elif parameter.location == "header":
            headers.append(checked_header(parameter.name, in_header(parameter, value)))
        else:
            cookies.append(in_cookie(parameter, value))
    body, found = _body(operation, rest)
    wrong += found
    if wrong:
        shown = "; ".join(wrong[:_ERRORS_SHOWN_MAX])
        raise validation(f"the arguments of operation {operation.identifier!r} are not valid: {shown}")
    if cookies:
        headers.append(checked_header("Cookie", "; ".join(cookies)))
    content, content_type = _encoded(operation.body, body)
    uri = operation.server + path + ("?" + "&".join(query) if query else "")
    return Parts(uri, tuple(headers), content, content_type)


def _body(operation: Operation, rest: JsonObject) -> tuple[JsonValue, list[str]]:
    """The body made of the arguments that are no parameters, and what is wrong with it."""
    body = operation.body
    if body is None:
        return None, [_unknown(operation, name) for name in rest]
    if body.name in rest and body.name not in body.properties:
        value = rest.pop(body.name)
        return value, [*_misfits(body, value), *(_unknown(operation, name) for name in rest)]
    if not rest:
        return None, ["missing request body"] if body.required else []
    unknown = [name for name in rest if name not in body.properties]
    if unknown and not body.open:
        return rest, [_unknown(operation, name) for name in unknown]
    return rest, _misfits(body, rest)


def _misfits(body: Body, value: JsonValue) -> list[str]:
    if body.validator is None or not ("json" in body.media_type or "form" in body.media_type):
        return []
    return [f"request body {error}" for error in body.validator.check(value)]


def _invalid(parameter: Parameter, value: JsonValue) -> list[str]:
    if parameter.validator is None or parameter.validator.valid(value):
        return []
    # On the wire all values are text: "5" is as good as 5.
    typed = _typed(value, parameter.schema)
    return [f"{parameter.location} parameter {parameter.name!r} {error}" for error in parameter.validator.check(typed)]


def _typed(value: JsonValue, schema: JsonObject | bool) -> JsonValue:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "string" and not isinstance(value, (str, list, dict)):
        return plain(value)
    if kind in ("integer", "number", "boolean") and isinstance(value, str):
        try:
            read: Any = msgspec.json.decode(value.encode())
        except msgspec.DecodeError:
            return value
        return read if isinstance(read, (int, float)) else value
    if kind == "array":
        items = schema.get("items", True) if isinstance(schema, dict) else True
        return [_typed(each, items) for each in (value if isinstance(value, list) else [value])]
    return value


def _encoded(body: Body | None, value: JsonValue) -> tuple[bytes, str | None]:
    if body is None or value is None:
        return b"", None
    media_type = body.media_type.replace("*/*", "application/json")
    if isinstance(value, str) and "json" in media_type:
        return msgspec.json.encode(value), media_type
    content, content_type = encode_body(value, media_type)
    return content, content_type or media_type


def _unknown(operation: Operation, name: str) -> str:
    known = {parameter.name for parameter in operation.parameters}
    if operation.body is not None:
        known |= operation.body.properties
    return f"unknown parameter {name!r}{did_you_mean(name, known)}"
