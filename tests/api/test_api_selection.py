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
        ({"businessKeyPrefix": "order-"}, ["c", "a"]),
        ({"businessKeyPrefix": "order-", "status": ["waiting", "running"]}, ["c"]),
        ({"businessKeyPrefix": "rder"}, []),
        ({"dueTo": "2100-01-01T00:00:00Z"}, []),
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
    for wrong in (
        {"saga": "x"},
        {"waitsFor": "rain"},
        {"createdFrom": "soon"},
        {"dueTo": "soon"},
        {"version": "1"},
        {"status": "x"},
    ):
        assert (await serving.client.get("/v1/instances", params=wrong)).status_code in (400, 422), wrong


async def test_who_waits_for_a_time_is_found_by_it(serving):
    await serving.publish("- rest: { wait: PT1H }\n", "rests")
    instance = await serving.start("rests", wait=0.2)
    due = (await serving.client.get("/v1/instances")).json()["items"][0]["dueAt"]
    assert await listed(serving, dueFrom=due) == [instance]
    assert await listed(serving, dueTo=due) == []
    assert await listed(serving, dueTo="2100-01-01T00:00:00Z", waitsFor="timer") == [instance]
    counted = await serving.client.get("/v1/instances/counts", params={"dueTo": "2100-01-01T00:00:00Z"})
    assert counted.json()["byWorkflow"] == {"api/rests:1.0.0": 1}


async def test_who_has_been_overdue_for_the_longest_comes_first_page_by_page(serving):
    await serving.publish(SET)
    for hours in (3, 1, 2):
        await serving.publish(f"- rest: {{ wait: PT{hours}H }}\n", f"rests{hours}")
        await serving.engine.start(f"rests{hours}", id=f"{hours} h")
    await serving.start("thing", wait=10)
    assert await listed(serving, order="due") == ["1 h", "2 h", "3 h"]
    assert await listed(serving, order="due", workflow="rests2") == ["2 h"]
    assert (await listed(serving, order="newest"))[1:] == ["2 h", "1 h", "3 h"]
    found, cursor = [], {}
    while cursor is not None:
        page = (await serving.client.get("/v1/instances", params={"order": "due", "limit": 1, **cursor})).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"] and {"cursor": page["next"]}
    assert found == ["1 h", "2 h", "3 h"]


async def test_a_cursor_of_one_order_is_refused_in_the_other(serving):
    rests = await serving.publish("- rest: { wait: PT1H }\n", "rests")
    for _ in range(2):
        await serving.engine.start(rests)
    orders = ("newest", "due")
    cursors = {
        order: (await serving.client.get("/v1/instances", params={"order": order, "limit": 1})).json()["next"]
        for order in orders
    }
    for order, other in (orders, orders[::-1]):
        refused = await serving.client.get("/v1/instances", params={"order": order, "cursor": cursors[other]})
        assert (refused.status_code, refused.json()["type"]) == (400, "urn:counterpoint:problem:invalid-request")
        assert "in another order" in refused.json()["detail"]
    unknown = await serving.client.get("/v1/instances", params={"order": "oldest"})
    assert unknown.status_code == 400
    assert (await serving.client.get("/v1/instances/counts", params={"order": "due"})).status_code == 400


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
