"""How a request is authenticated: one class for each way to talk to the server.

An authorizer sends a request through `send` and gives the reply together with the `authorization`
(`{"scheme", "parameter"}`) that becomes `$authorization`.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import httpx2
import msgspec

from counterpoint.connectors.http.auth.tokens import TokenSource
from counterpoint.connectors.http.transport import Progress, Reply
from counterpoint.connectors.problems import configuration, did_you_mean, failure, validation
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome

Send: TypeAlias = Callable[[httpx2.Request, Progress], Awaitable[Reply]]

SCHEMES: Final = ("basic", "bearer", "digest", "oauth2", "oidc")


class Authorizer(Protocol):
    """Authenticates requests to one origin."""

    async def exchange(self, request: httpx2.Request, progress: Progress, send: Send) -> Reply:
        """Send the request, answering the server's challenges."""


def authorizer(policy: JsonObject | None, tokens: TokenSource) -> Authorizer:
    """The authorizer of a policy object. Raises ConnectorError (configuration or validation, outcome none)."""
    if not policy:
        return Anonymous()
    scheme = next((name for name in SCHEMES if name in policy), None)
    if scheme is None:
        unknown = next(iter(policy))
        raise configuration(f"unknown authentication scheme {unknown!r}{did_you_mean(unknown, SCHEMES)}")
    settings = policy[scheme]
    if not isinstance(settings, dict):
        raise configuration(f"the {scheme} authentication policy must be an object")
    if scheme == "basic":
        return Fixed("Basic", _basic(settings))
    if scheme == "bearer":
        return Fixed("Bearer", _text(settings, "bearer", "token"))
    if scheme == "digest":
        return Digest(_text(settings, "digest", "username"), _text(settings, "digest", "password"))
    return Token(tokens, settings, scheme)


class Anonymous:
    """No authentication."""

    async def exchange(self, request: httpx2.Request, progress: Progress, send: Send) -> Reply:
        return await send(request, progress)


class Fixed:
    """A header that is known beforehand (basic, bearer)."""

    def __init__(self, scheme: str, parameter: str) -> None:
        if not parameter.isprintable() or not parameter.isascii():
            raise validation(f"the {scheme} credentials hold characters that a header cannot carry")
        self._authorization = {"scheme": scheme, "parameter": parameter}

    async def exchange(self, request: httpx2.Request, progress: Progress, send: Send) -> Reply:
        request.headers["Authorization"] = f"{self._authorization['scheme']} {self._authorization['parameter']}"
        return msgspec.structs.replace(await send(request, progress), authorization=self._authorization)


class Digest:
    """RFC 7616: the server gives a nonce, the second request proves the password."""

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password

    async def exchange(self, request: httpx2.Request, progress: Progress, send: Send) -> Reply:
        flow = httpx2.DigestAuth(self._username, self._password).auth_flow(request)
        reply = await send(next(flow), progress)
        if reply.status != 401:
            return reply
        try:
            answered = flow.send(httpx2.Response(401, headers=reply.headers, request=request))
        except StopIteration:
            return reply  # the server asks for another scheme than Digest
        except (httpx2.ProtocolError, NotImplementedError, KeyError, ValueError) as error:
            detail = f"{request.url.host} sent a digest challenge that cannot be answered: {error}"
            raise failure("authentication", detail, Outcome.NONE, status=401) from error
        progress.written = False  # the first request was turned away
        proved = await send(answered, progress)
        scheme, _, parameter = answered.headers["Authorization"].partition(" ")
        return msgspec.structs.replace(proved, authorization={"scheme": scheme, "parameter": parameter})


class Token:
    """OAuth2 and OpenID Connect: a token from the authority, renewed once when the server no longer takes it."""

    def __init__(self, tokens: TokenSource, settings: JsonObject, scheme: str) -> None:
        self._tokens = tokens
        self._settings = settings
        self._scheme = scheme

    async def exchange(self, request: httpx2.Request, progress: Progress, send: Send) -> Reply:
        token, cached = await self._tokens.token(self._settings, self._scheme)
        reply = await Fixed(token.scheme, token.value).exchange(request, progress, send)
        if reply.status != 401 or not cached:
            return reply
        self._tokens.forget(self._settings, token)
        progress.written = False  # the request was turned away
        token, _ = await self._tokens.token(self._settings, self._scheme)
        return await Fixed(token.scheme, token.value).exchange(request, progress, send)


def _basic(settings: JsonObject) -> str:
    username, password = _text(settings, "basic", "username"), _text(settings, "basic", "password")
    if ":" in username:
        raise validation("a basic user name cannot hold a colon (RFC 7617, section 2)")
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def _text(settings: JsonObject, scheme: str, name: str) -> str:
    value: JsonValue = settings.get(name)
    if not isinstance(value, str):
        raise configuration(f"the {scheme} authentication policy needs `{name}` as a string")
    return value
