"""The shortcut: the request that is made most often, a plain start, is answered without the framework.

On the general route (`InstancesController.start`) a start costs more of HTTP than of the engine, nearly all of it for
freedoms that a plain one does not take. Whatever is not plain, and whatever would be refused before it is begun, goes
there, which alone says why. Both call `starts.start`; tests/api/test_api_shortcut.py holds them to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from counterpoint.api.access import PERMISSION, ROUTE, Access
from counterpoint.api.compression import ENCODING, compressed
from counterpoint.api.instances import START
from counterpoint.api.models import StartRequest
from counterpoint.api.problems import PROBLEM_JSON, Refused, describe
from counterpoint.api.serving import Serving
from counterpoint.api.starts import start
from counterpoint.values.json_text import FAULTS

JSON: Final = "application/json"
_PATH: Final = "/v1/instances"
_WAIT: Final = re.compile(rb"(?:wait=(\d{1,6}(?:\.\d{1,6})?))?")
_NOT_PLAIN: Final = frozenset({"origin", "transfer-encoding", "if-match", "content-encoding"})
_decode: Final = msgspec.json.Decoder(StartRequest).decode
_encode: Final = msgspec.json.Encoder().encode


class _Plain(NamedTuple):
    """What the head of a plain start says."""

    key: str | None
    """The `Idempotency-Key`."""
    wait: float
    """In seconds."""
    accepted: str
    """The `Accept-Encoding`."""


class Shortcut:
    """An ASGI application around the general one."""

    def __init__(self, general: ASGIApp, serving: Serving, access: Access) -> None:
        self._general = general
        self._serving = serving
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        plain = self._plain(scope) if scope["type"] == ScopeType.HTTP and scope["path"] == _PATH else None
        if plain is None:
            await self._general(scope, receive, send)
            return
        messages: list[Any] = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        asked = _asked(messages)
        if asked is None:
            await self._general(scope, _again(messages, receive), send)
            return
        state = scope["state"]
        state[ROUTE] = _PATH
        try:
            status, headers, body = await start(self._serving, asked, plain.key, plain.wait, receive)
        except Exception as error:
            problem, headers = describe(error, state["request_id"])
            await _answer(problem.status, headers, PROBLEM_JSON, _encode(problem), plain.accepted, send)
        else:
            await _answer(status, headers, JSON, _encode(body), plain.accepted, send)

    def _plain(self, scope: HTTPScope) -> _Plain | None:
        """None for what is not plain, or would not be let in."""
        wait, listed = _WAIT.fullmatch(scope["query_string"]), list(scope["headers"])
        if wait is None or scope["method"] != "POST":
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in listed}
        if len(headers) != len(listed) or not _NOT_PLAIN.isdisjoint(headers) or not self._takes(headers):
            return None
        try:
            self._access.check(START[PERMISSION], headers, unmask=False)
        except Refused:
            return None
        return _Plain(headers.get("idempotency-key"), float(wait[1] or 0), headers.get("accept-encoding", ""))

    def _takes(self, headers: Mapping[str, str]) -> bool:
        """Whether the body and the key are of a kind that needs no telling."""
        length = headers.get("content-length", "")
        fits = length.isdecimal() and int(length) <= self._serving.limits.body_bytes_max
        return fits and headers.get("content-type") == JSON and headers.get("idempotency-key") != ""


def _asked(messages: list[Any]) -> StartRequest | None:
    """What the body says; None where it is not as it should be, or did not come whole."""
    parts = [each.get("body", b"") for each in messages if each["type"] == "http.request"]
    try:
        return _decode(b"".join(parts)) if len(parts) == len(messages) else None
    except FAULTS:
        return None


def _again(messages: list[Any], receive: Receive) -> Receive:
    """`receive` as it was before these messages were received."""
    left = iter(messages)

    async def receiving() -> Any:
        return next(left, None) or await receive()

    return receiving


async def _answer(
    status: int, headers: Mapping[str, str], media_type: str, body: bytes, accepted: str, send: Send
) -> None:
    listed = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    smaller = compressed(body, accepted)
    if smaller is not None:
        body = smaller
        listed += [(b"content-encoding", ENCODING.encode()), (b"vary", b"Accept-Encoding")]
    listed += [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body, "more_body": False})
