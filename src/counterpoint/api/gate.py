"""The gate: what every request passes first, and every answer last: its id, and the bound of how many there may be."""

from __future__ import annotations

import logging
import re
from random import getrandbits
from time import perf_counter
from typing import Any, Final

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from counterpoint.api.access import ROUTE
from counterpoint.api.limits import ApiLimits
from counterpoint.api.paths import keep_slashes
from counterpoint.api.plain import CLOSE
from counterpoint.api.problems import PROBLEM_JSON, describe
from counterpoint.api.stopping import Stopping
from counterpoint.api.strict import CONTENT_ENCODING, HEADERS, IF_MATCH, PREFERRED
from counterpoint.application.metering import Metered
from counterpoint.errors import LimitExceeded
from counterpoint.ports.telemetry import CALLER, REQUEST_ID
from counterpoint.values.trace_context import TraceContext, trace_context

_ID: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_REQUEST_ID: Final = b"x-request-id"
_PREFER: Final = b"prefer"
_TRACE_PARENT: Final = b"traceparent"
_TRACE_STATE: Final = b"tracestate"
_READ: Final = frozenset({_REQUEST_ID, _PREFER, _TRACE_PARENT, _TRACE_STATE}) | {IF_MATCH, CONTENT_ENCODING}
_WAIT: Final = re.compile(rb"(?:^|[,;\s])wait=(\d{1,6})")
_EVERY: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""What an answer has unless it says otherwise."""
_HEALTH: Final = "/health/"
_STREAMS: Final = "/events"
_access = logging.getLogger("counterpoint.access")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "_OTHER"
"""Stands for what is none of the API's, as OpenTelemetry's conventions have it."""


class Gate:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, limits: ApiLimits, stopping: Stopping, metered: Metered | None = None) -> None:
        self._metered = metered
        self._app = app
        self._stopping = stopping
        self._in_flight_max = limits.requests_in_flight_max
        self._in_flight = 0

    @property
    def full(self) -> bool:
        """Whether no further request may be answered now."""
        return self._in_flight >= self._in_flight_max

    @property
    def measures(self) -> bool:
        """Whether anybody wants to be told of requests."""
        return self._metered is not None or _access.isEnabledFor(logging.INFO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
        elif self.measures:
            await self._measure(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    def enter(self) -> None:
        """A request is being answered, until `leave`."""
        self._in_flight += 1

    def leave(self) -> None:
        """See `enter`."""
        self._in_flight -= 1

    def complete(self, headers: list[tuple[bytes, bytes]], id: str) -> None:
        """Add the headers that every answer has; where the connection is to end, that comes last."""
        has = {name for name, _ in headers}
        headers += [each for each in _EVERY if each[0] not in has]
        headers.append((_REQUEST_ID, id.encode()))
        if self._stopping.asked:
            headers.append(CLOSE)

    def tell(self, method: str, path: str, route: str, status: int, seconds: float, id: str) -> None:
        """A request was answered: in metrics, and in the log of accesses."""
        streams = route.endswith(_STREAMS) and method == "GET"  # it lasts as long as its reader likes
        if self._metered is not None and not streams:
            self._metered.request(method if method in _METHODS else OTHER, route, status, seconds)
        fields = {"method": method, "path": path, "route": route, "status": status}
        told = {**fields, "duration_ms": round(seconds * 1000, 3), "request_id": id}
        _access.info("%s %s %d", method, path, status, extra=told)

    async def _measure(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer, and tell how that went."""
        status, began = 0, perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._answer(scope, receive, noting)
        finally:
            state = scope["state"]
            route, seconds = state.get(ROUTE, OTHER), perf_counter() - began
            self.tell(scope["method"], scope["path"], route, status, seconds, state["request_id"])

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        given = {name: value for name, value in scope["headers"] if name in _READ}
        id = id_of(given.get(_REQUEST_ID, b"").decode("latin-1"))
        scope.setdefault("state", {})["request_id"] = id
        if _PREFER in given:
            _prefer(scope, given[_PREFER])
        if IF_MATCH in given or CONTENT_ENCODING in given:
            scope["state"][HEADERS] = given
        scope = keep_slashes(scope)
        send = self._completing(send, id)
        if scope["method"] == "HEAD":
            scope, receive, send = _without_body(scope, receive, send)
        if _is_counted_elsewhere(scope):
            await self._app(scope, receive, send)
            return
        if self.full:
            await _refuse(self._in_flight_max, id, send)
            return
        self.enter()
        REQUEST_ID.set(id)
        parent, state = given.get(_TRACE_PARENT, b""), given.get(_TRACE_STATE, b"")
        # A task of its own answers each request, so this ends with it.
        CALLER.set(caller_of(parent.decode("latin-1"), state.decode("latin-1")))
        try:
            await self._app(scope, receive, send)
        finally:
            self.leave()
            CALLER.set(None)

    def _completing(self, send: Send, id: str) -> Send:
        """Gives every answer the headers that all have."""

        async def completing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = headers = list(message["headers"])
                self.complete(headers, id)
            await send(message)

        return completing


def _without_body(scope: HTTPScope, receive: Receive, send: Send) -> tuple[HTTPScope, Receive, Send]:
    """HEAD is answered as GET, up to the headers; a stream ends there."""
    begun = False

    async def receiving() -> Any:
        return {"type": "http.disconnect"} if begun else await receive()

    async def sending(message: Message) -> None:
        nonlocal begun
        if not begun:
            begun = True
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    # A copy: the server looks at its own scope to know that no body goes out.
    return {**scope, "method": "GET"}, receiving, sending


def _prefer(scope: HTTPScope, preferences: bytes) -> None:
    """`Prefer: wait=10` (RFC 7240) is the parameter `wait`, unless that is given."""
    wait, query = _WAIT.search(preferences), scope["query_string"]
    if wait is not None and b"wait=" not in query:
        scope["query_string"] = b"&".join(each for each in (query, b"wait=" + wait[1]) if each)
        scope["state"][PREFERRED] = "wait"


def _is_counted_elsewhere(scope: HTTPScope) -> bool:
    """Health checks must be answered however much there is to do, and streams have a bound of their own."""
    path: str = scope["path"]
    return path.startswith(_HEALTH) or (scope["method"] == "GET" and path.endswith(_STREAMS))


def id_of(given: str) -> str:
    """The caller's id where it is sound, so that logs of several services can be joined; otherwise a new one."""
    return given if given and _ID.fullmatch(given) else f"{getrandbits(128):032x}"


def caller_of(parent: str, state: str) -> TraceContext | None:
    """The trace that the request belongs to (W3C's two headers): what it starts belongs to it too."""
    return trace_context(parent, state) if parent else None


async def _refuse(maximum: int, id: str, send: Send) -> None:
    problem, extra = describe(LimitExceeded("requests_in_flight_max", maximum, hint="try again later"), id)
    body = msgspec.json.encode(problem)
    headers = {"content-type": PROBLEM_JSON, "content-length": str(len(body)), **extra}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
