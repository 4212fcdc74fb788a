"""Addresses: whatever an id holds, a slash too, it is one segment of a path, percent-encoded."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote

from litestar import Request
from litestar.types import HTTPScope

_ENCODED: Final = re.compile("%2f", re.IGNORECASE)
_SLASH: Final = "\udc2f"
"""Stands for an encoded slash until the route is found: half of a surrogate pair, which no decoded path holds."""


def path_to(*segments: str) -> str:
    """The path of what the segments name: `path_to("v1", "instances", "a/b")` is `/v1/instances/a%2Fb`."""
    return "".join(f"/{quote(each, safe='')}" for each in segments)


def keep_slashes(scope: HTTPScope) -> HTTPScope:
    """Before the route is found: an encoded slash parts no segments. The server's own scope stays as it is."""
    raw = scope.get("raw_path") or b""
    if b"%2" not in raw:
        return scope
    return {**scope, "path": unquote(_ENCODED.sub(_SLASH, raw.decode("ascii")))}


async def restore_slashes(request: Request[Any, Any, Any]) -> None:
    """After it was found: parameters get their slashes back. Litestar's hook before every handler."""
    if _SLASH in request.scope["path"]:
        # Not changed in place: Litestar remembers the parameters of a path.
        request.scope["path_params"] = {
            name: value.replace(_SLASH, "/") if isinstance(value, str) else value
            for name, value in request.scope["path_params"].items()
        }
