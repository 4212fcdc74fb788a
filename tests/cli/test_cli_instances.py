"""`counterpoint instances`: beside an engine and without one."""

from __future__ import annotations

import pytest

from counterpoint.sync import Engine
from tests.cli.conftest import FUNCTIONS

WAITING = """\
- begin:
    call: note
    with: { what: begun }
    compensate: { do: [ { undo: { call: note, with: { what: undone } } } ] }
- pause: { listen: { to: { one: { with: { type: cli.go } } } } }
"""
WITH = ("--function", FUNCTIONS)


@pytest.fixture
def waiting(document, start):
    """A run named `r` in a process of its own, which waits for an event."""
    started = start("run", document(WAITING), *WITH, "--id", "r")
    started.until("waiting")
    return started


@pytest.fixture(params=["beside an engine", "without an engine"])
def asked(request, waiting):
    """The run `r`: its engine is at work, or was killed."""
    if request.param == "without an engine":
        waiting.process.kill()
        waiting.rest()
    return waiting


def test_reading_works_beside_the_engine(waiting, within):
    listed = within("instances", "list")
    assert listed.code == 0
    assert listed.out.splitlines()[1].split()[:2] == ["r", "waiting"]
    shown = within("instances", "show", "r")
    assert "for cli.go" in shown.out
    view = within("instances", "show", "r", "--json").json
    assert (view["id"], view["status"], [each["status"] for each in view["tasks"]]) == (
        "r",
        "waiting",
        ["completed", "waiting"],
    )
    history = within("instances", "history", "r", "--json").json
    assert [each["type"] for each in history][:2] == ["InstanceStarted", "TaskStarted"]
    assert "begin" in within("instances", "history", "r").out


def test_lists_are_filtered_and_limited(within, document):
    for name in ("one", "two"):
        within("run", document("- a: { set: { b: 1 } }\n", name), "--id", name)
    rows = within("instances", "list", "--json").json
    assert [each["id"] for each in rows] == ["two", "one"]
    assert [each["id"] for each in within("instances", "list", "--json", "--workflow", "cli/one").json] == ["one"]
    assert [each["id"] for each in within("instances", "list", "--json", "--limit", "1").json] == ["two"]
    assert within("instances", "list", "--status", "faulted").out == "no runs with status faulted\n"
    assert within("instances", "list", "--workflow", "nothing").code == 1


def test_cancel_undoes(asked, counterpoint, tmp_path):
    ran = counterpoint("instances", "cancel", "r", "--reason", "ordered twice", *WITH)
    assert (ran.code, ran.err) == (0, "")
    assert "⊘ cancelled, undone: ordered twice" in ran.out
    assert [line.split()[0] for line in (tmp_path / "ledger.txt").read_text().splitlines()] == ["begun", "undone"]
    assert asked.rest().code in (1, -9)
    again = counterpoint("instances", "cancel", "r", *WITH)
    assert (again.code, again.err) == (1, "error: instance r has ended already (cancelled)\n")


def test_cancel_may_abandon(asked, within, tmp_path):
    ran = within("instances", "cancel", "r", "--abandon", "--json", *WITH)
    assert (ran.code, ran.json["status"], ran.json["saga"]) == (0, "cancelled", None)
    assert "undone" not in (tmp_path / "ledger.txt").read_text()


def test_suspend_and_resume(asked, within):
    suspended = within("instances", "suspend", "r", "--reason", "the bank is closed", *WITH)
    assert suspended.code == 0
    assert "suspended: the bank is closed" in suspended.out
    resumed = within("instances", "resume", "r", *WITH)
    assert resumed.code == 0
    assert "waiting" in resumed.out
    assert ("counterpoint serve" in resumed.err) == (asked.process.poll() is not None)
    twice = within("instances", "resume", "r", *WITH)
    assert (twice.code, "not suspended" in twice.err) == (1, True)


def test_what_cannot_be_done_is_refused_in_one_line(asked, within):
    assert within("instances", "retry", "r", *WITH).err == "error: instance r has no open incident: nothing to retry\n"
    for what in ("show", "history", "cancel"):
        ran = within("instances", what, "nobody", *(WITH if what == "cancel" else ()))
        assert (ran.code, ran.err) == (1, "error: there is no instance 'nobody'\n")


def test_looking_makes_no_store(counterpoint, tmp_path):
    ran = counterpoint("instances", "list", "--store", "none.db")
    assert ran.code == 4
    assert ran.err.startswith("error: there is no store none.db")
    assert not list(tmp_path.glob("*.db"))


def test_the_store_may_be_named_by_a_variable(within, document, tmp_path):
    variable = {"COUNTERPOINT_STORE": "mine.db"}
    assert within("run", document("- a: { set: { b: 1 } }\n"), env=variable).code == 0
    assert len(within("instances", "list", "--json", env=variable).json) == 1
    assert (tmp_path / "mine.db").exists()


