"""The peer under load: Restate's server as it ships (one node, fsync on), with a handler on its Node SDK.

Everything is installed into `bench/.peer/restate`: Node from PyPI, the server and the SDK from npm. It listens on this
machine alone, sends no telemetry, keeps its data in a folder of the benchmark's, and is stopped by its process id.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.node import PEERS, installed

HOME = PEERS / "restate"
HANDLER = "peer_restate.mjs"
PACKAGES = ("@restatedev/restate-server@1.7", "@restatedev/restate-sdk@1.17")
READY_SECONDS_MAX = 60.0
BODY = '{"order": "@"}'


@dataclass(frozen=True)
class Peer:
    """A running peer."""

    version: str
    ingress: str
    counter: str

    @property
    def call(self) -> str:
        """Where a saga is asked for and waited for."""
        return f"{self.ingress}/saga/run"

    @property
    def send(self) -> str:
        """Where a saga is asked for; answered once that is durable."""
        return f"{self.ingress}/saga/run/send"

    def finished(self) -> int:
        """Sagas whose handler has come to its end."""
        return int(_fetch(self.counter))


@contextmanager
def restate(folder: Path) -> Iterator[Peer]:
    """The server and its handler, while the context lasts."""
    node = _prepared()
    ingress, admin, fabric, handler, counter = _free_ports(5)
    environment = {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "RESTATE_DISABLE_TELEMETRY": "true",
        "RESTATE_LISTEN_MODE": "tcp",
        "RESTATE_BIND_IP": "127.0.0.1",
        "RESTATE_BIND_PORT": str(fabric),
        "RESTATE_ADVERTISED_HOST": "127.0.0.1",
        "RESTATE_INGRESS__BIND_IP": "127.0.0.1",
        "RESTATE_INGRESS__BIND_PORT": str(ingress),
        "RESTATE_ADMIN__BIND_IP": "127.0.0.1",
        "RESTATE_ADMIN__BIND_PORT": str(admin),
        "RESTATE_NODE_NAME": "bench",
        "RESTATE_BASE_DIR": str(folder / "restate"),
        "RESTATE_LOG_FILTER": "error",
        "NODE_ENV": "production",
    }
    server = next(HOME.glob("node_modules/@restatedev/restate-server-*/bin/restate-server"))
    commands: list[list[str | Path]] = [[server, "--no-logo"], [node, HOME / HANDLER, str(handler), str(counter)]]
    running = [
        subprocess.Popen(each, env=environment, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for each in commands
    ]
    try:
        _until_ready(f"http://127.0.0.1:{admin}/health")
        _fetch(f"http://127.0.0.1:{admin}/deployments", json.dumps({"uri": f"http://127.0.0.1:{handler}"}).encode())
        manifest = json.loads((HOME / "node_modules/@restatedev/restate-server/package.json").read_text())
        yield Peer(manifest["version"], f"http://127.0.0.1:{ingress}", f"http://127.0.0.1:{counter}/finished")
    finally:
        for process in running:
            process.kill()
            process.wait()


def _prepared() -> Path:
    """Everything in its place; Node's executable."""
    node = installed(HOME, PACKAGES)
    # Beside its packages, where Node looks for them.
    (HOME / HANDLER).write_text(Path(__file__).with_name(HANDLER).read_text())
    return node


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _fetch(url: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content


def _until_ready(url: str) -> None:
    end = time.monotonic() + READY_SECONDS_MAX
    while True:
        try:
            _fetch(url)
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
