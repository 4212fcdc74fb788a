"""`counterpoint instances start`: many runs from a file."""

from __future__ import annotations

import json
import signal

import pytest

TELL = "- tell: { set: { told: '${ .who }' } }\n"
LINES = "".join(json.dumps({"definition": "cli/thing", "input": {"who": number}}) + "\n" for number in range(1_500))


@pytest.fixture
def serving(document, start):
    """An engine in a process of its own, with the workflow published."""
    serving = start("serve", "--quiet", document(TELL, "thing"))
    assert "published cli/thing:1.0.0" in serving.process.stderr.readline()
    assert "serving" in serving.process.stderr.readline()
    return serving


def test_a_file_of_starts_is_started_once_for_its_key(serving, within, tmp_path):
    (tmp_path / "starts.ndjson").write_text(LINES)
    first = within("instances", "start", "starts.ndjson", "--key", "monday", "--json")
    assert (first.code, first.err) == (0, "1,500 started, 0 started before, 0 refused\n")
    items = [json.loads(line) for line in first.out.splitlines()]
    assert len({each["id"] for each in items}) == len(items) == 1_500
    again = within("instances", "start", "starts.ndjson", "--key", "monday")
    assert (again.code, again.err) == (0, "0 started, 1,500 started before, 0 refused\n")
    shown = within("instances", "show", items[1_499]["id"], "--json").json
    assert shown["input"] == {"who": 1_499}
    ended = serving.signal(signal.SIGTERM)
    assert (ended.code, ended.out) == (0, "")


def test_what_is_refused_is_named_by_its_line(serving, counterpoint):
    lines = '{"definition": "none"}\n\n{"definition": "thing", "id": "a"}\n{"definition": "thing", "id": "a"}\n'
    ran = counterpoint("instances", "start", "-", input=lines)
    assert ran.code == 1
    assert "line 1: there is no definition 'none'" in ran.err
    assert "line 4: the id 'a' is taken" in ran.err
    assert ran.err.endswith("1 started, 0 started before, 2 refused\n")


def test_a_line_that_is_no_start_is_refused_before_anything_is_started(serving, counterpoint):
    ran = counterpoint("instances", "start", "-", input='{"definition": "thing", "id": "b"}\n{"inputs": 1}\n')
    assert (ran.code, "<stdin>:2: " in ran.err) == (2, True)
    assert counterpoint("instances", "show", "b").code == 1
