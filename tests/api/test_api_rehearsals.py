"""What-if and verification over HTTP: nothing is published, and what is found is told."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.conftest import HEAD, SET

pytestmark = pytest.mark.anyio

SAGA = (
    HEAD.format(name="pay", version="1.0.0")
    + """\
- charge:
    call: http
    with: { method: post, endpoint: 'https://payments.example.com/charges' }
    compensate:
      do:
      - refund: { call: http, with: { method: post, endpoint: 'https://payments.example.com/refunds' } }
- ship:
    call: http
    with: { method: post, endpoint: 'https://delivery.example.com/parcels' }
"""
)
SCHEMA = "{ type: object, required: [order], properties: { order: { type: string } } }"
NEEDY = SAGA.replace("\ndo:", f"\ninput: {{ schema: {{ document: {SCHEMA} }} }}\ndo:", 1)


async def test_a_fault_is_played_through_to_its_undo(serving):
    fault = {"task": "ship", "error": {"type": "communication", "status": 422}}
    answer = await serving.client.post("/v1/rehearsals/what-if", json={"document": SAGA, "faults": [fault]})
    assert answer.status_code == 200, answer.text
    trace = answer.json()["trace"]
    assert (trace["status"], trace["saga"]) == ("faulted", "compensated")
    assert [each["task"] for each in trace["undos"]] == ["charge"]
    assert (await serving.client.get("/v1/definitions")).json()["items"] == []


async def test_without_an_input_the_smallest_that_the_schema_allows_is_taken(serving):
    answer = await serving.client.post("/v1/rehearsals/what-if", json={"document": NEEDY})
    assert answer.json()["trace"]["input"] == {"order": "text"}
    given = await serving.client.post("/v1/rehearsals/what-if", json={"document": NEEDY, "input": {"order": "7"}})
    assert given.json()["trace"]["input"] == {"order": "7"}


async def test_a_workflow_that_is_run_is_found_among_those_published(serving):
    await serving.publish("- tell: { set: { told: '${ .who }' } }\n", name="child")
    parent = HEAD.format(name="parent", version="1.0.0") + (
        "- ask: { run: { workflow: { namespace: api, name: child, version: latest, input: { who: me } } } }\n"
    )
    answer = await serving.client.post("/v1/rehearsals/what-if", json={"document": parent})
    assert answer.json()["trace"]["output"] == {"told": "me"}


async def test_a_document_that_may_not_run_is_answered_with_its_diagnostics(serving):
    for action in ("what-if", "verify"):
        answer = await serving.client.post(f"/v1/rehearsals/{action}", json={"document": "do: 7"})
        assert answer.status_code == 422
        assert answer.json()["diagnostics"], action


async def test_a_fault_of_no_task_is_refused_and_named(serving):
    fault = {"task": "nothing", "error": "communication"}
    answer = await serving.client.post("/v1/rehearsals/what-if", json={"document": SAGA, "faults": [fault]})
    assert answer.status_code == 422
    assert "nothing" in answer.text


async def test_what_can_be_left_behind_is_found_with_its_story(serving):
    broken = SAGA.replace("    compensate:\n", "    metadata:\n")
    answer = await serving.client.post("/v1/rehearsals/verify", json={"document": broken})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["unexplored"] == 0
    findings = {each["task"]: each for each in found["findings"] if each["code"] == "CPV101"}
    assert findings["charge"]["story"]["steps"][0] == "charge succeeds"


async def test_the_engine_goes_on_while_a_document_is_explored_and_a_second_one_is_refused(serving):
    work = [serving.client.post("/v1/rehearsals/verify", json={"document": SAGA}) for _ in range(2)]
    answers = [asyncio.create_task(each) for each in work]
    assert (await serving.client.get("/health/ready")).status_code == 200
    statuses = sorted([(await each).status_code for each in answers])
    assert statuses == [200, 429]


@pytest.mark.parametrize("path", ["verify", "what-if"])
async def test_a_document_is_never_taken_for_the_path_of_a_file(serving, path, tmp_path):
    """Neither is the file read, nor is it told whether it is there."""
    there = tmp_path / "there.yaml"
    there.write_text(HEAD.format(name="thing", version="1.0.0") + SET)
    answers = []
    for document in (str(there), str(tmp_path / "missing.yaml"), "a\x00b"):
        answer = await serving.client.post(f"/v1/rehearsals/{path}", json={"document": document})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:counterpoint:problem:invalid-document")
        answers.append([each["code"] for each in answer.json()["diagnostics"]])
    assert answers[0] == answers[1]
