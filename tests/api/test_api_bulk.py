"""Starting in bulk over HTTP: each start is answered in its place."""

from __future__ import annotations

import json

import pytest

from counterpoint import EngineLimits
from counterpoint.api import ApiLimits
from tests.api.conftest import HEARS, SET

pytestmark = pytest.mark.anyio
NDJSON = {"Content-Type": "application/x-ndjson"}


async def post(serving, starts, **headers):
    return await serving.client.post("/v1/bulk/starts", json=starts, headers=headers)


async def test_ten_thousand_start_with_one_request_and_all_end(serving):
    await serving.publish(SET)
    starts = [{"definition": "thing", "input": {"who": number}} for number in range(10_000)]
    answer = await post(serving, starts)
    items = answer.json()["items"]
    assert answer.status_code == 200
    assert {(each["status"], each["workflow"]) for each in items} == {(201, "api/thing:1.0.0")}
    assert len({each["id"] for each in items}) == 10_000
    last = await serving.client.get(f"/v1/instances/{items[-1]['id']}", params={"wait": 30})
    assert last.json()["output"] == {"told": 9_999}
    assert not (await serving.client.get("/v1/instances", params={"status": "running"})).json()["items"]


async def test_the_fault_of_one_harms_no_other(serving):
    await serving.publish(SET)
    starts = [
        {"definition": "thing", "id": "a"},
        {"definition": "none"},
        {"definitions": "thing"},
        "thing",
        {"definition": "thing", "id": "a"},
        {"definition": "thing", "id": "b", "key": "b"},
        {"definition": "thing", "id": "x#y"},
        {"definition": "thing", "key": "k"},
        {"definition": "thing", "key": "k"},
        {"definition": "thing", "key": "k", "input": 1},
    ]
    items = (await post(serving, starts)).json()["items"]
    assert [each["status"] for each in items] == [201, 404, 400, 400, 409, 400, 422, 201, 200, 422]
    assert items[7]["id"] == items[8]["id"]
    assert "`definitions`" in items[2]["problem"]["detail"]
    assert [each["problem"]["type"].rpartition(":")[2] for each in items if "problem" in each] == [
        "not-found", "invalid-request", "invalid-request", "conflict", "invalid-request", "invalid-input", "key-reused",
    ]  # fmt: skip
    assert len((await serving.client.get("/v1/instances")).json()["items"]) == 2


async def test_lines_are_answered_with_lines(serving):
    await serving.publish(SET)
    lines = '{"definition": "thing"}\n\n{"definition": \n{"definition": "api/thing:1.0.0"}\r\n'
    answer = await serving.client.post("/v1/bulk/starts", content=lines, headers=NDJSON)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(each)["status"] for each in answer.text.splitlines()] == [201, 400, 201]


async def test_the_same_request_with_the_same_key_starts_the_same_instances(serving):
    await serving.publish(HEARS)
    starts = [{"definition": "thing", "input": number} for number in range(5)]
    first = (await post(serving, starts, **{"Idempotency-Key": "monday"})).json()["items"]
    again = (await post(serving, [*starts, {"definition": "thing"}], **{"Idempotency-Key": "monday"})).json()["items"]
    assert [each["status"] for each in again] == [200] * 5 + [201]
    assert [each["id"] for each in again[:5]] == [each["id"] for each in first]
    other = (await post(serving, [{"definition": "thing", "input": 7}], **{"Idempotency-Key": "monday"})).json()
    assert other["items"][0]["problem"]["type"] == "urn:counterpoint:problem:key-reused"


async def test_what_is_no_list_of_starts_is_refused(serving):
    for body in ({}, 1, "x"):
        answer = await post(serving, body)
        assert (answer.status_code, "array" in answer.json()["detail"]) == (400, True)
    assert (await serving.client.post("/v1/bulk/starts", content="[]")).status_code == 415
    assert (await post(serving, [])).json() == {"items": []}
    too_many = await serving.client.post("/v1/bulk/starts", content=b"1\n" * 10_001, headers=NDJSON)
    assert (too_many.status_code, too_many.json()["limit"]) == (422, "bulk_starts_max")


async def test_what_the_queue_cannot_hold_is_refused_whole(serve):
    async with serve(engine_limits=EngineLimits(commands_queued_max=3)) as serving:
        await serving.publish(SET)
        answer = await post(serving, [{"definition": "thing"}] * 4)
        assert (answer.status_code, answer.json()["limit"]) == (429, "commands_queued_max")
        assert not (await serving.client.get("/v1/instances")).json()["items"]
        assert len((await post(serving, [{"definition": "thing"}] * 3)).json()["items"]) == 3


async def test_a_body_that_is_too_large_is_refused(serve):
    async with serve(ApiLimits(body_bytes_max=1_000)) as serving:
        await serving.publish(SET)
        assert (await post(serving, [{"definition": "thing"}] * 100)).status_code == 413
