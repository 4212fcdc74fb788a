"""The examples of the specification: all are valid; those that need nothing external run to the end that they mean."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from counterpoint.dsl import load
from counterpoint.expressions import Compiler
from counterpoint.plan import compile_plan, external_resources
from shared_data import ows_data
from tests.conformance.adapter import Adapter
from tests.conformance.services import PETS, localised

DATA = ows_data()
if DATA is None:
    pytest.skip("the examples are absent: put them into ../shared/ows or set OWS_DATA", allow_module_level=True)

EXAMPLES = {path.stem: path for path in sorted((DATA / "examples").glob("*.yaml"))}

pytestmark = pytest.mark.xdist_group("examples")


def event(type: str, data: Any = None) -> dict[str, Any]:
    """A CloudEvent to publish once the instance waits."""
    return {"publish": {"specversion": "1.0", "id": type, "source": "https://tests", "type": type, "data": data}}


@dataclass(frozen=True)
class Run:
    """How one example is run, and what must come of it."""

    input: Any = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    workflows: list[str] = field(default_factory=list)
    status: str = "completed"
    output: Any = ...
    """Any output will do where it is left out."""


HOT = event("com.fake-hospital.vitals.measurements.temperature", {"temperature": 39})
FAST = event("com.fake-hospital.vitals.measurements.bpm", {"bpm": 120})
LEFT = event("com.fake-hospital.patient.checked-out")
PET = Run({"petId": 1}, output=PETS[0])
SOLD = {**PETS[0], "status": "sold"}
REGISTER_CUSTOMER = """
document: {dsl: '1.0.3', namespace: test, name: register-customer, version: '0.1.0'}
do:
- register: {set: {registered: '${ .customer }'}}
"""

RUNS = {
    "authentication-bearer": Run({"token": "t"}, output=PETS[0]),
    "authentication-bearer-uri-format": Run({"token": "t", "petId": 1}, output=PETS[0]),
    "authentication-reusable": Run({"token": "t", "petId": 1}, output=PETS[0]),
    "call-custom-function-inline": Run(output=PETS[2]),
    "call-http-endpoint-interpolation": PET,
    "call-http-endpoint-interpolation-shorthand": PET,
    "call-http-query-headers-expressions": Run({"searchQuery": "luke"}),
    "call-http-query-parameters": Run({"searchQuery": "luke"}),
    "call-http-redirect": Run({"searchQuery": "luke"}),
    "call-openapi": Run(output=PETS[:2]),
    "call-openapi-redirect": Run(output=PETS[:2]),
    "conditional-task": Run({"customer": {"age": 30}, "bet": 1}, output={"accepted": "/api/bet/on/football"}),
    "do-multiple": Run({"petId": 1}, output=SOLD),
    "do-single": PET,
    "emit": Run(),
    "for": Run({"pets": [{"id": 1}]}, output={"pets": [{"id": 1}]}),
    "for-inline-array": Run(),
    "fork": Run({"patient": {"fullName": "P"}, "room": {"number": 1}}),
    "listen-to-all": Run(events=[HOT, FAST], output=[{"temperature": 39}, {"bpm": 120}]),
    "listen-to-all read-envelope": Run(events=[HOT, FAST]),
    "listen-to-any": Run(events=[HOT], output=[{"temperature": 39}]),
    "listen-to-any-filter": Run(events=[HOT], output=[{"temperature": 39}]),
    "listen-to-any-forever-foreach": Run(events=[HOT], status="waiting"),
    "listen-to-any-until-condition": Run(
        events=[event("a", 1), event("b", 2), event("c", 3), event("d", 4)], output=[1, 2, 3, 4]
    ),
    "listen-to-any-until-consumed": Run(events=[HOT, FAST, LEFT], output=[{"temperature": 39}, {"bpm": 120}]),
    "listen-to-one": Run(events=[event("com.virtual-wf-powered-race.events.race.started.v1", {"carId": 7})]),
    # Its `when` hands an object to `startswith`, which jq refuses.
    "mock-service-extension": Run(status="faulted"),
    "raise-inline": Run(status="faulted"),
    "raise-reusable": Run(status="faulted"),
    "run-shell-stdin-and-arguments": Run(output="STDIN was: Hello World\nARGS are Foo Bar\n"),
    "run-subflow": Run({"user": "Ada"}, workflows=[REGISTER_CUSTOMER]),
    "star-wars-homeworld": Run({"id": 1}, output={"name": "Tatooine"}),
    "switch-then-string": Run(
        {"orderType": "physical"}, output={"inventory": "clear", "items": 1, "address": "Elmer St"}
    ),
    "try-catch": Run({"petId": 4711}),
    "try-catch-retry-inline": PET,
    "try-catch-retry-reusable": PET,
    "try-catch-then": Run({"petId": 1}, output=SOLD),
    "try-catch-then-directive": Run(output={"status": "ok"}),
}
SCHEDULED = {
    "schedule-event-driven": event("com.example.hospital.events.patients.heartbeat.low", {"patient": {}}),
    "set": event("io.serverlessworkflow.samples.events.trigger.v1", {"a": 1}),
    "set-expression": event("io.serverlessworkflow.samples.events.trigger.v1", {"a": 1}),
}
SCRIPTS = ("run-script-with-stdin-and-arguments",)
NOT_RUN = {
    "accumulate-room-readings": "calls an OpenAPI service whose document the example does not show",
    "authentication-oauth2": "needs an OAuth2 authority",
    "authentication-oauth2-secret": "needs an OAuth2 authority",
    "authentication-oidc": "needs an OpenID provider",
    "authentication-oidc-secret": "needs an OpenID provider",
    "call-asyncapi-publish": "needs a message broker",
    "call-asyncapi-subscribe-consume-amount": "needs a message broker",
    "call-asyncapi-subscribe-consume-forever-foreach": "needs a message broker",
    "call-asyncapi-subscribe-consume-until": "needs a message broker",
    "call-asyncapi-subscribe-consume-while": "needs a message broker",
    "call-custom-function-cataloged": "fetches its function from the internet",
    "call-grpc": "needs a gRPC service and its proto file",
    "call-mcp": "needs an MCP server from the internet",
    "run-container": "needs a container engine",
    "run-container-cleanup-always": "needs a container engine",
    "run-container-cleanup-eventually": "needs a container engine",
    "run-container-stdin-and-arguments": "needs a container engine",
    "run-container-with-name": "needs a container engine",
    "run-container-with-pull-policy": "needs a container engine",
    "run-return-all": "needs a container engine",
    "run-return-code": "needs a container engine",
    "run-return-none": "needs a container engine",
    "run-return-stderr": "needs a container engine",
    "schedule-cron": "runs at midnight",
    "wait-duration-inline": "waits for 30 real seconds; the kernel's tests turn the clock instead",
    "wait-duration-iso8601": "waits for 30 real seconds; the kernel's tests turn the clock instead",
}


def test_every_example_is_run_or_has_a_reason_why_not() -> None:
    assert len(EXAMPLES) == 68
    assert set(EXAMPLES) == {*RUNS, *SCHEDULED, *SCRIPTS, *NOT_RUN}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_parses_validates_and_compiles(name: str) -> None:
    text = EXAMPLES[name].read_text()
    assert Adapter().validate(text) == {"valid": True, "errors": []}
    definition = load(text)
    fetched = {each.name: {"set": {"fetched": True}} for each in external_resources(definition)}
    assert compile_plan(definition, Compiler(), resources=fetched).digest == definition.digest


@pytest.mark.parametrize("name", RUNS)
def test_an_example_runs_to_its_end(name: str, addresses: dict[str, str]) -> None:
    run = RUNS[name]
    result = _execute(EXAMPLES[name], run, addresses)
    assert result["status"] == run.status, result
    if run.output is not ...:
        assert result["output"] == run.output


@pytest.mark.parametrize("name", SCHEDULED)
def test_an_example_starts_when_its_event_comes(name: str, addresses: dict[str, str]) -> None:
    text = localised(EXAMPLES[name].read_text(), addresses)
    instances = Adapter().schedule(text, [SCHEDULED[name]], within_ms=1000)["instances"]
    assert [each["status"] for each in instances] == ["completed"]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_runs(name: str, addresses: dict[str, str]) -> None:
    assert _execute(EXAMPLES[name], Run(), addresses)["status"] == "completed"


def _execute(path: Path, run: Run, addresses: dict[str, str]) -> dict[str, Any]:
    return Adapter().execute(
        localised(path.read_text(), addresses),
        run.input,
        run.events,
        has_input=True,
        workflows=run.workflows,
        secrets=None,
        actions=[],
        timeout=10.0 if run.status != "waiting" else 0.5,
    )
