"""What happens when the process is told to stop, or is killed: the run stays and goes on later."""

from __future__ import annotations

import signal

import pytest

from tests.cli.conftest import FUNCTIONS

WAITING = """\
- begin: { call: note, with: { what: begun } }
- pause: { listen: { to: { one: { with: { type: cli.go } } } } }
- finish: { call: note, with: { what: finished } }
"""


@pytest.fixture
def waiting(document, start):
    """A run named `r` in a process of its own, which waits for an event."""
    started = start("run", document(WAITING), "--function", FUNCTIONS, "--id", "r")
    started.until("waiting")
    return started


def ledger(tmp_path):
    return [line.split()[0] for line in (tmp_path / "ledger.txt").read_text().splitlines()]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_stays_and_says_how_it_goes_on(waiting, counterpoint, tmp_path, number, code):
    ran = waiting.signal(number)
    assert ran.code == code
    assert f"counterpoint run --resume r --function {FUNCTIONS}" in ran.err
    assert "Traceback" not in ran.err
    [row] = counterpoint("instances", "list", "--json").json
    assert (row["id"], row["status"], row["workflow"]) == ("r", "waiting", "cli/thing:1.0.0")


def test_an_interrupted_run_with_json_still_prints_one_object(document, start, counterpoint):
    started = start("run", document(WAITING), "--function", FUNCTIONS, "--json", "--id", "r", "--watch")
    assert started.process.stderr is not None
    for line in started.process.stderr:
        if "waiting" in line:
            break
    started.process.send_signal(signal.SIGINT)
    out = started.process.stdout.read()
    assert started.process.wait(timeout=20) == 130
    assert '"status": "waiting"' in out


def test_a_function_that_cannot_be_interrupted_does_not_hold_the_process(document, start):
    started = start("run", document("- a: { call: hold, with: { seconds: 60 } }\n"), "--function", FUNCTIONS)
    started.until("running")
    ran = started.signal(signal.SIGINT)
    assert (ran.code, "Traceback" in ran.err) == (130, False)
    assert "counterpoint run --resume" in ran.err


def test_a_killed_run_is_resumed_and_repeats_nothing(waiting, start, counterpoint, tmp_path):
    waiting.signal(signal.SIGKILL)
    resumed = start("run", "--resume", "r", "--function", FUNCTIONS)
    resumed.until("waiting")
    published = counterpoint("events", "publish", "--type", "cli.go")
    assert (published.code, published.out.split(": ")[1]) == (0, "offered to 1 waiting run\n")
    assert resumed.rest().code == 0
    assert ledger(tmp_path) == ["begun", "finished"]


def test_what_has_ended_can_be_resumed_too_and_is_only_shown(within, document):
    path = document("- a: { set: { b: 1 } }\n")
    within("run", path, "--id", "r")
    ran = within("run", "--resume", "r", "--json")
    assert (ran.code, ran.json["output"]) == (0, {"b": 1})
    missing = within("run", "--resume", "nobody")
    assert (missing.code, missing.err) == (1, "error: there is no instance 'nobody'\n")


def test_a_second_engine_on_a_store_is_refused_by_name(waiting, within, document):
    ran = within("run", document("- a: { set: { b: 1 } }\n", "other"))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("error: store counterpoint.db is in use by ")
    assert f"process {waiting.process.pid}" in ran.err


def test_runs_are_not_taken_up_without_their_functions(waiting, within, document, tmp_path):
    waiting.signal(signal.SIGKILL)
    other = document("- a: { set: { b: 1 } }\n", "other")
    for command in (("run", other), ("instances", "cancel", "r"), ("serve",)):
        ran = within(*command)
        assert ran.code == 4
        assert "note (called by cli/thing:1.0.0)" in ran.err
        assert "--function" in ran.err
    assert within("run", other, "--function", FUNCTIONS).code == 0
    assert ledger(tmp_path) == ["begun"]


def test_a_store_of_a_newer_version_or_of_no_kind_is_refused(within, document, tmp_path):
    path = document("- a: { set: { b: 1 } }\n")
    (tmp_path / "text.db").write_text("this is no database " * 500)
    ran = within("run", path, "--store", "text.db")
    assert ran.code == 4
    assert ran.err.startswith("error: store text.db")
