"""OpenID Connect: from an authority to its token endpoint (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import httpx2
import msgspec

from counterpoint.connectors.http.auth.grants import authority_of
from counterpoint.connectors.http.request import parse_url
from counterpoint.connectors.http.transport import Reply
from counterpoint.connectors.problems import failure, shown
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome

WELL_KNOWN: Final = ".well-known/openid-configuration"


async def token_endpoint(settings: JsonObject, send: Callable[[httpx2.Request], Awaitable[Reply]]) -> str:
    """The token endpoint of the policy's authority.

    The authority is the discovery document itself, or the issuer above it, or (as other runtimes have it)
    the token endpoint. A path that ends in `/token` is taken as the last without asking.
    """
    authority = authority_of(settings)
    path = urlsplit(authority).path.rstrip("/")
    if path.endswith(WELL_KNOWN):
        reply = await _get(authority, send)
        found = _read(reply)
        if found is None:
            detail = f"{shown(authority)} gave no discovery document with `token_endpoint` (status {reply.status})"
            raise failure("authentication", detail, Outcome.NONE)
        return found
    if path.endswith("/token"):
        return authority
    return _read(await _get(f"{authority.rstrip('/')}/{WELL_KNOWN}", send)) or authority


async def _get(uri: str, send: Callable[[httpx2.Request], Awaitable[Reply]]) -> Reply:
    url, _ = parse_url(uri)
    return await send(httpx2.Request("GET", url, headers={"Accept": "application/json"}))


def _read(reply: Reply) -> str | None:
    if reply.status != 200:
        return None
    try:
        document = msgspec.json.decode(reply.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    endpoint = document.get("token_endpoint") if isinstance(document, dict) else None
    return endpoint if isinstance(endpoint, str) else None
