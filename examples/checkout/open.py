"""The shop, open for you: the four services, a server with the studio, and some orders to look at (`make play`).

    python examples/checkout/open.py [--port 8080]

One order in five goes to the moon, where nothing is delivered, and is undone. Some parcels are stuck in their undo and
wait for a person. Ctrl-C ends everything, and nothing is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from shop import HERE, Shop

DOCUMENTS = (HERE / "checkout.yaml", HERE.parent / "parcel.yaml")
ORDERS = 20
STREETS = ("12 Quay Street", "3 Mill Lane", "the moon", "1 Harbour Road", "27 Castle Hill")
PARCELS = 3


def main() -> int:
    """Open the shop until it is told to close. The exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=8080, help="where the studio is (default 8080; 0: any free port)")
    chosen = options.parse_args()
    # However it is told to close, it closes what it has opened.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="counterpoint-") as folder,
        Shop(Path(folder)) as shop,
        _serving(Path(folder) / "shop.db", chosen.port) as (url, server),
    ):
        place_orders(shop, url)
        _invite(shop, url)
        return server.wait()
    return 0


def place_orders(shop: Shop, url: str) -> None:
    """Start what the studio shows, each to its end but for the parcels, which get stuck in their undo."""
    with httpx2.Client(base_url=url, trust_env=False, timeout=60) as client:
        for number in range(ORDERS):
            order = f"{1001 + number}"
            _start(client, "shop/checkout", f"order-{order}", shop.order(order, STREETS[number % len(STREETS)]))
        for number in range(PARCELS):
            # The delivery service is no carrier: it cannot cancel what was booked.
            _start(client, "examples/parcel", f"parcel-{number + 1}", {"carrier": shop.urls["delivery"]})


def _start(client: httpx2.Client, definition: str, id: str, input: dict[str, Any]) -> None:
    body = {"definition": definition, "id": id, "input": input}
    client.post("/v1/instances", params={"wait": 30}, json=body).raise_for_status()


@contextmanager
def _serving(store: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server with the studio, and the address that it prints. Raises RuntimeError where it does not start."""
    command: list[str | Path] = [Path(sys.executable).with_name("counterpoint"), "serve", *DOCUMENTS, "--store", store]
    options: list[str] = ["--http", f"127.0.0.1:{port}", "--allow-network", "loopback", "--quiet"]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = []
        try:
            for line in server.stderr:
                said.append(line)
                if line.startswith("studio at "):
                    yield line.split()[2].rstrip("/"), server
                    return
            raise RuntimeError(f"the server did not start: {''.join(said)}")
        finally:
            server.send_signal(signal.SIGINT)


def _invite(shop: Shop, url: str) -> None:
    order = json.dumps(shop.order("2001", "12 Quay Street"))
    print(
        f"""The shop is open, with {ORDERS} orders and {PARCELS} parcels.

  {url}/workflows/shop/checkout/edit     the checkout: add a step, ask what happens if one fails
  {url}/instances                        its orders
  {url}/attention                        the parcels, which wait for you

Start one yourself with this input:

  {order}

Ctrl-C closes the shop.""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
