"""A disk that is really full: refused clearly, nothing acknowledged is lost, and it heals by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint import Engine, function
from counterpoint.errors import StoreUnavailable
from tests.engine.documents import STEPS, document

pytestmark = pytest.mark.anyio
BALLAST_BYTES = 2_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small file system needs root and mount(8)")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small file system here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@function
async def step(name: str) -> str:
    return name


async def test_an_engine_on_a_full_disk_refuses_loses_nothing_and_goes_on_once_there_is_room(small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * BALLAST_BYTES)
    accepted = []
    async with Engine.embedded(small_disk / "engine.db", functions=[step]) as engine:
        ref = await engine.publish(document(STEPS))
        with pytest.raises(StoreUnavailable):
            for number in range(10_000):
                accepted.append(await engine.start(ref, {"note": "x" * 2_000}, id=f"n{number}"))
        ballast.unlink()
        for id in accepted:
            assert (await engine.result(id, timeout=10)).status == "completed"
        assert (await engine.result(await engine.start(ref), timeout=10)).status == "completed"
    async with Engine.embedded(small_disk / "engine.db", functions=[step]) as engine:
        assert len(await engine.list(status="completed", limit=20_000)) == len(accepted) + 1
