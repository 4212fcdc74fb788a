"""The gate: what every request passes first, and every answer last: its id, and the bound of how many there may be."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from counterpoint.api.limits import ApiLimits
from counterpoint.api.paths import keep_slashes
from counterpoint.api.problems import PROBLEM_JSON, describe
from counterpoint.errors import LimitExceeded

_ID: Final = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
_HEADER: Final = b"x-request-id"
_HEALTH: Final = "/health/"
_STREAMS: Final = "/events"


class Gate:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, limits: ApiLimits) -> None:
        self._app = app
        self._in_flight_max = limits.requests_in_flight_max
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        id = _id_of(scope["headers"])
        scope.setdefault("state", {})["request_id"] = id
        scope = keep_slashes(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_HEADER, id.encode())]
            await send(message)

        if _is_counted_elsewhere(scope):
            await self._app(scope, receive, send_with_id)
            return
        if self._in_flight >= self._in_flight_max:
            await _refuse(self._in_flight_max, id, send_with_id)
            return
        self._in_flight += 1
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._in_flight -= 1


def _is_counted_elsewhere(scope: HTTPScope) -> bool:
    """Health checks must be answered however much there is to do, and streams have a bound of their own."""
    path: str = scope["path"]
    return path.startswith(_HEALTH) or (scope["method"] == "GET" and path.endswith(_STREAMS))


def _id_of(headers: Any) -> str:
    """The caller's id where it is sound, so that logs of several services can be joined; otherwise a new one."""
    given = next((value for name, value in headers if name == _HEADER), b"")
    return given.decode() if _ID.fullmatch(given) else uuid.uuid4().hex


async def _refuse(maximum: int, id: str, send: Send) -> None:
    problem, extra = describe(LimitExceeded("requests_in_flight_max", maximum, hint="try again later"), id)
    body = msgspec.json.encode(problem)
    headers = {"content-type": PROBLEM_JSON, "content-length": str(len(body)), **extra}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
