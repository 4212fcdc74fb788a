"""Inputs over HTTP: what a workflow takes, and what is wrong with a value, before anything is started."""

from __future__ import annotations

import pytest

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
