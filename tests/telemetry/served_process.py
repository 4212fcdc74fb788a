"""The command `counterpoint serve` as a process of its own, with an HTTP API at a free port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

SECONDS_MAX = 30


class Serving:
    """One process; `client` talks to it."""

    def __init__(self, directory: Path, *arguments: str, **environment: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COUNTERPOINT_", "OTEL_"))}
        command = [str(Path(sys.executable).with_name("counterpoint")), "serve", "--http", "127.0.0.1:0"]
        self.output = directory / "output.txt"
        """What it writes to standard output."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "--allow-network", "loopback", *arguments],
                cwd=directory,
                env=kept | environment,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.lines: list[str] = []
        url = None
        assert self.process.stderr is not None
        while url is None:
            line = self.process.stderr.readline()
            assert line, "".join(self.lines)
            self.lines.append(line)
            url = re.search(r"HTTP API at (http://[\d.:]+)", line)
        self.client = httpx2.Client(base_url=url[1], trust_env=False, timeout=SECONDS_MAX)

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=SECONDS_MAX)

    def kill(self) -> None:
        """As `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(SECONDS_MAX)

    def stop(self) -> str:
        """As SIGTERM does; what it has written to standard error."""
        self.process.send_signal(signal.SIGTERM)
        _, rest = self.process.communicate(timeout=SECONDS_MAX)
        assert self.process.returncode == 0, rest
        return "".join(self.lines) + rest

    def publish(self, text: str) -> None:
        """Publish a document."""
        answer = self.client.post("/v1/definitions", content=text, headers={"Content-Type": "application/yaml"})
        assert answer.status_code in (200, 201), answer.text

    def start(self, definition: str, wait: int = 0, headers: dict[str, str] | None = None, **body: Any) -> Any:
        """Start an instance; the answer's body."""
        answer = self.client.post(
            f"/v1/instances?wait={wait}", json={"definition": definition, **body}, headers=headers or {}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()
