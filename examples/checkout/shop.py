"""The shop: the four services as processes of their own, and what their ledgers say."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
import msgspec

HERE = Path(__file__).resolve().parent
SERVICES = ("orders", "payments", "stock", "delivery")
DEADLINE_SECONDS = 30.0


class Line(msgspec.Struct, frozen=True):
    """One line of a service's ledger: something that was really done."""

    at: float
    """Seconds since the Unix epoch."""
    service: str
    action: str
    requests: int
    """How often it was asked for with the same idempotency key; it was done once."""


class Shop:
    """Starts the services on free ports of this machine when it is entered, and ends them when it is left.

    Their ledgers are in `folder`. Raises RuntimeError where a service does not start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self.urls: dict[str, str] = {}

    def __enter__(self) -> Shop:
        with ExitStack() as opening:
            started = {name: opening.enter_context(_running(name, self._folder)) for name in SERVICES}
            self.urls = {name: _address(name, process) for name, process in started.items()}
            self._client = opening.enter_context(httpx2.Client(trust_env=False, timeout=DEADLINE_SECONDS))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def order(self, number: str, address: str) -> dict[str, Any]:
        """The input of a checkout."""
        return {
            "order": number,
            "amount": 49.9,
            "article": "metronome",
            "quantity": 2,
            "address": address,
            "services": self.urls,
        }

    def ledger(self, order: str) -> list[Line]:
        """What all services did for an order, oldest first."""
        lines = [
            Line(entry["at"], name, entry["action"], 1 + entry["repeats"])
            for name, url in self.urls.items()
            for entry in self._client.get(f"{url}/ledger").raise_for_status().json()
            if entry["order"] == order
        ]
        return sorted(lines, key=lambda line: line.at)

    def slow_down(self, service: str, answer_delay_ms: int) -> None:
        """Make a service act at once and answer late."""
        self._client.put(f"{self.urls[service]}/faults", json={"answerDelayMs": answer_delay_ms}).raise_for_status()

    def wait_for(self, order: str, service: str) -> None:
        """Return as soon as a service has done something for an order. Raises TimeoutError."""
        until = time.monotonic() + DEADLINE_SECONDS
        while not any(line.service == service for line in self.ledger(order)):
            if time.monotonic() > until:
                raise TimeoutError(f"{service} did nothing for order {order} within {DEADLINE_SECONDS:g} s")
            time.sleep(0.02)


@contextmanager
def _running(name: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A service's process, ended when the block is left."""
    command = [sys.executable, "-m", "services", name, "--ledger", str(folder / f"{name}.db")]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _address(name: str, process: subprocess.Popen[str]) -> str:
    """Where the service listens: it says so in its first line, as soon as it does."""
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        raise RuntimeError(f"the {name} service ended with exit code {process.wait()} before it listened")
    return address
