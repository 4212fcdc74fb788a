"""Which files are opened, from which versions, and that each query finds its index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest
from stores_opened import Opened

from counterpoint.errors import NotFound, StoreCorrupt, StoreError, StoreTooNew
from counterpoint.ports.store import Batch, Message, Record, VersionState
from counterpoint.stores.sqlite import SqliteStore
from counterpoint.stores.sqlite.schema import APPLICATION_ID
from counterpoint.stores.sqlite.statements import migrations, statement

SCANS = {
    "definition_states",
    "definitions",
    "drop_old_answers",
    "latest_migration",
    "outbox_sizes",
    "pass_fence",
    "sinks_of_dead_letters",
    "tallies",
}
"""Statements that read a whole (small) table, or walk it by number until they have enough, on purpose."""


def claimed(path):
    opened = Opened(SqliteStore(path))
    opened.claim("engine")
    return opened


def file_of_schema(path, version):
    """A store as the release that had this schema left it."""
    with closing(sqlite3.connect(path)) as connection:
        for number, script in enumerate(migrations()[:version], 1):
            connection.executescript(script)
            connection.execute("INSERT INTO migration VALUES (?, '0.0.1')", (number,))
        connection.execute("INSERT INTO journal (instance, sequence, body) VALUES (1, 1, x'61')")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


@pytest.mark.parametrize("version", range(1, len(migrations()) + 1))
def test_every_earlier_schema_comes_up_to_date(tmp_path, version):
    file_of_schema(tmp_path / "s.db", version)
    store = claimed(tmp_path / "s.db")
    store.append(Batch(records=[Record(1, 2, b"b")]))
    assert store.read(1) == [Record(1, 1, b"a"), Record(1, 2, b"b")]
    store.close()
    claimed(tmp_path / "fresh.db").close()

    def schema(name):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()
            return version, sorted(connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())

    assert schema("s.db") == schema("fresh.db")


def test_versions_of_a_store_from_before_they_had_states_are_active_and_can_be_changed(tmp_path):
    file_of_schema(tmp_path / "s.db", 1)
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("INSERT INTO definition VALUES (1, 'shop', 'order', '1.0.0', 'd', 'document: {}', 5)")
        connection.commit()
    store = claimed(tmp_path / "s.db")
    assert [each.version for each in store.definitions()] == ["1.0.0"]
    assert store.states() == []
    state = VersionState(definition=1, revision=1, state="retired", changed_at=7)
    store.append(Batch(states=[state]))
    store.close()
    again = claimed(tmp_path / "s.db")
    assert again.states() == [state]
    again.close()


@pytest.mark.parametrize("mode", ["engine", "reader"])
def test_a_newer_schema_is_refused_with_its_writer(tmp_path, mode):
    claimed(tmp_path / "s.db").close()
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("INSERT INTO migration VALUES (99, '9.9.9')")
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    store = Opened(SqliteStore(tmp_path / "s.db"))
    with pytest.raises(StoreTooNew, match=r"schema 99, written by Counterpoint 9\.9\.9.*Upgrade"):
        store.claim("engine") if mode == "engine" else store.inbox()
    store.close()


@pytest.mark.parametrize("mode", ["engine", "reader"])
def test_files_of_something_else_are_refused_and_left_alone(tmp_path, mode):
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    (tmp_path / "text.db").write_bytes(b"Dear diary, " * 1000)
    for name in ("other.db", "text.db"):
        before = (tmp_path / name).read_bytes()
        store = Opened(SqliteStore(tmp_path / name))
        with pytest.raises(StoreCorrupt, match="not a Counterpoint store"):
            store.claim("engine") if mode == "engine" else store.inbox()
        store.close()
        assert (tmp_path / name).read_bytes() == before


def test_damage_is_corruption(tmp_path):
    store = claimed(tmp_path / "s.db")
    for n in range(1, 100):
        store.append(Batch(records=[Record(1, n, bytes(1000))]))
    store.close()
    content = (tmp_path / "s.db").read_bytes()
    (tmp_path / "s.db").write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    damaged = Opened(SqliteStore(tmp_path / "s.db"))
    with pytest.raises(StoreCorrupt, match="damaged"):
        damaged.claim("engine")
    damaged.close()


def test_a_refused_file_gives_its_lease_back(tmp_path):
    (tmp_path / "s.db").write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreCorrupt):
        claimed(tmp_path / "s.db")
    (tmp_path / "s.db").unlink()
    claimed(tmp_path / "s.db").close()


def test_a_reader_never_claims_and_never_makes_a_file(tmp_path):
    reader = Opened(SqliteStore(tmp_path / "s.db", mode="reader"))
    with pytest.raises(NotFound, match="no store at"):
        reader.inbox()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "s.db").touch()
    with pytest.raises(NotFound, match="is empty"):
        reader.inbox()
    claimed(tmp_path / "s.db").close()
    assert reader.inbox() == []
    with pytest.raises(StoreError, match="opened for reading"):
        reader.claim("reader")
    reader.close()


def test_a_reader_goes_on_when_the_engine_stops_and_starts(tmp_path):
    engine = claimed(tmp_path / "s.db")
    reader = Opened(SqliteStore(tmp_path / "s.db", mode="reader"))
    reader.post(Message(kind="event", body=b"1"))
    engine.close()
    reader.post(Message(kind="event", body=b"2"))
    engine = claimed(tmp_path / "s.db")
    reader.post(Message(kind="event", body=b"3"))
    assert [each.body for each in engine.inbox()] == [b"1", b"2", b"3"]
    reader.close()
    engine.close()


def test_a_log_that_a_huge_payload_has_stretched_shrinks_again(tmp_path):
    store = claimed(tmp_path / "s.db")
    store.append(Batch(blobs=[("d", bytes(40_000_000))]))
    for n in range(1, 5):
        store.append(Batch(records=[Record(1, n, bytes(2000))]))
    assert (tmp_path / "s.db-wal").stat().st_size < 20_000_000
    store.close()


def test_what_is_durable_is_set(tmp_path):
    store = SqliteStore(tmp_path / "s.db")
    Opened(store).claim("engine")
    wanted = {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1, "checkpoint_fullfsync": 1, "mmap_size": 0}
    assert {name: store._open.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    Opened(store).close()


def test_every_query_finds_its_index(tmp_path):
    store = SqliteStore(tmp_path / "s.db")
    Opened(store).claim("engine")
    queries = files("counterpoint.stores.sqlite").joinpath("queries")
    names = [each.name.removesuffix(".sql") for each in queries.iterdir()]
    assert len(names) > 25
    for name in names:
        sql = statement(name)
        named = dict.fromkeys(["before", "limit", "after", "sink"])
        bound = named if ":" in sql else (None,) * sql.count("?")
        plan = [row[3] for row in store._open.execute(f"EXPLAIN QUERY PLAN {sql}", bound)]
        scans = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
        assert not any("TEMP B-TREE" in step for step in plan), (name, plan)
        assert name in SCANS or not [s for s in scans if "USING" not in s and "CONSTANT ROW" not in s], (name, plan)
    Opened(store).close()
