"""The peer in a virtual environment of its own, so that its dependencies never meet ours."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOME = HERE / ".peer"
PACKAGE = "dbos"


def measure(*options: str) -> dict[str, Any]:
    """The peer's figures: see `peer_dbos.py`. Makes the environment where it is absent."""
    python = HOME / "bin" / "python"
    if not (HOME / ".ready").exists():
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
        (HOME / ".ready").touch()
    done = subprocess.run([python, HERE / "peer_dbos.py", *options], check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
