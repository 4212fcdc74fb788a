"""Real faults of the disk: refused clearly, nothing acknowledged is lost, and it goes on when the disk is healed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores_opened import Opened, batches

from counterpoint.errors import StoreUnavailable
from counterpoint.ports.store import Batch, Message, Record
from counterpoint.stores.sqlite import SqliteStore

APPENDS_MAX = 2000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small file system needs root and mount(8)")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small file system here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="session")
def failing_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim that makes fsync and writes fail on demand."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not Path("/proc/self/maps").exists():
        pytest.skip("failing fsync on demand needs a C compiler and LD_PRELOAD (Linux)")
    library = tmp_path_factory.mktemp("shim") / "failing_disk.so"
    source = Path(__file__).with_name("failing_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


class FaultyEngine:
    """An appender whose disk fails while `fault` is set."""

    def __init__(self, appender, library: Path, folder: Path) -> None:
        self.switch = folder / "fault"
        self.path = folder / "s.db"
        self.engine = appender(self.path, LD_PRELOAD=str(library), FAULT_FILE=str(self.switch))
        for _ in range(5):
            self.engine.append()

    def fail(self, fault: str) -> None:
        # In one step: the shim must never read a file that is half written.
        self.switch.with_suffix(".new").write_text(fault)
        self.switch.with_suffix(".new").rename(self.switch)

    def heal(self) -> None:
        self.switch.unlink()


def append_until_refused(engine) -> str:
    for _ in range(APPENDS_MAX):
        word, rest = engine.ask("append")
        if word == "refused":
            return rest
    raise AssertionError("the disk never filled")


def test_a_full_file_system(appender, small_disk):
    path, ballast = small_disk / "s.db", small_disk / "ballast"
    ballast.write_bytes(bytes(1_500_000))
    engine = appender(path, body_bytes=4000)
    message = append_until_refused(engine)
    assert message.startswith("StoreUnavailable ")
    assert f"store {path}: there is no room left" in message
    assert batches(path) == engine.acked > 0
    for _ in range(5):
        assert "no room left" in engine.refused()
    assert batches(path) == engine.acked
    ballast.unlink()
    for _ in range(3):
        engine.append()
    engine.kill()
    assert batches(path) == engine.acked


def test_a_limit_on_file_sizes(appender, tmp_path):
    path = tmp_path / "s.db"
    engine = appender(path, body_bytes=4000)
    assert engine.ask("room 1000000")[0] == "done"
    assert append_until_refused(engine).startswith("StoreUnavailable ")
    assert batches(path) == engine.acked > 0
    engine.refused()
    assert engine.ask("room -1")[0] == "done"
    for _ in range(3):
        engine.append()
    engine.kill()
    assert batches(path) == engine.acked


def test_the_stores_own_limit(tmp_path):
    store = Opened(SqliteStore(tmp_path / "s.db", bytes_max=500_000))
    store.claim("engine")
    acked = 0
    with pytest.raises(StoreUnavailable, match="bytes_max"):
        for acked in range(APPENDS_MAX):
            store.append(Batch(records=[Record(1, acked + 1, bytes(5000))]))
    assert 50 < acked == len(store.read(1))
    store.append(Batch(values={"small": b"fits"}))
    store.close()
    assert (tmp_path / "s.db").stat().st_size <= 500_000
    larger = Opened(SqliteStore(tmp_path / "s.db", bytes_max=1_000_000))
    larger.claim("engine")
    larger.append(Batch(records=[Record(1, acked + 1, bytes(5000))]))
    larger.close()


@pytest.mark.parametrize("fault", ["sync 0", "write 0"])
def test_a_disk_that_fails_for_a_while(appender, failing_disk, tmp_path, fault):
    faulty = FaultyEngine(appender, failing_disk, tmp_path)
    faulty.fail(fault)
    for _ in range(5):
        assert f"store {faulty.path}: the disk reports an error" in faulty.engine.refused()
        assert batches(faulty.path) == faulty.engine.acked == 5
    faulty.heal()
    for _ in range(300):
        faulty.engine.append()
    faulty.engine.kill()
    assert batches(faulty.path) == faulty.engine.acked == 305


@pytest.mark.parametrize("fault", ["sync 0", "write 0"])
def test_a_machine_that_dies_with_its_disk_keeps_what_was_acknowledged(appender, failing_disk, tmp_path, fault):
    faulty = FaultyEngine(appender, failing_disk, tmp_path)
    faulty.fail(fault)
    faulty.engine.refused()
    faulty.engine.kill()
    # What was refused may come back whole, like any lost acknowledgement (ADR 0003); `batches` checks that it is whole.
    assert batches(faulty.path) in (5, 6)


def test_one_failed_sync_leaves_no_ghost(appender, failing_disk, tmp_path):
    """The refused commit lies in the log complete; only the fence keeps recovery from finding it."""
    faulty = FaultyEngine(appender, failing_disk, tmp_path)
    faulty.fail("sync 1")
    faulty.engine.refused()
    faulty.engine.kill()
    assert batches(faulty.path) == 5


def test_a_checkpoint_that_fails_loses_nothing(appender, failing_disk, tmp_path):
    """Syncing the file itself fails inside a commit that is acknowledged: the log then still holds everything."""
    faulty = FaultyEngine(appender, failing_disk, tmp_path)
    engine = faulty.engine
    for _ in range(1000):  # several checkpoints' worth, with the disk failing now and then
        faulty.fail("sync 1")
        engine.ask("append")
        faulty.heal()
        if engine.ask("append")[0] == "refused" or engine.acked > 600:
            break
    engine.kill()
    assert batches(faulty.path) == engine.acked


def test_a_directory_that_cannot_be_written(tmp_path):
    with pytest.raises(StoreUnavailable, match="no directory"):
        Opened(SqliteStore(tmp_path / "missing" / "s.db")).claim("engine")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        Opened(SqliteStore(tmp_path / "folder.db")).claim("engine")


def test_another_process_that_keeps_it_locked(tmp_path):
    store = Opened(SqliteStore(tmp_path / "s.db", wait_ms_max=20))
    store.claim("engine")
    stuck = SqliteStore(tmp_path / "s.db", mode="reader")
    Opened(stuck).inbox()
    stuck._open.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked for too long"):
        store.append(Batch(records=[Record(1, 1, b"")]))
    stuck._open.execute("ROLLBACK")
    store.append(Batch(records=[Record(1, 1, b"")]))
    assert Opened(stuck).post(Message(kind="event", body=b"")) == 1
    Opened(stuck).close()
    store.close()
