"""From a call's arguments (`with` of `call: http`, evaluated) to one HTTP request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
import msgspec

from counterpoint.connectors.http.settings import HttpLimits
from counterpoint.connectors.problems import shown, validation
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.trace_context import TraceContext

OUTPUTS: Final = ("content", "response", "raw")
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

# RFC 9110: a field name is a token; a value has no control characters.
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSAFE_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_FRAMING: Final = frozenset(
    ("connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)


class HttpCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call, ready to be sent. Bodies are whole, so that a request can be sent again after a challenge."""

    method: str
    url: httpx2.URL
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    authentication: JsonObject | None = None
    """The policy: `{"basic": {...}}`, `{"bearer": {...}}`, `{"digest": ...}`, `{"oauth2": ...}` or `{"oidc": ...}`."""
    redirect: bool = False
    output: str = "content"

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        wanted = name.lower()
        return next((value for each, value in self.headers if each.lower() == wanted), None)


def read_call(arguments: JsonObject, key: str, limits: HttpLimits, trace: TraceContext | None = None) -> HttpCall:
    """Read the arguments of `call: http`. Raises ConnectorError (validation, outcome none)."""
    method = arguments.get("method")
    if not isinstance(method, str) or not _TOKEN.fullmatch(method):
        raise validation(f"`method` must be the name of an HTTP method, got {method!r}")
    uri, authentication = read_endpoint(arguments.get("endpoint"), "endpoint")
    headers = tuple(_headers(arguments.get("headers")))
    content, content_type = encode_body(arguments.get("body"), _content_type(headers))
    return assemble(
        method=method,
        uri=with_query(uri, query_pairs(arguments.get("query"))),
        headers=headers,
        content=content,
        content_type=content_type,
        authentication=arguments.get("authentication") or authentication,
        redirect=read_flag(arguments, "redirect"),
        output=read_output(arguments),
        key=key,
        limits=limits,
        trace=trace,
    )


def assemble(
    *,
    method: str,
    uri: str,
    headers: tuple[tuple[str, str], ...],
    content: bytes,
    content_type: str | None,
    authentication: JsonObject | None,
    redirect: bool,
    output: str,
    key: str,
    limits: HttpLimits,
    trace: TraceContext | None = None,
) -> HttpCall:
    """Put a call together and hold it to the limits; adds `Idempotency-Key`, `traceparent` and `Content-Type`.

    What the document sets itself is left as it is.
    """
    if len(content) > limits.request_bytes_max:
        raise validation(f"the body has {len(content):,} bytes; request_bytes_max is {limits.request_bytes_max:,}")
    if len(uri) > limits.uri_length_max:
        raise validation(f"the URI has {len(uri):,} characters; uri_length_max is {limits.uri_length_max:,}")
    names = {name.lower() for name, _ in headers}
    added: list[tuple[str, str]] = []
    if content_type is not None:
        headers = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        added.append(("Content-Type", content_type))
    if key and "idempotency-key" not in names:
        added.append(("Idempotency-Key", key))
    if trace is not None and "traceparent" not in names:
        added += [pair for pair in trace.headers() if pair[0] not in names]
    url, embedded = parse_url(uri)
    return HttpCall(
        method=method.upper(),
        url=url,
        headers=(*headers, *added),
        content=content,
        authentication=authentication or embedded,
        redirect=redirect,
        output=output,
    )


def parse_url(uri: str) -> tuple[httpx2.URL, JsonObject | None]:
    """An absolute http(s) URL without user information, which is given as a `basic` policy instead."""
    try:
        url = httpx2.URL(uri)
    except (httpx2.InvalidURL, ValueError) as error:
        raise validation(f"{shown(uri)} is not a valid URI: {error}") from error
    if url.scheme not in ("http", "https"):
        raise validation(f"{shown(uri)} must be an absolute http or https URI")
    if not url.host:
        raise validation(f"{shown(uri)} names no host")
    if not url.userinfo:
        return url.copy_with(fragment=None), None
    policy = {"basic": {"username": url.username, "password": url.password}}
    return url.copy_with(userinfo=b"", fragment=None), policy


