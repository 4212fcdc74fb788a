"""The conformance kit of the specification: its scenarios, read where they lie, through the engine."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from pytest_bdd import given, parsers, scenarios, then, when

from shared_data import ows_data
from tests.conformance.adapter import Adapter
from tests.conformance.services import localised

TIMEOUT_SECONDS = 10.0

pytestmark = pytest.mark.xdist_group("ctk")

DATA = ows_data()
if DATA is None:
    pytest.skip("the conformance kit is absent: put it into ../shared/ows or set OWS_DATA", allow_module_level=True)

scenarios(str(DATA / "ctk" / "features"))


class Scenario:
    """What one scenario has said so far, and what came of it."""

    def __init__(self) -> None:
        self.definition = ""
        self.input: Any = {}
        self.result: dict[str, Any] = {}

    def value(self, path: str) -> Any:
        """The member of the output at a dotted path; KeyError where there is none."""
        value = self.result["output"]
        for name in path.split("."):
            value = value[name]
        return value


@pytest.fixture
def scenario() -> Scenario:
    return Scenario()


@given("a workflow with definition:")
def _definition(scenario: Scenario, addresses: dict[str, str], docstring: str) -> None:
    scenario.definition = localised(docstring, addresses)


@given("given the workflow input is:")
def _input(scenario: Scenario, docstring: str) -> None:
    scenario.input = yaml.safe_load(docstring)


@when("the workflow is executed")
def _executed(scenario: Scenario) -> None:
    scenario.result = Adapter().execute(
        scenario.definition,
        scenario.input,
        [],
        has_input=True,
        workflows=[],
        secrets=None,
        actions=[],
        timeout=TIMEOUT_SECONDS,
    )


@then("the workflow should complete")
def _completes(scenario: Scenario) -> None:
    assert scenario.result["status"] == "completed", scenario.result


@then("the workflow should complete with output:")
def _completes_with(scenario: Scenario, docstring: str) -> None:
    _completes(scenario)
    assert scenario.result["output"] == yaml.safe_load(docstring)


@then("the workflow should fault")
def _faults(scenario: Scenario) -> None:
    assert scenario.result["status"] == "faulted", scenario.result


@then("the workflow should fault with error:")
def _faults_with(scenario: Scenario, docstring: str) -> None:
    _faults(scenario)
    expected = yaml.safe_load(docstring)
    assert {name: scenario.result["error"].get(name) for name in expected} == expected


@then(parsers.re(r"the workflow output should have properties (?P<names>.+)"))
def _has_properties(scenario: Scenario, names: str) -> None:
    for path in re.findall(r"'([^']+)'", names):
        scenario.value(path)


@then(parsers.re(r"the workflow output should have a '(?P<path>[^']+)' property with value:"))
def _has_value(scenario: Scenario, path: str, docstring: str) -> None:
    assert scenario.value(path) == yaml.safe_load(docstring)


@then(parsers.re(r"the workflow output should have a '(?P<path>[^']+)' property containing (?P<count>\d+) items"))
def _has_items(scenario: Scenario, path: str, count: str) -> None:
    assert len(scenario.value(path)) == int(count)


@then(parsers.re(r"(?P<task>\w+) should run (?P<place>first|last)"))
def _runs_at(scenario: Scenario, task: str, place: str) -> None:
    assert scenario.result["order"][0 if place == "first" else -1] == task


@then(parsers.re(r"(?P<task>\w+) should run after (?P<earlier>\w+)"))
def _runs_after(scenario: Scenario, task: str, earlier: str) -> None:
    assert scenario.result["order"].index(task) > scenario.result["order"].index(earlier)
