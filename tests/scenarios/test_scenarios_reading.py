"""Scenario files are read with a diagnostic, at its place, for everything that is wrong."""

from __future__ import annotations

import pytest

from counterpoint.scenarios import check_names, read
from tests.scenarios.stories import TRIP
from tests.trial.trials import plan_of

HEAD = "scenarios:\n- name: a\n  expect: {}\n"


def findings(text: str) -> list[tuple[str, str]]:
    reading = read(text, "x.scenarios.yaml")
    found = reading.diagnostics
    if reading.file is not None:
        found = check_names(reading, [plan_of(TRIP)])
    assert all(each.position is not None for each in found)
    return [(each.code, each.pointer) for each in found]


@pytest.mark.parametrize(
    ("member", "code", "pointer"),
    [
        ("faults: [{task: car}]", "CP102", "/scenarios/0/faults/0"),
        ("faults: [{task: car, timeout: true, twice: true}]", "CP108", "/scenarios/0/faults/0/twice"),
        ("faults: [{task: car, error: {status: 400}}]", "CP102", "/scenarios/0/faults/0/error"),
        ("faults: [{task: car, delay: soon}]", "CP105", "/scenarios/0/faults/0/delay"),
        ("faults: [{task: car, crash: during}]", "CP104", "/scenarios/0/faults/0/crash"),
        ("answers: {car: {each: []}}", "CP106", "/scenarios/0/answers/car/each"),
        ("answers: {car: {output: 1, generate: true}}", "CP108", "/scenarios/0/answers/car/generate"),
        ("now: tomorrow", "CP105", "/scenarios/0/now"),
        ("actions: [{cancel: true}]", "CP102", "/scenarios/0/actions/0"),
        ("actions: [{at: PT1S, while: car, cancel: true}]", "CP108", "/scenarios/0/actions/0/while"),
        ("actions: [{at: PT1S}]", "CP102", "/scenarios/0/actions/0"),
        ("events: [{event: {}}]", "CP102", "/scenarios/0/events/0/event"),
        ("unanswered: maybe", "CP104", "/scenarios/0/unanswered"),
        ("answers: {cra: 1}", "CP402", "/scenarios/0/answers/cra"),
        ("faults: [{task: cra, timeout: true}]", "CP402", "/scenarios/0/faults/0/task"),
        ("actions: [{while: cra, cancel: true}]", "CP402", "/scenarios/0/actions/0/while"),
    ],
)
def test_what_is_wrong_is_found_where_it_is(member, code, pointer):
    assert findings(HEAD + f"  {member}\n") == [(code, pointer)]


def test_two_scenarios_of_one_name_are_refused():
    assert findings(HEAD + HEAD.partition("\n")[2]) == [("CP401", "/scenarios/1/name")]


def test_expectations_name_tasks_that_there_are():
    text = "scenarios: [{name: a, expect: {calls: [car, {task: bus}], undos: [tram], left: [ship]}}]"
    assert {pointer.rpartition("expect")[2] for _, pointer in findings(text)} == {"/calls/1", "/undos/0", "/left/0"}


def test_tasks_of_undos_and_references_may_be_named():
    assert findings(HEAD + "  answers: {cancelHotel: {}, /do/2/car: {}}\n") == []


def test_what_is_no_yaml_is_told():
    assert findings("scenarios: [")[0][0].startswith("CP0")


def test_defaults_count_where_a_scenario_says_nothing_else():
    text = """
defaults: {input: {a: 1}, answers: {car: 1, hotel: 2}, unanswered: empty}
scenarios:
- {name: plain, expect: {}}
- {name: own, input: 2, answers: {car: 3}, unanswered: fail, expect: {}}
"""
    plain, own = read(text, "x").file.scenarios
    assert (plain.input, plain.unanswered) == ({"a": 1}, "empty")
    assert (own.input, own.unanswered, own.answers["car"].output, own.answers["hotel"].output) == (2, "fail", 3, 2)
