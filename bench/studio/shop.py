"""The shop of `make play`, and a server with nothing on it, for as long as they are looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def shop() -> Iterator[str]:
    """Where it is open, as an address. Raises RuntimeError where it does not open."""
    command: list[str | Path] = [sys.executable, ROOT / "examples" / "checkout" / "open.py", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            for line in running.stdout:
                address, found, _ = line.strip().partition("/workflows/")
                if found:
                    yield address
                    break
            else:
                raise RuntimeError("the shop did not open: is the studio built (`make studio`)?")
        finally:
            # Not SIGINT, which is ignored where a shell has begun all this in the background.
            running.terminate()
            running.communicate(timeout=30)


@contextmanager
def bare(token: str) -> Iterator[str]:
    """Where a server is that asks for the token and has nothing on it. Raises RuntimeError where it does not start."""
    program = Path(sys.executable).with_name("counterpoint")
    command: list[str | Path] = [program, "serve", "--store", ":memory:", "--http", "0", "--quiet"]
    environment = os.environ | {"COUNTERPOINT_API_TOKEN": token}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stderr is not None
        try:
            for line in running.stderr:
                if line.startswith("studio at "):
                    yield line.split()[2].rstrip("/")
                    break
            else:
                raise RuntimeError("the server did not start: is the studio built (`make studio`)?")
        finally:
            running.terminate()
            running.wait(30)


def browser() -> str:
    """The browser on the PATH. Raises RuntimeError where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise RuntimeError(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    return found
