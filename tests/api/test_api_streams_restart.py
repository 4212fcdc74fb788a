"""Streams outlive the server: who follows while it is killed and started again misses nothing, and gets no double."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from tests.api.conftest import HEAD, Sent

SECONDS_MAX = 60
KILLS = 3
TASKS = "".join(
    f"- set{each}: {{ set: {{ a: {each} }} }}\n- rest{each}: {{ wait: {{ milliseconds: 20 }} }}\n" for each in range(8)
)


class Server:
    """`counterpoint serve` on one store and one port, killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        (folder / "steps.yaml").write_text(HEAD.format(name="steps", version="1.0.0") + TASKS)
        self.start()

    def start(self) -> None:
        """Returns once it listens."""
        command = [Path(sys.executable).with_name("counterpoint"), "serve", "steps.yaml", "--store", "store.db"]
        self.process = subprocess.Popen(
            [*command, "--http", f"127.0.0.1:{self.port}"],
            cwd=self._folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        assert any("http://" in line for line in self.process.stderr)

    def stop(self, number: int) -> None:
        """With a signal."""
        self.process.send_signal(number)
        self.process.communicate(timeout=SECONDS_MAX)


class Follower(threading.Thread):
    """Follows a stream, and comes back with the last id whenever it is cut off."""

    def __init__(self, url: str, count: int | None = None) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.cuts = 0
        self.events: list[Sent] = []
        self._enough = count
        self.connected = threading.Event()
        self.over = threading.Event()

    def run(self) -> None:
        last = None
        while not self.over.is_set():
            headers = {} if last is None else {"Last-Event-ID": last}
            try:
                with httpx2.stream("GET", self.url, headers=headers, timeout=10, trust_env=False) as answer:
                    if answer.status_code == 204:
                        self.over.set()
                        return
                    for line in answer.iter_lines():
                        last = self._take(line, last)
                        if self.over.is_set():
                            return
            except httpx2.TransportError:
                self.cuts += 1

    def _take(self, line: str, last: str | None) -> str | None:
        name, _, value = line.partition(": ")
        if name == "id":
            self.connected.set()
            return value
        if name == "data":
            self.events.append(Sent(last or "", "", value))
        return last


@pytest.fixture
def server(tmp_path):
    started = Server(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate(timeout=SECONDS_MAX)


def start(client, key):
    """Start an instance, however often that takes."""
    while True:
        try:
            body = {"definition": "api/steps"}
            return client.post("/v1/instances", json=body, headers={"Idempotency-Key": key}).json()["id"]
        except httpx2.TransportError:
            continue


def test_streams_go_on_without_a_gap_or_a_double_when_the_server_is_killed(server):
    all = Follower(f"{server.url}/v1/lifecycle/events")
    all.start()
    assert all.connected.wait(SECONDS_MAX)
    with httpx2.Client(base_url=server.url, timeout=SECONDS_MAX, trust_env=False) as client:
        keys = itertools.count()
        one = Follower(f"{server.url}/v1/instances/{start(client, 'first')}/events")
        one.start()
        for signal_number in (signal.SIGKILL,) * KILLS + (signal.SIGTERM,):
            seen = len(all.events)
            while len(all.events) < seen + 40:
                start(client, str(next(keys)))
            server.stop(signal_number)
            server.start()
        ids = [each["id"] for each in client.get("/v1/instances", params={"limit": 1000}).json()["items"]]
        for id in ids:
            assert client.get(f"/v1/instances/{id}", params={"wait": 60}).json()["status"] == "completed"
        assert one.over.wait(SECONDS_MAX)
        history = client.get(f"/v1/instances/{ids[-1]}/history").json()["items"]
        assert len(one.events) == len(history)
    # As one who was never cut off is told it: everything, from the start of the journal.
    whole = Follower(f"{server.url}/v1/lifecycle/events?from=start")
    whole.start()
    ends = "io.serverlessworkflow.workflow.completed.v1"
    for follower in (whole, all):
        while sum(ends in each.data for each in follower.events) < len(ids):
            assert follower.is_alive()
            follower.join(0.05)
        follower.over.set()
    assert len(ids) > KILLS
    assert all.cuts >= KILLS
    assert [each.data for each in all.events] == [each.data for each in whole.events]
    assert [each.id for each in all.events] == [each.id for each in whole.events]
