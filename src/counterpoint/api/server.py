"""The server: uvicorn on the engine's own event loop, which stops when it is told to, with streams open too."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import uvicorn

from counterpoint.api.access import Access
from counterpoint.api.address import Address
from counterpoint.api.app import build
from counterpoint.api.connections import connection
from counterpoint.api.limits import ApiLimits
from counterpoint.api.stopping import Stopping
from counterpoint.application.service import Service
from counterpoint.errors import InvalidInput

_KEEP_ALIVE_SECONDS: Final = 75
"""Longer than load balancers keep a connection (often 60 s), so that none sends a request into one that closes."""
_ACCEPTED_AT_ONCE: Final = 16
"""Connections that are accepted in one turn of the loop: uvloop accepts one from each socket that listens. Turns are
long when there is much to do, and of clients that come at once the last would wait for seconds until it is let in. Each
socket looks for every connection, so more of them cost more than they give."""


@asynccontextmanager
async def listen(
    service: Service,
    address: Address,
    access: Access,
    limits: ApiLimits | None = None,
    *,
    front: Callable[[Any], Any] | None = None,
) -> AsyncIterator[Address]:
    """Serve the API while the context lasts; gives the address with the port that was taken.

    `front` puts something in front of it, such as the pages of the studio: from ASGI application to ASGI application.

    On the way out streams and waiting requests are ended, others may take `stop_ms_max`. Raises CannotListen,
    InvalidInput where anybody on the network could do anything.
    """
    refuse_open(address, access)
    limits = limits or ApiLimits()
    stopping = Stopping(limits.streams_max)
    app, direct = build(service, access, limits, stopping)
    listening = address.bind()
    server = _Server(
        uvicorn.Config(
            app if front is None else front(app),
            lifespan="off",
            http=connection(limits, direct),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, limits.stop_ms_max // 1000),
        )
    )
    sockets = [listening, *(listening.dup() for _ in range(_ACCEPTED_AT_ONCE - 1))]
    task = asyncio.create_task(server.serve(sockets), name="counterpoint-http")
    async with service.insights.sampled():
        try:
            yield Address(address.host, _port(listening))
        finally:
            stopping.stop()  # before anything is waited for
            server.should_exit = True
            await task


def refuse_open(address: Address, access: Access) -> None:
    """Raises InvalidInput for an address that others can reach, without a token."""
    if not (address.loopback or access.needs_token):
        raise InvalidInput(
            f"{address} can be reached from other machines: set an API token (COUNTERPOINT_API_TOKEN or --token-file), "
            f"or listen on 127.0.0.1:{address.port}"
        )


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _port(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port
