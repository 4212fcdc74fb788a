"""What the four services share: idempotent actions over a ledger, and a way to make them slow or failing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.ledger import Ledger

Action = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""Takes the request's body; gives the name of the line for the ledger, and the answer. Raises Refusal."""


class Refusal(Exception):
    """The request cannot be met, now or later: nothing was done. Answered with 422 and a problem detail."""


class Service:
    """An ASGI application over one ledger.

    `POST` to one of the actions' paths acts once for each `Idempotency-Key`. `GET /ledger` shows what was done.
    `PUT /faults` sets `answerDelayMs` (the answer is late, though the deed is done) and `unavailable` (how many of
    the next requests are answered with 503 before anything is done).
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._answer_delay_ms = 0
        self._faults_set = asyncio.Event()
        self._unavailable = 0

    def application(self, actions: dict[str, Action]) -> Starlette:
        """The ASGI application that serves `actions`, by path."""
        routes = [Route(path, self._endpoint(action), methods=["POST"]) for path, action in actions.items()]
        routes += [Route("/ledger", self._show), Route("/faults", self._set_faults, methods=["PUT"])]
        return Starlette(routes=routes)

    def _endpoint(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if self._unavailable:
                self._unavailable -= 1
                return _problem(503, "Service Unavailable", "try again later")
            body = await request.json()
            key = request.headers.get("idempotency-key")
            done_before = self.ledger.repeat(key) if key else None
            if done_before:
                return JSONResponse(done_before.answer, 201, headers={"Idempotent-Replayed": "true"})
            try:
                name, answer = action(body)
            except Refusal as refusal:
                return _problem(422, "Unprocessable Content", str(refusal))
            # No await stands between the look-up of the key and this line, so that two requests cannot both act.
            self.ledger.record(name, body["order"], key, answer)
            await self._dawdle()
            return JSONResponse(answer, 201)

        return endpoint

    async def _dawdle(self) -> None:
        """Return after the delay, or as soon as the faults are set anew."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._faults_set.wait(), self._answer_delay_ms / 1000)

    async def _show(self, _: Request) -> Response:
        return JSONResponse(
            [
                {
                    "at": entry.at,
                    "action": entry.action,
                    "order": entry.subject,
                    "key": entry.key,
                    "repeats": entry.repeats,
                }
                for entry in self.ledger.entries()
            ]
        )

    async def _set_faults(self, request: Request) -> Response:
        faults = await request.json()
        self._answer_delay_ms = int(faults.get("answerDelayMs", 0))
        self._unavailable = int(faults.get("unavailable", 0))
        self._faults_set.set()
        self._faults_set = asyncio.Event()
        return Response(status_code=204)


def _problem(status: int, title: str, detail: str) -> Response:
    problem = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    return JSONResponse(problem, status, media_type="application/problem+json")
