"""Serves the page and its files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from counterpoint.api.access import PERMISSION, PUBLIC
from counterpoint.api.etags import IfNoneMatch, holds, tag_of
from counterpoint.api.problems import Refused

_PAGE: Final = "reference.html"
_MEDIA_TYPES: Final = {
    _PAGE: "text/html",
    "reference.css": "text/css",
    "reference.js": "text/javascript",
    "calling.js": "text/javascript",
    "elements.js": "text/javascript",
    "schemas.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""The files; there are no others."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class ReferenceController(Controller):
    """The reference page."""

    opt = {PERMISSION: PUBLIC}  # noqa: RUF012 (Litestar's own type)
    include_in_schema = False

    @get("/")
    async def root(self) -> Redirect:
        """Where nothing else is, the reference is what people look for."""
        return Redirect("/reference")

    @get("/reference")
    async def page(self, if_none_match: IfNoneMatch = None) -> Response[bytes | None]:
        """The page."""
        return _file(_PAGE, if_none_match)

    @get("/reference/{name:str}")
    async def file(self, name: FromPath[str], if_none_match: IfNoneMatch = None) -> Response[bytes | None]:
        """One of its files."""
        if name not in _MEDIA_TYPES:
            raise Refused("not-found", "the reference page has no such file")
        return _file(name, if_none_match)


def _file(name: str, if_none_match: str | None) -> Response[bytes | None]:
    body, digest = _read(name)
    headers = {"ETag": tag_of(digest), "Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}
    if holds(if_none_match, digest):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=_MEDIA_TYPES[name], headers=headers)


@cache
def _read(name: str) -> tuple[bytes, str]:
    body = files(__package__).joinpath(name).read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:32]
