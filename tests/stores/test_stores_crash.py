"""kill -9: nothing acknowledged is lost, nothing is there by halves, and no lease stays behind."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from stores_opened import Opened, batches

from counterpoint.errors import StoreLocked
from counterpoint.ports.store import Message
from counterpoint.stores.sqlite import SqliteStore


def test_what_was_acknowledged_survives_kills_at_random_moments(appender, tmp_path):
    path, chance = tmp_path / "s.db", random.Random(20)
    for _ in range(20):
        engine = appender(path)
        engine.tell("run")
        for _ in range(chance.randrange(1, 300)):
            engine.expect("acked")
        engine.kill()
        assert batches(path) in (engine.acked, engine.acked + 1), "at most the batch in flight is more than was said"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_killed_engine_leaves_no_lease_and_a_living_one_is_named(appender, tmp_path):
    engine = appender(tmp_path / "s.db")
    second = Opened(SqliteStore(tmp_path / "s.db"))
    with pytest.raises(StoreLocked, match=rf"engine 'appender', process {engine.process.pid} on \S+, since 20"):
        second.claim("second")
    engine.kill()
    second.claim("second")
    second.close()


def test_another_name_of_the_file_is_the_same_lease(appender, tmp_path):
    appender(tmp_path / "s.db")
    (tmp_path / "alias.db").symlink_to(tmp_path / "s.db")
    with pytest.raises(StoreLocked):
        Opened(SqliteStore(tmp_path / "alias.db")).claim("second")


def test_a_forked_child_does_not_keep_the_lease(appender, tmp_path):
    engine = appender(tmp_path / "s.db")
    assert engine.ask("fork")[0] == "done"
    engine.process.kill()
    engine.process.wait()  # the child lives on: its input is still open
    successor = Opened(SqliteStore(tmp_path / "s.db"))
    successor.claim("successor")
    successor.close()


def test_posting_and_reading_never_make_an_append_fail(appender, tmp_path):
    engine = appender(tmp_path / "s.db")
    engine.tell("run")
    posters = [Opened(SqliteStore(tmp_path / "s.db", mode="reader")) for _ in range(3)]
    posted = []
    for n in range(100):
        posted.append(posters[n % 3].post(Message(kind="event", body=b"%d" % n)))
        posters[(n + 1) % 3].read(1)
        engine.expect("acked")
    engine.kill()
    assert [each.number for each in posters[0].inbox()] == posted
    assert batches(tmp_path / "s.db") >= engine.acked
    for each in posters:
        each.close()