def test_incidents_are_listed_with_their_number_and_resolved_by_it(within, document):
    tasks = """\
- pay:
    call: note
    with: { what: paid }
    compensate:
      do: [ { refund: { call: refuse_until, with: { file: mended } } } ]
      retry: { limit: { attempt: { count: 0 } } }
- deliver: { call: refuse, with: { reason: no courier } }
"""
    assert within("run", document(tasks), *WITH, "--id", "s").code == 3
    assert (
        "incident 1: the undo of /do/0/pay: communication 503: no file mended" in within("instances", "show", "s").out
    )
    resolved = within("instances", "resolve", "s", "1", "done", "--reason", "paid back in cash", "--json", *WITH)
    assert (resolved.json["status"], resolved.json["saga"]) == ("faulted", "compensated")


def test_a_run_is_terminated_and_undoes_nothing(asked, within, tmp_path):
    ran = within("instances", "terminate", "r", "--reason", "it loops", "--json", *WITH)
    assert (ran.code, ran.json["status"], ran.json["saga"]) == (0, "cancelled", None)
    assert "undone" not in (tmp_path / "ledger.txt").read_text()
    history = within("instances", "history", "r", "--json", "--after", "1").json
    assert (history[-1]["type"], history[-1]["reason"]) == ("InstanceCancelled", "it loops")
    assert min(each["sequence"] for each in history) == 2


def test_a_signal_says_whether_it_was_taken(asked, within):
    other = within("instances", "signal", "r", "--type", "cli.other", *WITH)
    assert (other.code, other.out) == (1, "not taken: r does not listen for it now\n")
    taken = within("instances", "signal", "r", "--type", "cli.go", "--json", *WITH)
    assert (taken.code, taken.json) == (0, {"id": "r", "taken": True})


def test_runs_are_listed_by_when_they_are_due(within, document, tmp_path):
    with Engine.embedded(tmp_path / "counterpoint.db") as engine:
        for hours in (2, 1):
            path = document(f"- rest: {{ wait: PT{hours}H }}\n", f"rests{hours}")
            engine.start(engine.publish(path), id=f"due-{hours}")
    assert [each["id"] for each in within("instances", "list", "--json", "--order", "due").json] == ["due-1", "due-2"]
    listed = within("instances", "list", "--order", "due", "--limit", "1")
    head, line = listed.out.splitlines()
    assert head.split() == ["ID", "STATUS", "DUE", "WORKFLOW"]
    assert "  in 59 min" in line
    assert "The 1 that are due first" in listed.err
    none = within("instances", "list", "--order", "due", "--status", "faulted")
    assert none.out == "no runs that wait for a time with status faulted\n"


def test_runs_are_found_by_their_business_key_and_counted(within, document):
    path = document("- a: { set: { b: 1 } }\n")
    for id in ("one", "two"):
        assert within("run", path, "--id", id, "--business-key", f"order-{id}").code == 0
    assert [each["id"] for each in within("instances", "list", "--json", "--business-key", "order-one").json] == ["one"]
    assert within("instances", "count", "--json").json == {
        "total": 2, "atLeast": False, "byStatus": {"completed": 2}, "byWorkflow": {"cli/thing:1.0.0": 2},
    }  # fmt: skip
    assert within("instances", "count", "--status", "faulted").out == "0 runs\n"
    assert "no ISO 8601" in within("instances", "list", "--created-from", "soon").err


def test_a_run_is_forked_after_a_look_at_what_that_repeats(asked, within):
    dry = within("instances", "fork", "r", "--at", "1", "--dry-run", *WITH)
    assert dry.code == 0
    assert "would begin once more:\n  /do/0/begin (note), in flight there\n" in dry.out
    assert [each["id"] for each in within("instances", "list", "--json").json] == ["r"]
    refused = within("instances", "fork", "r", "--at", "2", *WITH)
    assert refused.code == 2
    assert "needs a --reason" in refused.err
    made = within("instances", "fork", "r", "--at", "2", "--fork-id", "f", "--reason", "what if", *WITH)
    assert made.code == 0
    assert "done before, by the origin; whichever of the two is undone undoes it:\n  /do/0/begin\n" in made.out
    assert {each["id"]: each["status"] for each in within("instances", "list", "--json").json} == {
        "f": "waiting",
        "r": "waiting",
    }
    assert "has no transition 99" in within("instances", "fork", "r", "--at", "99", "--dry-run", *WITH).err


def test_an_action_on_many_runs_is_tried_dry_and_done_with_yes(asked, within):
    dry = within("instances", "act", "cancel", "--waits-for", "event", *WITH)
    assert dry.code == 0
    assert dry.out.startswith("cancel would be done on 1 runs; the newest of them:\n  r\n")
    token = dry.out.split()[-1]
    assert within("instances", "show", "r", "--json").json["status"] == "waiting"
    stale = within("instances", "act", "cancel", "--yes", "--token", "0" * 32, *WITH)
    assert stale.code == 1
    assert "try it dry again" in stale.err
    done = within("instances", "act", "cancel", "--waits-for", "event", "--yes", "--token", token, *WITH)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "cancel: done on 1 runs, not on 0"
    again = within("instances", "act", "cancel", "--workflow", "nowhere", *WITH)
    assert again.code != 0
    assert "nowhere" in again.err
