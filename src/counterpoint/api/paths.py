"""Addresses: whatever an id holds, a slash too, it is one segment of a path, percent-encoded."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote

from litestar import Request, Response
from litestar.enums import HttpMethod
from litestar.types import HTTPScope

_ENCODED: Final = re.compile("%2f", re.IGNORECASE)
_SLASH: Final = "\udc2f"
"""Stands for an encoded slash until the route is found: half of a surrogate pair, which no decoded path holds."""


def path_to(*segments: str) -> str:
    """The path of what the segments name: `path_to("v1", "instances", "a/b")` is `/v1/instances/a%2Fb`."""
    # Most are letters and digits, of which nothing is to be quoted.
    return "".join([f"/{each if each.isalnum() and each.isascii() else quote(each, safe='')}" for each in segments])


def keep_slashes(scope: HTTPScope) -> HTTPScope:
    """Before the route is found: an encoded slash parts no segments. The server's own scope stays as it is."""
    raw = scope.get("raw_path") or b""
    if b"%2" not in raw:
        return scope
    return {**scope, "path": unquote(_ENCODED.sub(_SLASH, raw.decode("ascii")))}


async def before_handler(request: Request[Any, Any, Any]) -> Response[None] | None:
    """Litestar's hook before every handler: parameters get their slashes back, and OPTIONS is answered."""
    _restore_slashes(request)
    if request.method != HttpMethod.OPTIONS:
        return None
    # Litestar's own answer names the methods of one of the handlers that share a path.
    path = request.scope["path_template"]
    methods = {each for route in request.app.routes if route.path_format == path for each in route.methods}
    return Response(None, status_code=204, headers={"Allow": ", ".join(sorted({*methods, "OPTIONS"}))})


def _restore_slashes(request: Request[Any, Any, Any]) -> None:
    if _SLASH in request.scope["path"]:
        # Not changed in place: Litestar remembers the parameters of a path.
        request.scope["path_params"] = {
            name: value.replace(_SLASH, "/") if isinstance(value, str) else value
            for name, value in request.scope["path_params"].items()
        }
