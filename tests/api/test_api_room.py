"""Starts over HTTP while as many instances are at work as there may be."""

from __future__ import annotations

import pytest

from counterpoint import EngineLimits

pytestmark = pytest.mark.anyio
STUCK = "- take: { try: [{ pay: { call: charge, with: {} } }], catch: { retry: { delay: { seconds: 2 } } } }\n"


async def test_no_room_is_told_with_429_in_bulk_each_and_a_key_finds_what_was_started(serve, mended):
    async with serve(engine_limits=EngineLimits(instances_active_max=2)) as serving:
        reference = await serving.publish(STUCK)
        starts = [{"definition": reference, "input": {}, "key": str(number)} for number in range(3)]
        items = (await serving.client.post("/v1/bulk/starts", json=starts)).json()["items"]
        assert [each["status"] for each in items] == [201, 201, 429]
        assert items[2]["problem"]["limit"] == "instances_active_max"
        body = {"definition": reference, "input": {}}
        refused = await serving.client.post("/v1/instances", json=body, headers={"Idempotency-Key": "2"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json()["type"] == "urn:counterpoint:problem:too-many-requests"
        fork = {"at": 1, "reason": "to see"}
        forked = await serving.client.post(f"/v1/instances/{items[0]['id']}/fork", json=fork)
        assert forked.status_code == 429, forked.text
        found = await serving.client.post("/v1/instances", json=body, headers={"Idempotency-Key": "0"})
        assert (found.status_code, found.json()["id"]) == (200, items[0]["id"])
        ended = await serving.client.post(f"/v1/instances/{items[1]['id']}/cancel", json={"reason": "to make room"})
        assert ended.status_code in (200, 202), ended.text
        await serving.client.get(f"/v1/instances/{items[1]['id']}", params={"wait": 5})
        taken = await serving.client.post("/v1/instances", json=body, headers={"Idempotency-Key": "2"})
        assert taken.status_code == 201
