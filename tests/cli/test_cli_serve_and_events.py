"""`counterpoint serve` keeps runs going; `counterpoint events publish` reaches them."""

from __future__ import annotations

import json
import signal

import pytest

HEARS = "- hear: { listen: { to: { one: { with: { type: cli.go } } } } }\n- tell: { set: '${ { got: .[0] } }' }\n"
ON_EVENT = "schedule: { on: { one: { with: { type: cli.begin } } } }\n"


@pytest.fixture
def interrupted(document, start):
    """A run named `r` that was interrupted while it waited for an event."""
    started = start("run", document(HEARS), "--id", "r")
    started.until("waiting")
    started.signal(signal.SIGINT)


def test_serve_takes_up_what_was_interrupted_and_stops_gracefully(interrupted, start, counterpoint):
    serving = start("serve")
    assert serving.process.stderr is not None
    assert "serving counterpoint.db: 1 unfinished run; Ctrl-C stops" in serving.process.stderr.readline()
    published = counterpoint("events", "publish", "--type", "cli.go", "--data", '{"a": 1}', "--json")
    assert (published.code, published.json["new"], published.json["offered"]) == (0, True, 1)
    serving.until("workflow completed")
    ended = serving.signal(signal.SIGTERM)
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    assert counterpoint("instances", "show", "r", "--json").json["output"] == {"got": {"a": 1}}


def test_serve_publishes_documents_and_starts_them_by_events(start, counterpoint, document):
    path = document("- tell: { set: { done: true } }\n", "scheduled", more=ON_EVENT)
    serving = start("serve", path, "--json")
    assert "published cli/scheduled:1.0.0" in serving.process.stderr.readline()
    assert "serving" in serving.process.stderr.readline()
    assert counterpoint("events", "publish", "-", input='{"type": "cli.begin", "data": {}}').code == 0
    serving.until("workflow.completed")
    events = [json.loads(line) for line in serving.lines]
    assert events[0]["type"] == "io.serverlessworkflow.workflow.started.v1"
    assert serving.signal(signal.SIGINT).code == 0


def test_serve_refuses_a_document_that_is_not_valid(within, document):
    ran = within("serve", document("- a: { iff: x, set: { b: 1 } }\n"))
    assert ran.code == 2
    assert "CP103" in ran.err


def test_an_event_wakes_a_run_without_any_engine_and_counts_once(interrupted, within, tmp_path):
    (tmp_path / "event.yaml").write_text("id: e1\nsource: /desk\ntype: cli.go\ndata: { a: 2 }\n")
    first = within("events", "publish", "event.yaml")
    assert (first.code, first.out) == (0, "published cli.go e1: offered to 1 waiting run\n")
    assert within("instances", "show", "r", "--json").json["output"] == {"got": {"a": 2}}
    second = within("events", "publish", "event.yaml", "--json")
    assert (second.code, second.json["new"]) == (0, False)


def test_what_is_no_event_is_refused(interrupted, within):
    data = ("--type", "a", "--data", "{")
    for wrong in ((), ("--type", ""), ("[1]",), ("nothing.json",), ('{"type": 3}',), data):
        ran = within("events", "publish", *wrong)
        assert (ran.code, ran.out, wrong) == (2, "", wrong)
        assert ran.err.startswith("error: ")
        assert ran.err.count("\n") == 1
