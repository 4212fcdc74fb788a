"""Connections: how long and how large what a client sends may be until it is a request. uvicorn bounds neither.

A client that sends its headers or its body byte by byte, or nothing at all, must not hold a connection for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from counterpoint.api.gathering import Gathered
from counterpoint.api.limits import ApiLimits

_Protocol: Final[Any] = AutoHTTPProtocol


def bounded(limits: ApiLimits) -> type[asyncio.Protocol]:
    """uvicorn's protocol with these bounds: whoever passes one is cut off."""

    class Bounded(_Protocol):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._deadline: asyncio.TimerHandle | None = None
            self._awaited = ""
            self._head_bytes = 0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(Gathered(transport, self.loop))
            if len(self.connections) > limits.connections_max:
                transport.close()
            else:
                self._await("head", limits.head_ms_max)

        def connection_lost(self, exc: Exception | None) -> None:
            self._await("", 0)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            cycle = self.cycle
            if cycle is None or cycle.response_complete:
                self._head_bytes += len(data)
                self._await("head", limits.head_ms_max)
                if self._head_bytes > limits.head_bytes_max:
                    self.transport.abort()
                return
            self._head_bytes = 0
            self._await("body" if cycle.more_body else "", limits.body_ms_max)

        def _await(self, what: str, duration_ms: int) -> None:
            """From now on, or still, this much time is left for something; nothing: for nothing."""
            if what == self._awaited:
                return
            if self._deadline is not None:
                self._deadline.cancel()
            self._awaited, self._deadline = what, None
            if what:
                self._deadline = self.loop.call_later(duration_ms / 1000, self.transport.abort)

    return Bounded
