"""The shortcut: plain starts are answered without the framework, as an ASGI application in front of it."""

from __future__ import annotations

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from counterpoint.api.access import ROUTE, Access
from counterpoint.api.plain import PATH, asked, plain, refused, written
from counterpoint.api.problems import describe
from counterpoint.api.serving import Serving
from counterpoint.api.starts import start


class Shortcut:
    """An ASGI application around the general one."""

    def __init__(self, general: ASGIApp, serving: Serving, access: Access) -> None:
        self._general = general
        self._serving = serving
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        head = plain(scope, self._access, self._serving.limits) if scope["type"] == ScopeType.HTTP else None
        if head is None:
            await self._general(scope, receive, send)
            return
        messages: list[Any] = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        parts = [each.get("body", b"") for each in messages if each["type"] == "http.request"]
        request = asked(b"".join(parts)) if len(parts) == len(messages) else None  # otherwise it did not come whole
        if request is None:
            await self._general(scope, _again(messages, receive), send)
            return
        state = scope["state"]
        state[ROUTE] = PATH
        try:
            answer = written(await start(self._serving, request, head.key, head.wait, receive), head)
        except Exception as error:
            answer = refused(*describe(error, state["request_id"]), head)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _again(messages: list[Any], receive: Receive) -> Receive:
    """`receive` as it was before these messages were received."""
    left = iter(messages)

    async def receiving() -> Any:
        return next(left, None) or await receive()

    return receiving
