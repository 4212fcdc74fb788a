"""How values are written in paths, queries, headers and cookies (OpenAPI 3, "Style Values"; RFC 6570)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec

from counterpoint.connectors.http.request import plain
from counterpoint.connectors.openapi.model import Parameter
from counterpoint.values.json import JsonValue

_RESERVED: Final = ":/?#[]@!$&'()*+,;="
_DELIMITERS: Final = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "|", "tabDelimited": "%09"}


def in_path(parameter: Parameter, value: JsonValue) -> str:
    """The text that replaces `{name}` in the path."""
    parts = _parts(value, explode=parameter.explode)
    name = _quoted(parameter.name)
    if parameter.style == "label":
        return "".join(f".{part}" for part in parts) if parameter.explode else "." + ",".join(parts)
    if parameter.style == "matrix":
        if parameter.explode and isinstance(value, dict):
            return "".join(f";{part}" for part in parts)
        if parameter.explode:
            return "".join(f";{name}={part}" for part in parts)
        return f";{name}={','.join(parts)}"
    return ",".join(parts)


def in_query(parameter: Parameter, value: JsonValue) -> list[str]:
    """The `name=value` pairs, encoded."""
    safe = _RESERVED if parameter.reserved else ""
    name = _quoted(parameter.name)
    if parameter.media_type is not None:
        return [f"{name}={quote(_document(value), safe=safe)}"]
    if parameter.style == "deepObject" and isinstance(value, dict):
        return [f"{name}%5B{_quoted(key)}%5D={quote(plain(each), safe=safe)}" for key, each in value.items()]
    if isinstance(value, list) and parameter.explode:
        return [f"{name}={quote(plain(each), safe=safe)}" for each in value]
    if isinstance(value, dict) and parameter.explode:
        return [f"{_quoted(key)}={quote(plain(each), safe=safe)}" for key, each in value.items()]
    delimiter = _DELIMITERS.get(parameter.style, ",")
    return [f"{name}={delimiter.join(_parts(value, explode=False, safe=safe))}"]


def in_header(parameter: Parameter, value: JsonValue) -> str:
    """The value of a header; headers are not percent-encoded."""
    if parameter.media_type is not None:
        return _document(value)
    if isinstance(value, list):
        return ",".join(plain(each) for each in value)
    if isinstance(value, dict):
        between = "=" if parameter.explode else ","
        return ",".join(f"{key}{between}{plain(each)}" for key, each in value.items())
    return plain(value)


def in_cookie(parameter: Parameter, value: JsonValue) -> str:
    """One `name=value` of the `Cookie` header."""
    return "; ".join(in_query(parameter, value))


def _parts(value: JsonValue, *, explode: bool, safe: str = "") -> list[str]:
    if isinstance(value, list):
        return [quote(plain(each), safe=safe) for each in value]
    if isinstance(value, dict):
        pairs = [(_quoted(key), quote(plain(each), safe=safe)) for key, each in value.items()]
        return [f"{key}={each}" for key, each in pairs] if explode else [part for pair in pairs for part in pair]
    return [quote(plain(value), safe=safe)]


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _document(value: JsonValue) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
