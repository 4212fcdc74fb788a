"""What a request says and its route does not know is refused: nothing that somebody relies on is overlooked.

A misspelt filter must not list everything, and `If-Match` must not be ignored where it binds nothing. A body of JSON
says that it is JSON: a page in a browser may send some other types anywhere without asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod, RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import BodyKwarg
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from counterpoint.api.problems import Refused
from counterpoint.values.event_content import media_type
from counterpoint.values.nearest import nearest

PREFERRED: Final = "preferred"
"""Key of the state of a request: the parameter that a header `Prefer` has added. A preference may be ignored."""
HEADERS: Final = "strict_headers"
"""Key of the state of a request: its headers, where those are among them that not every route takes."""
IF_MATCH: Final = b"if-match"
_BODY: Final = frozenset({b"content-type", b"content-length", b"transfer-encoding"})
_KEY: Final = b"idempotency-key"
CONTENT_ENCODING: Final = b"content-encoding"
_CHARS_MAX: Final = 100
_FAULTS_MAX: Final = 5
_READING: Final = frozenset({HttpMethod.GET, HttpMethod.HEAD})


class _Known(NamedTuple):
    queries: tuple[str, ...]
    headers: frozenset[str]
    takes_json: bool


class Strict:
    """What every route of an application knows, read from its handlers: what the OpenAPI document says too."""

    def __init__(self) -> None:
        self._known: dict[BaseRouteHandler, _Known] = {}

    def before(self, app: ASGIApp) -> ASGIApp:
        """Litestar's middleware around every route: one that was not let in is told nothing of this."""

        async def strict(scope: Scope, receive: Receive, send: Send) -> None:
            method = scope.get("method")
            told = method not in _READING or scope["query_string"] or HEADERS in scope["state"]
            if told and method != HttpMethod.OPTIONS:
                self._check(scope)
            await app(scope, receive, send)

        return strict

    def _check(self, scope: Scope) -> None:
        """Raises Refused."""
        if not self._known:
            self._known = _known_of(scope["litestar_app"])
        known = self._known[scope["route_handler"]]
        if scope["query_string"]:
            _check_queries(scope, known.queries)
        if [name for name, _ in scope["headers"]].count(_KEY) > 1:
            raise Refused("invalid-request", "there is more than one `Idempotency-Key`: send one")
        headers: dict[bytes, bytes] = scope["state"].get(HEADERS, {})
        if IF_MATCH in headers and "if-match" not in known.headers and scope.get("method") not in _READING:
            raise Refused("invalid-request", "`If-Match` binds nothing here, and is not ignored: leave it out")
        encoding = headers.get(CONTENT_ENCODING, b"").strip().lower()
        if encoding not in (b"", b"identity"):
            told = encoding.decode("latin-1")[:_CHARS_MAX]
            raise Refused("unsupported-media-type", f"bodies are taken as they are: not with Content-Encoding {told}")
        if known.takes_json:
            _check_media_type(scope)


def _check_queries(scope: Scope, known: tuple[str, ...]) -> None:
    preferred = scope["state"].get(PREFERRED)
    given = dict.fromkeys(ASGIConnection(scope).query_params)
    unknown = [name for name in given if name not in known and name != preferred]
    if unknown:
        faults = [_fault(each, known) for each in unknown[:_FAULTS_MAX]]
        raise Refused("invalid-request", "; ".join([*faults, _all(known)]))


def _check_media_type(scope: Scope) -> None:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _BODY}
    given = media_type(headers.get(b"content-type"))
    if given == RequestEncodingType.JSON or (given.startswith("application/") and given.endswith("+json")):
        return
    if given:
        raise Refused("unsupported-media-type", f"{given[:_CHARS_MAX]} is not taken here; send application/json")
    if headers.get(b"content-length", "0") != "0" or b"transfer-encoding" in headers:
        raise Refused("unsupported-media-type", "the body needs a Content-Type: send application/json")


def _takes_json(handler: BaseRouteHandler) -> bool:
    body = handler.parsed_data_field
    kwarg = None if body is None else body.kwarg_definition
    return isinstance(kwarg, BodyKwarg) and kwarg.media_type == RequestEncodingType.JSON


def _known_of(app: Litestar) -> dict[BaseRouteHandler, _Known]:
    return {
        handler: _Known(
            tuple(sorted(each.field_alias for each in model.expected_query_params)),
            frozenset(each.field_alias.lower() for each in model.expected_header_params),
            _takes_json(handler),
        )
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler, model in route.route_handler_map.values()
    }


def _fault(name: str, known: Iterable[str]) -> str:
    shown = name if len(name) <= _CHARS_MAX else f"{name[:_CHARS_MAX]}…"
    close = nearest(name, known)
    return f"there is no query parameter `{shown}` here" + (f": did you mean `{close}`?" if close else "")


def _all(known: tuple[str, ...]) -> str:
    return f"known here: {', '.join(f'`{each}`' for each in known)}" if known else "this address takes none"
