"""kill -9 of the server under load, with starts and events coming in and events going out over HTTP.

Nothing that was accepted is lost, and nothing is there twice for a receiver that goes by source and id.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import pytest

from counterpoint.application import Reader
from counterpoint.bootstrap import open_reader

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

KILLS = 4
ACCEPTED_BETWEEN_KILLS = 60
SECONDS_MAX = 90
CLIENTS = 4

DONE = """
document: {dsl: '1.0.3', namespace: shop, name: NAME, version: '1.0.0'}
HEAD
do:
- hold: {set: '${ {order: INPUT} }'}
- done: {emit: {event: {with: {type: shop.done, data: {order: '${ .order }'}}}}}
- more: {emit: {event: {with: {type: shop.more, data: {order: '${ $input.data.order }'}}}}}
"""
PLACED = (
    DONE.replace("NAME", "placed")
    .replace("HEAD", "schedule: {on: {one: {with: {type: shop.placed}}}}")
    .replace("INPUT", ".[0].order")
)
STARTED = DONE.replace("NAME", "started").replace("HEAD\n", "").replace("INPUT", ".order")
CONFIG = """
events:
  sinks:
    - name: receiver
      to: {type: http, endpoint: "URL"}
      types: ["shop.done", "shop.more"]
"""


class Server:
    """`counterpoint serve` in a process of its own; the same address each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [Path(sys.executable).with_name("counterpoint"), "serve", "placed.yaml", "started.yaml", "--quiet"]
        options = ["--http", self.address, "--config", "serve.yaml", "--store", "s.db", "--allow-network", "loopback"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")}
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


class Clients:
    """Send events and starts, each again and again until it was accepted."""

    def __init__(self, address: str) -> None:
        self._url = f"http://{address}"
        self._lock = threading.Lock()
        self._next = 0
        self.accepted: set[str] = set()
        self.progress = threading.Condition(self._lock)
        self.stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def until(self, count: int) -> None:
        with self.progress:
            assert self.progress.wait_for(lambda: len(self.accepted) >= count, SECONDS_MAX)

    def join(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(SECONDS_MAX)

    def _run(self) -> None:
        with httpx2.Client(base_url=self._url, trust_env=False, timeout=5) as client:
            while not self.stop.is_set():
                with self._lock:
                    self._next += 1
                    order = f"o-{self._next}"
                self._place(client, order, self._next % 2 == 0)

    def _place(self, client: httpx2.Client, order: str, by_event: bool) -> None:
        event = {"specversion": "1.0", "id": order, "source": "/desk", "type": "shop.placed", "data": {"order": order}}
        while True:
            with suppress(httpx2.HTTPError):
                if by_event:
                    headers = {"Content-Type": "application/cloudevents+json"}
                    answer = client.post("/v1/events", content=json.dumps(event), headers=headers)
                else:
                    body = {"definition": "shop/started", "input": {"order": order}}
                    answer = client.post("/v1/instances", json=body, headers={"Idempotency-Key": order})
                if answer.status_code in (200, 201, 202):
                    with self.progress:
                        self.accepted.add(order)
                        self.progress.notify_all()
                    return
            if self.stop.wait(0.02):
                return


async def test_kill_9_loses_and_doubles_nothing(tmp_path, receiver):
    (tmp_path / "placed.yaml").write_text(PLACED)
    (tmp_path / "started.yaml").write_text(STARTED)
    (tmp_path / "serve.yaml").write_text(CONFIG.replace("URL", receiver.url))
    receiver.answer = lambda _: (503, {}) if len(receiver.requests) % 9 == 0 else (204, {})
    server = Server(tmp_path)
    server.start()
    clients = Clients(server.address)
    for turn in range(1, KILLS + 1):
        clients.until(turn * ACCEPTED_BETWEEN_KILLS)
        server.kill()
        server.start()
    clients.until((KILLS + 1) * ACCEPTED_BETWEEN_KILLS)
    clients.join()
    reader = open_reader(tmp_path / "s.db")
    try:
        await _until_quiet(reader)
    finally:
        server.kill()
        await reader.close()
    by_key: dict[tuple[str, str], tuple[str, str]] = {}
    for request in receiver.requests:
        event = json.loads(request.body)
        told = (event["type"], event["data"]["order"])
        assert by_key.setdefault((event["source"], event["id"]), told) == told
    counts = Counter(by_key.values())
    expected = {(kind, order) for order in clients.accepted for kind in ("shop.done", "shop.more")}
    assert expected <= set(counts), "something that was accepted is lost"
    assert set(counts.values()) == {1}, "something is there twice under two keys"
    print(
        f"{len(clients.accepted)} accepted, {KILLS} kills, {len(receiver.requests)} requests for {len(counts)} events"
    )


async def _until_quiet(reader: Reader) -> None:
    """Everything has ended, and nothing is left to send."""
    deadline = threading.Event()
    timer = threading.Timer(SECONDS_MAX, deadline.set)
    timer.start()
    try:
        while not deadline.wait(0.2):
            unfinished = [
                await reader.browse({"status": status}, limit=1) for status in ("running", "waiting", "pending")
            ]
            owed = sum(size.owed for size in (await reader.sinks()).values())
            if not any(unfinished) and not owed and not await reader.waiting_messages():
                return
        raise AssertionError("it does not come to an end")
    finally:
        timer.cancel()
