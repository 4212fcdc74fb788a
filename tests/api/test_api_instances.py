"""Instances over HTTP: start once, wait, list, look at, intervene."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest

from tests.api.conftest import HEARS, SET

pytestmark = pytest.mark.anyio
STUCK = """
- reserve:
    call: release
    compensate: { do: [{ undo: { call: charge } }], retry: { limit: { attempt: { count: 1 } } } }
- ship: { call: charge }
"""


async def post(serving, path, body=None, **options):
    return await serving.client.post(f"/v1/instances{path}", **({} if body is None else {"json": body}), **options)


async def test_an_instance_starts_and_can_be_waited_for(serving):
    await serving.publish(SET)
    answer = await post(serving, "?wait=10", {"definition": "thing", "input": {"who": "Ada"}})
    body = answer.json()
    assert (answer.status_code, body["workflow"], body["replayed"]) == (201, "api/thing:1.0.0", False)
    assert (body["instance"]["status"], body["instance"]["output"]) == ("completed", {"told": "Ada"})
    found = (await serving.client.get(answer.headers["Location"])).json()
    assert found == body["instance"]
    assert [(each["reference"], each["status"]) for each in found["tasks"]] == [("/do/0/tell", "completed")]
    history = (await serving.client.get(f"/v1/instances/{body['id']}/history")).json()["items"]
    assert history == await serving.engine.history(body["id"])


async def test_waiting_ends_when_the_time_is_up(serving):
    id = await serving.start(await serving.publish(HEARS))
    answer = await serving.client.get(f"/v1/instances/{id}", params={"wait": 0.05})
    assert (answer.status_code, answer.json()["status"]) == (200, "waiting")


@pytest.mark.parametrize("id", ["order 7", "a/b", "/", "100%", "a%2Fb", "ü?&;", "..a"])
async def test_a_caller_may_choose_the_id(serving, id):
    body = {"definition": await serving.publish(SET), "id": id}
    started = await post(serving, "", body)
    assert started.json()["id"] == id
    assert started.headers["location"] == f"/v1/instances/{quote(id, safe='')}"
    assert (await serving.client.get(started.headers["location"], params={"wait": 10})).json()["id"] == id
    assert (await serving.client.get(f"{started.headers['location']}/history")).status_code == 200
    again = await post(serving, "", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:counterpoint:problem:conflict")


async def test_an_id_that_cannot_be_one_is_refused(serving):
    reference = await serving.publish(SET)
    for wrong in ("", "a#b", ".", "..", "counts"):
        assert (await post(serving, "", {"definition": reference, "id": wrong})).status_code in (400, 422)


async def test_the_same_key_and_body_give_the_same_instance(serving):
    await serving.publish(HEARS)
    body, key = {"definition": "api/thing", "input": {"a": 1, "b": 2.5}}, {"Idempotency-Key": "order-7"}
    answers = await asyncio.gather(*(post(serving, "", body, headers=key) for _ in range(20)))
    assert {each.json()["id"] for each in answers} == {answers[0].json()["id"]}
    assert sorted(each.status_code for each in answers) == [200] * 19 + [201]
    await serving.publish(SET, version="2.0.0")
    later = await post(serving, "", body, headers=key)
    assert (later.status_code, later.json()["workflow"]) == (200, "api/thing:1.0.0")
    assert len((await serving.client.get("/v1/instances")).json()["items"]) == 1


async def test_the_same_key_with_another_body_is_refused(serving):
    await serving.publish(SET)
    await serving.publish(SET, "other")
    key = {"Idempotency-Key": "k"}
    assert (await post(serving, "", {"definition": "thing", "input": {"a": 1}}, headers=key)).status_code == 201
    for other in ({"definition": "thing", "input": {"a": True}}, {"definition": "other", "input": {"a": 1}}):
        answer = await post(serving, "", other, headers=key)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:counterpoint:problem:key-reused")
    both = await post(serving, "", {"definition": "thing", "id": "x"}, headers=key)
    assert both.status_code == 400


async def test_instances_are_listed_page_by_page(serving):
    thing, waits = await serving.publish(SET), await serving.publish(HEARS, "waits")
    ids = [await serving.start(thing, wait=10) for _ in range(5)] + [await serving.start(waits)]
    found, cursor = [], {}
    while True:
        page = (await serving.client.get("/v1/instances", params={"limit": 2, **cursor})).json()
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == ids[::-1]
    await serving.client.get(f"/v1/instances/{ids[-1]}", params={"wait": 0.01})
    waiting = (await serving.client.get("/v1/instances", params={"status": "waiting"})).json()["items"]
    assert [(each["id"], each["workflow"]) for each in waiting] == [(ids[-1], "api/waits:1.0.0")]
    of_one = (await serving.client.get("/v1/instances", params={"workflow": "thing"})).json()["items"]
    assert {each["id"] for each in of_one} == set(ids[:-1])
    for wrong in ({"status": "lost"}, {"cursor": "x"}, {"limit": 0}, {"workflow": "none"}):
        assert (await serving.client.get("/v1/instances", params=wrong)).status_code in (400, 404, 422), wrong


async def test_what_runs_is_suspended_resumed_and_cancelled(serving):
    id = await serving.start(await serving.publish(HEARS))
    suspended = await post(serving, f"/{id}/suspend", {"reason": "lunch"})
    assert (suspended.status_code, suspended.json()["status"]) == (202, "suspended")
    assert (await post(serving, f"/{id}/suspend")).status_code == 409
    assert (await post(serving, f"/{id}/resume")).json()["status"] == "waiting"
    cancelled = await post(serving, f"/{id}/cancel", {"reason": "changed their mind"})
    assert (cancelled.json()["status"], cancelled.json()["reason"]) == ("cancelled", "changed their mind")
    again = await post(serving, f"/{id}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "urn:counterpoint:problem:conflict")


async def test_what_is_not_there_is_not_found(serving):
    for path in ("/v1/instances/none", "/v1/instances/none/history", "/v1/instances/none/events", "/nowhere"):
        answer = await serving.client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:counterpoint:problem:not-found")
    assert (await post(serving, "/none/cancel")).status_code == 404


async def test_a_request_that_is_not_understood_says_why(serving):
    for body, told in (
        ({"definition": "a", "inputs": {}}, "inputs"),
        ({}, "definition"),
        ({"definition": 7}, "definition: Expected"),
    ):
        answer = await post(serving, "", body)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:counterpoint:problem:invalid-request")
        assert told in answer.json()["detail"]
    answer = await serving.client.post("/v1/instances", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def stuck_instance(serving):
    id = await serving.start(await serving.publish(STUCK), wait=10)
    found = (await serving.client.get(f"/v1/instances/{id}")).json()
    assert (found["status"], found["saga"]) == ("suspended", "stuck")
    [incident] = found["incidents"]
    assert (incident["reference"], incident["undo"]) == ("/do/0/reserve", True)
    return id, incident["run"]


async def test_an_incident_is_tried_again(serving, mended):
    id, run = await stuck_instance(serving)
    assert (await post(serving, f"/{id}/retry", {"run": run + 1})).status_code == 409
    mended.set()
    assert (await post(serving, f"/{id}/retry", {"run": run})).status_code == 202
    ended = (await serving.client.get(f"/v1/instances/{id}", params={"wait": 10})).json()
    assert (ended["status"], ended["saga"], ended["incidents"]) == ("faulted", "compensated", [])


async def test_an_incident_is_resolved_with_a_reason(serving):
    id, run = await stuck_instance(serving)
    for wrong in ({"action": "skip"}, {"action": "sing", "reason": "why not"}):
        refused = await post(serving, f"/{id}/resolve", {"run": run, **wrong})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:counterpoint:problem:invalid-input")
    resolved = await post(serving, f"/{id}/resolve", {"run": run, "action": "skip", "reason": "paid back by hand"})
    assert resolved.status_code == 202
    ended = (await serving.client.get(f"/v1/instances/{id}", params={"wait": 10})).json()
    assert ended["status"] == "faulted"
    assert [each["reason"] for each in ended["left"]] == ["paid back by hand"]


async def test_what_has_completed_is_undone_late(serving, mended):
    mended.set()
    document = (
        "document: { dsl: '1.0.3', namespace: api, name: late, version: '1.0.0',"
        " metadata: { saga: { compensableFor: { hours: 1 } } } }\n"
        "do:\n- pay: { call: charge, compensate: { do: [{ back: { call: release } }] } }\n"
    )
    await serving.engine.publish(document)
    id = await serving.start("api/late", wait=10)
    assert (await post(serving, f"/{id}/compensate", {"reason": "sent back"})).status_code == 202
    ended = (await serving.client.get(f"/v1/instances/{id}", params={"wait": 10})).json()
    assert (ended["status"], ended["saga"]) == ("completed", "compensated")


async def test_nobody_is_waited_for_on_behalf_of_a_client_that_has_gone(serving):
    """Neither by a look at an instance nor by a start, which happens all the same."""
    reference = await serving.publish(HEARS)
    id = await serving.start(reference)
    waiters = serving.engine.runtime.dispatch.waiters
    start = {"definition": reference, "id": "kept"}
    for ask in (
        serving.client.get(f"/v1/instances/{id}", params={"wait": 60}),
        serving.client.post("/v1/instances", params={"wait": 60}, json=start),
    ):
        asking = asyncio.create_task(ask)
        while not waiters:
            await asyncio.sleep(0)
        asking.cancel()
        while waiters:
            await asyncio.sleep(0)
    assert (await serving.client.get("/v1/instances/kept")).json()["status"] == "waiting"
