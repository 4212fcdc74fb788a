"""Our server under load: `counterpoint serve --http` on a store of its own, with the steps of `bench.sagas`."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.sagas import document

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("counterpoint")
START = '{"definition": "bench/saga:1.0.0", "input": {"order": "@"}}'


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], url: str, store: Path) -> None:
        self.process = process
        self.url = url
        self.store = store

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def post(self, path: str, body: bytes) -> Any:
        """What a JSON body is answered with."""
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def unfinished(self) -> bool:
        """Whether any instance has not ended."""
        return any(
            self.get(f"/v1/instances?limit=1&status={status}")["items"]
            for status in ("pending", "running", "waiting", "suspended")
        )

    def drain(self) -> None:
        """Return when every instance has ended."""
        while self.unfinished():
            time.sleep(0.02)

    def ended(self) -> int:
        """How many instances have ended, by the store itself."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as connection:
            found: int = connection.execute("SELECT count(*) FROM instance WHERE ended_at IS NOT NULL").fetchone()[0]
            return found

    def cpu_seconds(self) -> float:
        """Processor time that the process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory of the process that is resident."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(folder: Path, *options: str, port: int = 0) -> Iterator[Server]:
    """Serve on a free port of this machine while the context lasts."""
    saga, store = folder / "saga.yaml", folder / "load.db"
    saga.write_text(document())
    command: list[str | Path] = [COMMAND, "serve", saga, "--quiet", "--http", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--store", store, "--function", "bench.load.steps", *options],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        url = ""
        for line in process.stderr:
            if line.startswith("HTTP API at "):
                url = line.split()[3].rstrip(",")
            if line.startswith("serving"):
                break
        else:
            raise RuntimeError("the server did not start")
        yield Server(process, url, store)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.stderr.close()
