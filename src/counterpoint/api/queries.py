"""Query parameters: a route takes those that it knows. A misspelt filter must not list everything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from counterpoint.api.problems import Refused
from counterpoint.values.nearest import nearest

PREFERRED: Final = "preferred"
"""Key of the state of a request: the parameter that a header `Prefer` has added. A preference may be ignored."""
_CHARS_MAX: Final = 100


class KnownQueries:
    """What every route of an application knows, read from its handlers: what the OpenAPI document says too."""

    def __init__(self) -> None:
        self._known: dict[BaseRouteHandler, tuple[str, ...]] = {}

    def before(self, app: ASGIApp) -> ASGIApp:
        """Litestar's middleware around every route: one that was not let in is told nothing of this."""

        async def strict(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["query_string"] and scope.get("method") != HttpMethod.OPTIONS:
                self._check(scope)
            await app(scope, receive, send)

        return strict

    def _check(self, scope: Scope) -> None:
        """Raises Refused."""
        if not self._known:
            self._known = _known_of(scope["litestar_app"])
        known = self._known[scope["route_handler"]]
        preferred = scope["state"].get(PREFERRED)
        given = dict.fromkeys(ASGIConnection(scope).query_params)
        unknown = [name for name in given if name not in known and name != preferred]
        if unknown:
            raise Refused("invalid-request", "; ".join([*(_fault(each, known) for each in unknown[:5]), _all(known)]))


def _known_of(app: Litestar) -> dict[BaseRouteHandler, tuple[str, ...]]:
    return {
        handler: tuple(sorted(each.field_alias for each in model.expected_query_params))
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
