"""`counterpoint verify`: what it prints, writes and exits with."""

from __future__ import annotations

import json

import pytest

from counterpoint.cli.main import main
from shared_data import ROOT

GOOD = str(ROOT / "examples" / "processes" / "order-checkout.yaml")
HEAD = "document: { dsl: '1.0.3', namespace: t, name: t, version: '1.0.0' }\n"
CALL = "- pay: { call: http, with: { method: post, endpoint: http://p/payments } }\n"
WAIT = "- hear: { listen: { to: { one: { with: { type: paid } } } } }\n"


@pytest.fixture
def workflow(tmp_path):
    def write(do: str) -> str:
        path = tmp_path / "broken.yaml"
        path.write_text(f"{HEAD}do:\n{do}")
        return str(path)

    return write


def run(*args: str) -> int:
    try:
        return int(main(["verify", *args]) or 0)
    except SystemExit as end:
        return int(end.code or 0)


def test_a_sound_process_is_done(capsys):
    assert run(GOOD) == 0
    told = capsys.readouterr().out
    assert "no finding" in told
    assert "states" in told


def test_a_finding_fails_and_tells_its_story(workflow, capsys):
    assert run(workflow(CALL)) == 1
    told = capsys.readouterr().out
    assert "error CPV101" in told
    assert "1. pay gets no answer; its effect took place" in told


def test_a_warning_fails_where_it_is_asked_to(workflow):
    assert run(workflow(WAIT)) == 0
    assert run(workflow(WAIT), "--fail-on", "warning") == 1


def test_what_is_no_workflow_is_invalid(workflow, capsys):
    assert run(workflow("- pay: { call: 1 }\n")) == 2
    assert run(GOOD, "--budget", "much") == 2
    assert "write a number of states" in capsys.readouterr().err


def test_a_budget_that_does_not_suffice_is_told(capsys):
    assert run(GOOD, "--budget", "20") == 0
    assert "not everything was explored" in capsys.readouterr().out
    assert run(GOOD, "--budget", "20", "--strict") == 3


def test_json_holds_the_findings(workflow, capsys):
    assert run(workflow(CALL), "--json") == 1
    [verdict] = json.loads(capsys.readouterr().out)["verdicts"]
    assert verdict["unexplored"] == 0
    assert verdict["findings"][0]["code"] == "CPV101"
    assert verdict["findings"][0]["position"]["line"] == 3


def test_sarif_points_at_the_line(workflow, tmp_path):
    path = tmp_path / "found.sarif"
    run(workflow(CALL), "--sarif", str(path))
    log = json.loads(path.read_text())
    assert log["version"] == "2.1.0"
    [result] = log["runs"][0]["results"]
    known = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert result["ruleId"] in known
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_stories_are_scenarios_that_replay(workflow, tmp_path, capsys):
    run(workflow(CALL + WAIT), "--scenario-dir", str(tmp_path / "stories"))
    files = sorted((tmp_path / "stories").iterdir())
    assert len(files) == 2
    assert main(["test", *map(str, files)]) == 0


def test_given_answers_are_used(workflow, capsys):
    ask = "- ask: { call: http, with: { method: get, endpoint: http://p } }\n"
    choose = "- choose: { switch: [ { yes: { when: '${ .ok }', then: end } } ] }\n"
    run(workflow(ask + choose + CALL))
    assert "CPV101" in capsys.readouterr().out
    run(workflow(ask + choose + CALL), "--answers", '{"ask": {"ok": true}}')
    told = capsys.readouterr().out
    assert "CPV101" not in told
    assert "no path leads to pay" in told
