"""The shop of `make play`, for as long as it is looked at."""

from __future__ import annotations

import shutil
import signal
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
    command = [sys.executable, ROOT / "examples" / "checkout" / "open.py", "--port", "0"]
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
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=30)


def browser() -> str:
    """The browser on the PATH. Raises RuntimeError where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise RuntimeError(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    return found
