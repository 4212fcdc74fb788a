"""Inputs over HTTP: what a workflow takes, and what is wrong with a value, before anything is started."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.errors import InputRefused

pytestmark = pytest.mark.anyio

TAKES = """document:
  { dsl: '1.0.3', namespace: api, name: thing, version: '1.0.0', metadata: { businessKey: '${ .order }' } }
input:
  schema:
    document:
      type: object
      required: [order, lines]
      properties:
        order: { type: string, minLength: 2 }
        lines: { type: array, items: { type: object, required: ['a/b'] } }
do:
- tell: { set: { told: true } }
"""
HERE = "/v1/definitions/api/thing/latest/input"


@pytest.fixture
async def published(serving):
    answer = await serving.client.post("/v1/definitions", content=TAKES, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201, answer.text


async def check(serving, **body):
    answer = await serving.client.post(HERE, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_schema_is_told_as_it_is_used(serving, published):
    form = (await serving.client.get(HERE)).json()
    assert (form["workflow"], form["makesBusinessKey"]) == ("api/thing:1.0.0", True)
    assert form["schema"]["required"] == ["order", "lines"]


async def test_a_workflow_without_a_schema_takes_anything(serving):
    await serving.publish("- tell: { set: { told: true } }\n")
    assert (await serving.client.get(HERE)).json()["schema"] is None
    assert await check(serving, input=[1, "anything"]) == {"valid": True, "faults": []}


async def test_each_fault_names_its_place_and_what_is_missing_by_its_own(serving, published):
    good = {"order": "77", "lines": [{"a/b": 1}]}
    assert await check(serving, input=good) == {"valid": True, "faults": []}
    found = await check(serving, input={"order": "7", "lines": [{"a/b": 1}, {}]})
    assert not found["valid"]
    told = {each["pointer"]: each["message"] for each in found["faults"]}
    assert told == {"/order": "the value is shorter than 2 characters", "/lines/1/a~1b": "it is required"}
    assert [each["pointer"] for each in (await check(serving))["faults"]] == ["/order", "/lines"]
    assert [each["pointer"] for each in (await check(serving, input=7))["faults"]] == [""]


async def test_nothing_is_started_and_the_value_is_not_repeated(serving, published):
    found = await check(serving, input={"order": "!", "lines": []})
    assert "!" not in str(found["faults"])
    assert (await serving.client.get("/v1/instances")).json()["items"] == []


async def test_what_is_not_published_is_not_found(serving):
    assert (await serving.client.get(HERE)).status_code == 404
    assert (await serving.client.post(HERE, json={})).status_code == 404


async def instances(serving):
    return (await serving.client.get("/v1/instances")).json()["items"]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["plain", "with a key"])
async def test_a_start_with_what_the_schema_does_not_take_is_refused_before_anything_is_written(
    serving, published, headers
):
    start = {"definition": "api/thing", "input": {"order": "7", "lines": [{}]}}
    refused = await serving.client.post("/v1/instances", json=start, headers=headers)
    problem = refused.json()
    assert (refused.status_code, problem["type"].rpartition(":")[2]) == (422, "invalid-input")
    assert [each["pointer"] for each in problem["faults"]] == ["/order", "/lines/0/a~1b"]
    assert "/lines/0/a~1b: it is required" in problem["detail"] and "api/thing:1.0.0" in problem["detail"]
    assert await instances(serving) == []
    start["input"] = {"order": "77", "lines": []}
    answer = await serving.client.post("/v1/instances", json=start, headers=headers)  # the key is still free
    assert answer.status_code == 201, answer.text


async def test_in_bulk_each_is_answered_and_the_others_start(serving, published):
    good = {"definition": "api/thing", "input": {"order": "77", "lines": []}}
    bad = {"definition": "api/thing", "input": {"order": "77"}}
    answer = await serving.client.post("/v1/bulk/starts", json=[good, bad, good | {"key": "a"}, bad | {"key": "b"}])
    assert [each["status"] for each in answer.json()["items"]] == [201, 422, 201, 422]
    assert [each["pointer"] for each in answer.json()["items"][3]["problem"]["faults"]] == ["/lines"]
    assert len(await instances(serving)) == 2


async def test_python_is_told_the_same(serving, published):
    with pytest.raises(InputRefused, match="/lines: it is required") as refused:
        await serving.engine.start("api/thing", {"order": "77"})
    assert [each.pointer for each in refused.value.faults] == ["/lines"]
    assert await instances(serving) == []


async def test_what_an_event_starts_with_the_wrong_input_faults_in_its_history(serving):
    """Nobody would be told otherwise."""
    document = TAKES.replace("do:", "schedule: { on: { one: { with: { type: api.go } } } }\ndo:")
    await serving.client.post("/v1/definitions", content=document, headers={"Content-Type": "application/yaml"})
    await serving.engine.run_schedules()
    await serving.engine.deliver({"specversion": "1.0", "id": "1", "source": "s", "type": "api.go", "data": {}})
    async with asyncio.timeout(20):
        while not (found := await instances(serving)):
            pass
    instance = (await serving.client.get(f"/v1/instances/{found[0]['id']}", params={"wait": 5})).json()
    assert instance["status"] == "faulted" and instance["error"]["type"].endswith("/validation")
