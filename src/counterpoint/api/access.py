"""Access: the one place where a request is allowed or refused. Each route names the permission that it needs."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from counterpoint.api.address import is_loopback
from counterpoint.api.problems import Refused
from counterpoint.errors import InvalidInput

PERMISSION: Final = "permission"
"""Key of a route's `opt`. A route without one needs a token and no more."""
PUBLIC: Final = "public"
"""The permission that everybody has."""
ROUTE: Final = "route"
"""Key of the state of a request: the address that was asked for, with names for its parts."""
UNMASK: Final = "data:unmask"
"""The permission to see what schemas mark as sensitive: asked for with the query parameter `unmask`."""
TOKEN_CHARS_MIN: Final = 16
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Access:
    """Who may do what. With a token, its bearer may do everything; without one, whoever is on this machine may."""

    def __init__(self, token: str | None, origins: Sequence[str] = ()) -> None:
        """`origins`: where pages of the web may come from that use the API (CORS), such as `https://studio.example.org`.

        Raises InvalidInput for a token that could be guessed, or that no header can hold, and for what is no origin.
        """
        if token is not None and not (len(token) >= TOKEN_CHARS_MIN and token.isascii() and token.isprintable()):
            raise InvalidInput(f"the API token must have at least {TOKEN_CHARS_MIN} characters, printable ASCII ones")
        if token is not None and " " in token:
            raise InvalidInput("the API token must not have spaces within")
        for each in origins:
            if _ORIGIN.fullmatch(each) is None:
                raise InvalidInput(f"{each!r} is no origin of a page; write for example https://studio.example.org")
        self.origins = tuple(origins)
        self._token = None if token is None else token.encode()

    @property
    def needs_token(self) -> bool:
        """Whether a token is configured."""
        return self._token is not None

    def before(self, app: ASGIApp) -> ASGIApp:
        """Litestar's middleware around every route. A guard of Litestar's would cost a copy of the route each time."""

        async def allowed(scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"][ROUTE] = scope["path_template"]
            permission = scope["route_handler"].opt.get(PERMISSION)
            if permission != PUBLIC:
                connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
                self.check(permission, connection.headers, unmask="unmask" in connection.query_params)
            await app(scope, receive, send)

        return allowed

    def check(self, permission: str | None, headers: Mapping[str, str], *, unmask: bool) -> None:
        """Whether a request with these headers (by names in lower case) has a permission other than PUBLIC.

        `unmask`: it asks for what is masked. Raises Refused. Today whoever has one permission has them all.
        """
        if unmask:
            # Whoever is given this permission is to be let in by `masking.unmasked`, here and nowhere else.
            raise Refused("forbidden", f"seeing sensitive data needs the permission {UNMASK}, which nobody has yet")
        if self._token is None:
            _refuse_browsers(headers, self.origins)
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Refused("unauthorized", "send the header `Authorization: Bearer` with the API token")
        if not hmac.compare_digest(given.strip().encode(), self._token):
            raise Refused("unauthorized", "the bearer token is not the right one")


def _refuse_browsers(headers: Mapping[str, str], origins: Sequence[str]) -> None:
    """Without a token, a page of the web that a user of this machine has open must not be let in.

    Such a request says where it comes from (`Origin`), or reaches us under a name of the page's (DNS rebinding).
    """
    host = headers.get("host", "")
    if not _is_this_machine(host):
        raise Refused("forbidden", "without an API token only localhost is served; use that name, or set a token")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host and origin not in origins:
        raise Refused("forbidden", "without an API token no other origin is served")


@lru_cache(maxsize=64)
def _is_this_machine(host: str) -> bool:
    """Of a `Host` header."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback(name)
