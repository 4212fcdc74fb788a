"""Lists, counts and histories over HTTP: what is asked for is found, page by page."""

from __future__ import annotations

import pytest

from tests.api.conftest import HEARS, SET

pytestmark = pytest.mark.anyio


async def listed(serving, **parameters):
    answer = await serving.client.get("/v1/instances", params=parameters)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_instances_are_found_by_what_is_asked_for(serving):
    for version in ("1.0.0", "1.1.0"):
        await serving.publish(SET, version=version)
    await serving.publish(HEARS, "waits")
    for body in (
        {"definition": "thing:1.0.0", "id": "a", "businessKey": "order-7"},
        {"definition": "thing:1.1.0", "id": "b"},
        {"definition": "waits", "id": "c", "businessKey": "order-7"},
    ):
        assert (await serving.client.post("/v1/instances", json=body, params={"wait": 0.2})).status_code == 201
    entries = (await serving.client.get("/v1/instances", params={"workflow": "waits"})).json()["items"]
    assert [(each["businessKey"], each["waitsFor"], each["dueAt"]) for each in entries] == [
        ("order-7", ["event:api.go"], None)
    ]
    created = entries[0]["createdAt"]
    for parameters, ids in (
        ({"businessKey": "order-7"}, ["c", "a"]),
        ({"businessKey": "order-7", "status": "completed"}, ["a"]),
        ({"status": ["completed", "waiting"]}, ["c", "b", "a"]),
        ({"workflow": "thing"}, ["b", "a"]),
        ({"workflow": "thing", "version": "1.1.0"}, ["b"]),
        ({"waitsFor": "event"}, ["c"]),
        ({"waitsFor": "event:api.go"}, ["c"]),
        ({"waitsFor": "timer"}, []),
        ({"createdFrom": created}, ["c"]),
        ({"createdTo": created}, ["b", "a"]),
        ({"endedFrom": "2000-01-01T00:00:00Z"}, ["b", "a"]),
        ({"parent": "a"}, []),
        ({"errorType": "x"}, []),
        ({"correlation": "x"}, []),
        ({"saga": "stuck"}, []),
    ):
        assert await listed(serving, **parameters) == ids, parameters
    for wrong in ({"saga": "x"}, {"waitsFor": "rain"}, {"createdFrom": "soon"}, {"version": "1"}, {"status": "x"}):
        assert (await serving.client.get("/v1/instances", params=wrong)).status_code in (400, 422), wrong


async def test_instances_are_counted(serving):
    await serving.publish(SET)
    await serving.publish(HEARS, "waits")
    for definition in ("thing", "thing", "waits"):
        await serving.start(definition, wait=0.2)
    counts = (await serving.client.get("/v1/instances/counts")).json()
    assert counts == {
        "total": 3,
        "atLeast": False,
        "byStatus": {"completed": 2, "waiting": 1},
        "byWorkflow": {"api/thing:1.0.0": 2, "api/waits:1.0.0": 1},
    }
    only = (await serving.client.get("/v1/instances/counts", params={"waitsFor": "event"})).json()
    assert (only["total"], only["byWorkflow"]) == (1, {"api/waits:1.0.0": 1})


async def test_the_same_key_with_another_business_key_is_refused(serving):
    await serving.publish(SET)
    body, key = {"definition": "thing", "businessKey": "7"}, {"Idempotency-Key": "k"}
    assert (await serving.client.post("/v1/instances", json=body, headers=key)).status_code == 201
    assert (await serving.client.post("/v1/instances", json=body, headers=key)).status_code == 200
    other = await serving.client.post("/v1/instances", json={**body, "businessKey": "8"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:counterpoint:problem:key-reused")


async def test_a_history_is_read_in_pages(serving):
    id = await serving.start(await serving.publish(HEARS))
    await serving.client.post(f"/v1/instances/{id}/suspend")
    await serving.client.post(f"/v1/instances/{id}/resume")
    whole = (await serving.client.get(f"/v1/instances/{id}/history")).json()
    assert whole["next"] is None
    found, after = [], 0
    while after is not None:
        page = (await serving.client.get(f"/v1/instances/{id}/history", params={"after": after, "limit": 1})).json()
        assert len({each["sequence"] for each in page["items"]}) == 1
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]
    beyond = await serving.client.get(f"/v1/instances/{id}/history", params={"after": 99})
    assert beyond.json() == {"items": [], "next": None}
