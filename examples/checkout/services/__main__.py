"""Run one service: `python -m services payments --ledger payments.db --port 7102`.

Says where it listens, on a line of its own, as soon as it does. Port 0 takes a free one.
"""

from __future__ import annotations

import argparse
import contextlib
import socket

import uvicorn
from starlette.applications import Starlette

from services import delivery, orders, payments, stock
from services.ledger import Ledger

SERVICES = {"orders": orders, "payments": payments, "stock": stock, "delivery": delivery}


def main() -> None:
    """Serve until interrupted."""
    arguments = argparse.ArgumentParser(prog="services", description="One of the four services of the checkout.")
    arguments.add_argument("name", choices=SERVICES)
    arguments.add_argument("--ledger", required=True, help="SQLite file; made where it is absent")
    arguments.add_argument("--port", type=int, default=0)
    chosen = arguments.parse_args()
    ledger = Ledger(chosen.ledger)
    with contextlib.closing(ledger), contextlib.suppress(KeyboardInterrupt):
        serve(SERVICES[chosen.name].create(ledger), chosen.port)


def serve(application: Starlette, port: int) -> None:
    """Serve an application on 127.0.0.1, saying where."""
    # The socket listens before anyone is told of it: no caller can come too early, and no port is taken twice.
    with socket.create_server(("127.0.0.1", port)) as listener:
        # Without it, head and body of an answer wait for each other: 40 ms. asyncio sets it on its own sockets only.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        server = uvicorn.Server(
            uvicorn.Config(application, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        )
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