def read_endpoint(endpoint: JsonValue, name: str) -> tuple[str, JsonObject | None]:
    """An endpoint, written as a URI or as `{uri, authentication}`."""
    if isinstance(endpoint, str) and endpoint:
        return endpoint, None
    if isinstance(endpoint, dict) and isinstance(endpoint.get("uri"), str):
        return endpoint["uri"], endpoint.get("authentication")
    raise validation(f"`{name}` must be a URI or an object with `uri`, got {_kind(endpoint)}")


def read_output(arguments: JsonObject) -> str:
    """The `output` argument: content, response or raw."""
    output = arguments.get("output") or "content"
    if output not in OUTPUTS:
        raise validation(f"`output` must be one of {', '.join(OUTPUTS)}, got {output!r}")
    return str(output)


def query_pairs(query: JsonValue) -> list[tuple[str, str]]:
    """Query parameters as name and text; arrays repeat the name, nulls are left out."""
    if query is None:
        return []
    if not isinstance(query, dict):
        raise validation(f"`query` must be an object, got {_kind(query)}")
    return [(name, plain(each)) for name, value in query.items() for each in _items(value) if each is not None]


def with_query(uri: str, pairs: list[tuple[str, str]]) -> str:
    """The URI with further query parameters; those that it has stay as they are written."""
    if not pairs:
        return uri
    head, mark, fragment = uri.partition("#")
    separator = "" if head.endswith(("?", "&")) else "&" if "?" in head else "?"
    return head + separator + urlencode(pairs) + mark + fragment


def plain(value: JsonValue) -> str:
    """A value as text in a query, a form or a header: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def encode_body(body: JsonValue, content_type: str | None) -> tuple[bytes, str | None]:
    """The body's bytes, and the content type to set where the document's own is missing or incomplete.

    Text is sent as it is. Everything else is JSON, or a form where the content type says so.
    """
    if body is None:
        return b"", None
    media = (content_type or "").partition(";")[0].strip().lower()
    if media == MULTIPART and isinstance(body, dict):
        files = {name: (None, plain(value)) for name, value in body.items() if value is not None}
        request = httpx2.Request("POST", "http://multipart.invalid/", files=files)
        return request.read(), request.headers["content-type"]
    if media == FORM and isinstance(body, dict):
        return urlencode(query_pairs(body)).encode(), None
    if isinstance(body, str):
        return body.encode(), None if media else "text/plain; charset=utf-8"
    if media and media != JSON and not media.endswith("+json"):
        raise validation(f"an {_kind(body)} cannot be sent as {media}; give the body as a string, or use {JSON}")
    return msgspec.json.encode(body), None if media else JSON


def _headers(headers: JsonValue) -> Iterator[tuple[str, str]]:
    if headers is None:
        return
    if not isinstance(headers, dict):
        raise validation(f"`headers` must be an object, got {_kind(headers)}")
    for name, value in headers.items():
        for each in _items(value):
            if each is not None:
                yield checked_header(name, plain(each))


def checked_header(name: str, value: str) -> tuple[str, str]:
    """A header that cannot break out of its line nor change the message's framing."""
    if not _TOKEN.fullmatch(name):
        raise validation(f"{name!r} is not a valid header name")
    if name.lower() in _FRAMING:
        raise validation(f"the header {name} is set by the connection; leave it out")
    if _UNSAFE_VALUE.search(value):
        raise validation(f"the value of the header {name} holds a control character")
    return name, value.strip()


def _content_type(headers: tuple[tuple[str, str], ...]) -> str | None:
    return next((value for name, value in headers if name.lower() == "content-type"), None)


def read_flag(arguments: JsonObject, name: str) -> bool:
    """A member that is true or false; false where it is absent. Raises ConnectorError (validation)."""
    value = arguments.get(name, False)
    if not isinstance(value, bool):
        raise validation(f"`{name}` must be true or false, got {_kind(value)}")
    return value


def _items(value: JsonValue) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _kind(value: JsonValue) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)
