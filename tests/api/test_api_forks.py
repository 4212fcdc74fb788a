"""Forks over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import HEARS

pytestmark = pytest.mark.anyio


async def test_a_fork_is_planned_and_made(serving):
    origin = await serving.start(await serving.publish(HEARS), wait=0.02)
    asked = {"at": 1, "reason": "what if"}
    dry = await serving.client.post(f"/v1/instances/{origin}/fork", json={**asked, "dryRun": True})
    assert (dry.status_code, dry.json()) == (
        200,
        {
            "dryRun": True,
            "origin": origin,
            "workflow": dry.json()["workflow"],
            "at": 1,
            "last": 1,
            "repeats": [],
            "repeatsCount": 0,
            "shared": [],
            "sharedCount": 0,
        },
    )
    made = await serving.client.post(f"/v1/instances/{origin}/fork", json={**asked, "id": "f", "businessKey": "k"})
    assert (made.status_code, made.headers["location"], made.json()["id"]) == (201, "/v1/instances/f", "f")
    assert (await serving.client.get("/v1/instances", params={"businessKey": "k"})).json()["items"][0]["id"] == "f"
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "api.go", "data": 5}
    assert (await serving.client.post("/v1/instances/f/signal", json=event)).json() == {"taken": True}
    assert (await serving.client.get("/v1/instances/f", params={"wait": 10})).json()["output"] == {"got": 5}
    assert (await serving.client.get(f"/v1/instances/{origin}")).json()["status"] == "waiting"


async def test_what_cannot_be_forked_is_told(serving):
    origin = await serving.start(await serving.publish(HEARS), wait=0.02)

    async def refused(of, **body):
        answer = await serving.client.post(f"/v1/instances/{of}/fork", json=body)
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    assert await refused("nobody", at=1, reason="r") == (404, "not-found")
    assert await refused(origin, at=9, reason="r") == (422, "invalid-input")
    assert await refused(origin, at=1, reason="r", id=origin) == (409, "conflict")
    for wrong in ({"at": 1}, {"at": 0, "reason": "r"}, {"at": 1, "reason": ""}, {"at": 1, "reason": "r", "x": 1}):
        assert (await refused(origin, **wrong))[0] == 400


SAGA = """\
- first: { call: release, compensate: { do: [ { back: { call: release } } ] } }
- second: { call: release, compensate: { do: [ { back: { call: release } } ] } }
- third: { call: charge }
"""


async def test_every_point_of_a_history_gives_a_fork_or_says_which_points_do(serving):
    origin = await serving.start(await serving.publish(SAGA), wait=5)
    count = (await serving.client.get(f"/v1/instances/{origin}/history")).json()["items"][-1]["sequence"]
    path, made, refusals = f"/v1/instances/{origin}/fork", [], {}
    for at in range(1, count + 1):
        answer = await serving.client.post(path, json={"at": at, "reason": "what if"})
        if answer.status_code == 201:
            made.append(at)
        else:
            refusals[at] = answer.json()["detail"]
            assert answer.status_code == 409
    assert made == [1, 2, 3] and len(refusals) == count - 3 > 0
    assert all(each.endswith("; it can be after 1 to 3") for each in refusals.values())
    beyond = await serving.client.post(path, json={"at": count + 1, "reason": "what if"})
    assert (beyond.status_code, f"1 to {count}" in beyond.json()["detail"]) == (422, True)
    within = await serving.client.post(path, json={"at": 2.1, "reason": "what if"})
    assert (within.status_code, "Expected `int`" in within.json()["detail"]) == (400, True)
