"""Tokens from an authority: asked for once, shared until they expire."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final

import httpx2
import msgspec

from counterpoint.connectors.http.auth import oidc
from counterpoint.connectors.http.auth.grants import check_issuer, token_request
from counterpoint.connectors.http.faults import fault_of
from counterpoint.connectors.http.guard import Refused
from counterpoint.connectors.http.transport import Exchange, ExchangeFailed, Progress, Reply, TooLarge
from counterpoint.connectors.locks import KeyedLocks
from counterpoint.connectors.problems import failure, shown
from counterpoint.connectors.timing import Now
from counterpoint.errors import ConnectorError
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome

CACHED_POLICIES_MAX: Final = 1_000
LIFETIME_DEFAULT_MS: Final = 300_000
"""Where the authority does not say how long a token lives."""
MARGIN_MS_MAX: Final = 30_000
"""A token is renewed this long before it expires, or after nine tenths of its life if that is later."""


class AccessToken(msgspec.Struct, frozen=True):
    """A token as the authority gave it; `expires` in milliseconds since the epoch, the margin taken off."""

    scheme: str
    value: str
    expires: int


class TokenSource:
    """Asks authorities for tokens; keeps each until it expires; one request at a time for one policy."""

    def __init__(self, exchange: Exchange, now: Now) -> None:
        self._exchange = exchange
        self._now = now
        self._tokens: OrderedDict[str, AccessToken] = OrderedDict()
        self._locks = KeyedLocks()

    async def token(self, settings: JsonObject, scheme: str) -> tuple[AccessToken, bool]:
        """The token of a policy (`scheme` is oauth2 or oidc), and whether it was asked for earlier.

        Raises ConnectorError, outcome none: the call that needs the token has not been made.
        """
        key = _key(settings)
        if token := self._kept(key):
            return token, True
        async with self._locks.hold(key):
            if token := self._kept(key):
                return token, True
            token = await self._ask(settings, scheme)
            self._keep(key, token)
            return token, False

    def forget(self, settings: JsonObject, token: AccessToken) -> None:
        """Drop a token that a server refused, unless it has been renewed already."""
        key = _key(settings)
        if self._tokens.get(key) == token:
            del self._tokens[key]

    def _kept(self, key: str) -> AccessToken | None:
        token = self._tokens.get(key)
        if token is None or token.expires <= self._now():
            return None
        self._tokens.move_to_end(key)
        return token

    def _keep(self, key: str, token: AccessToken) -> None:
        self._tokens[key] = token
        while len(self._tokens) > CACHED_POLICIES_MAX:
            self._tokens.popitem(last=False)

    async def _ask(self, settings: JsonObject, scheme: str) -> AccessToken:
        asked = self._now()
        endpoint = await oidc.token_endpoint(settings, self._send) if scheme == "oidc" else None
        request = token_request(settings, scheme, endpoint, asked)
        reply = await self._send(request)
        granted = _granted(reply)
        check_issuer(settings, granted)
        scheme_name = granted.get("token_type")
        return AccessToken(
            scheme=_scheme(scheme_name if isinstance(scheme_name, str) else "Bearer"),
            value=granted["access_token"],
            expires=asked + _lifetime(granted.get("expires_in")),
        )

    async def _send(self, request: httpx2.Request) -> Reply:
        try:
            return await self._exchange(request, Progress())
        except (Refused, TooLarge, ExchangeFailed) as error:
            what = f"the token request {request.method} {shown(str(request.url))}"
            raise fault_of(error, what, written=False) from error


def _granted(reply: Reply) -> JsonObject:
    where = shown(str(reply.request.url))
    try:
        answer = msgspec.json.decode(reply.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        answer = None
    if not 200 <= reply.status < 300:
        raise _denied(reply.status, answer, where)
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise failure("authentication", f"the token endpoint {where} gave no `access_token`", Outcome.NONE)
    return answer


def _denied(status: int, answer: object, where: str) -> ConnectorError:
    told = ""
    if isinstance(answer, dict):
        told = ": " + " – ".join(str(answer[name]) for name in ("error", "error_description") if answer.get(name))
    detail = f"the token endpoint {where} refused with {status}{told.rstrip(': ')}"
    if 400 <= status < 500:
        return failure("authentication", detail, Outcome.NONE)
    return failure("communication", detail, Outcome.NONE, status=status)


def _lifetime(seconds: object) -> int:
    if isinstance(seconds, str) and seconds.isdigit():
        seconds = int(seconds)
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds <= 0:
        return LIFETIME_DEFAULT_MS
    life = int(seconds * 1000)
    return life - min(MARGIN_MS_MAX, life // 10)


def _scheme(name: str) -> str:
    # Authorities write `bearer`, servers compare with `Bearer`.
    return "Bearer" if name.lower() == "bearer" else name


def _key(settings: JsonObject) -> str:
    # A digest, so that the cache's keys are not the secrets themselves.
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()
