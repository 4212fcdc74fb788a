"""`counterpoint test`: results for people and for programs, exit codes, coverage, recordings."""

from __future__ import annotations

import asyncio
from xml.etree import ElementTree

import pytest
import yaml

from counterpoint import Engine, function
from shared_data import ROOT

DOCUMENT = """\
document: {dsl: '1.0.3', namespace: test, name: trip, version: '1.0.0'}
do:
- hotel:
    call: book
    compensate: {do: [{cancelHotel: {call: cancel}}]}
- choose: {switch: [{far: {when: .far, then: plane}}]}
- plane: {call: fly}
"""
HOLDS = "{name: holds, unanswered: empty, expect: {}}"
FAILS = "{name: fails, unanswered: empty, expect: {calls: [plane, hotel]}}"


@pytest.fixture
def files(tmp_path):
    """Write `trip.yaml` and its scenarios."""

    def write(*scenarios: str):
        (tmp_path / "trip.yaml").write_text(DOCUMENT)
        (tmp_path / "trip.scenarios.yaml").write_text("scenarios:\n" + "".join(f"- {each}\n" for each in scenarios))

    return write


def test_every_example_holds_and_is_covered(counterpoint):
    ran = counterpoint("test", ROOT / "examples", "--coverage", "--json")
    assert ran.code == 0, ran.out
    found = ran.json
    assert found["holds"]
    assert len(found["scenarios"]) >= 15
    assert all(figure["reached"] == figure["total"] for figure in found["coverage"]["figures"])


def test_a_failure_is_shown_side_by_side_and_gives_one(counterpoint, files):
    files(HOLDS, FAILS)
    ran = counterpoint("test")
    assert ran.code == 1
    assert "trip.scenarios.yaml:3 calls: the calls are not as expected" in ran.out
    assert "plane    | hotel" in ran.out
    assert "1 of 2 scenarios failed" in ran.out


def test_a_pattern_chooses(counterpoint, files):
    files(HOLDS, FAILS)
    ran = counterpoint("test", "trip.yaml", "-k", "HOLD")
    assert (ran.code, "1 scenario" in ran.out) == (0, True)
    none = counterpoint("test", "trip.yaml", "-k", "nothing of the kind")
    assert (none.code, none.out.strip()) == (2, "no scenario was run")


def test_what_is_never_reached_is_listed(counterpoint, files):
    files("{name: a, answers: {hotel: {far: true}, plane: 1}, expect: {}}")
    ran = counterpoint("test", "--coverage")
    assert "branches        1/2   50 %" in ran.out
    assert "branch choose no case" in " ".join(ran.out.split())


def test_a_file_that_is_not_valid_gives_two(counterpoint, files):
    files("{name: a, answers: {hotl: {}}, expect: {}}")
    ran = counterpoint("test")
    assert ran.code == 2
    assert "trip.scenarios.yaml:2:" in ran.err
    assert "did you mean `hotel`?" in ran.err


@pytest.mark.parametrize("place", [".", "nothing.scenarios.yaml", "trip.yaml"])
def test_where_there_is_nothing_it_says_so(counterpoint, place):
    ran = counterpoint("test", place)
    assert ran.code == 2
    assert "scenario" in ran.err


def test_results_can_be_had_as_junit(counterpoint, files, tmp_path):
    files(HOLDS, FAILS)
    assert counterpoint("test", "--junit", "report.xml").code == 1
    (suite,) = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["holds", "fails"]
    assert "calls" in suite[1][0].get("message")


def test_a_recorded_run_is_a_scenario_that_holds(counterpoint, files, tmp_path):
    files(HOLDS)

    @function
    async def book() -> dict:
        return {"room": 7, "accessToken": "abc"}

    @function
    async def fly() -> dict:
        raise RuntimeError("no fuel")

    @function
    async def cancel() -> dict:
        return {}

    async def play() -> None:
        async with Engine.embedded(tmp_path / "real.db", functions=[book, fly, cancel]) as engine:
            await engine.publish(DOCUMENT)
            await engine.start("test/trip", input={"password": "hush"}, id="real")
            await engine.result("real", timeout=10)

    asyncio.run(play())
    ran = counterpoint("test", "--record", "real", "--store", "real.db", "-o", "trip.scenarios.yaml")
    assert (ran.code, ran.err) == (0, "")
    text = (tmp_path / "trip.scenarios.yaml").read_text()
    assert "hush" not in text
    assert "abc" not in text
    (scenario,) = yaml.safe_load(text)["scenarios"]
    assert scenario["expect"]["undos"] == ["hotel"]
    assert counterpoint("test", "trip.yaml").code == 0
