"""Actions on many instances: dry first, bound to what was seen, each answered."""

from __future__ import annotations

import pytest

from counterpoint.api.actions import ActionItem
from counterpoint.application.acting import Acted
from counterpoint.errors import Conflict
from tests.api.conftest import HEARS
from tests.api.test_api_instances import STUCK

pytestmark = pytest.mark.anyio
WAITING = {"waitsFor": "event:api.go"}


async def act(serving, **body):
    return await serving.client.post("/v1/bulk/actions", json=body)


async def test_an_action_is_tried_dry_and_then_done_on_what_was_seen(serving):
    reference = await serving.publish(HEARS)
    ids = [await serving.start(reference, wait=0.02) for _ in range(120)]
    dry = (await act(serving, action="suspend", filter=WAITING)).json()
    assert (dry["dryRun"], dry["count"], [each["id"] for each in dry["sample"]]) == (True, 120, ids[:-21:-1])
    assert (await serving.client.get("/v1/instances/counts")).json()["byStatus"] == {"waiting": 120}
    done = (await act(serving, action="suspend", filter=WAITING, dryRun=False, token=dry["token"], reason="x")).json()
    assert done["items"] == [{"id": id, "done": True} for id in ids[::-1]]
    assert (await serving.client.get("/v1/instances/counts")).json()["byStatus"] == {"suspended": 120}
    again = await act(serving, action="suspend", filter=WAITING, dryRun=False, token=dry["token"])
    assert (again.status_code, again.json()["type"]) == (412, "urn:counterpoint:problem:precondition-failed")
    refused = (await act(serving, action="suspend", filter=WAITING, dryRun=False)).json()
    assert {each["problem"]["type"] for each in refused["items"]} == {"urn:counterpoint:problem:conflict"}
    assert (await act(serving, action="cancel", filter={}, dryRun=False)).json()["count"] == 120
    assert (await serving.client.get("/v1/instances/counts")).json()["byStatus"] == {"cancelled": 120}


async def test_a_token_is_refused_where_others_match_by_now_and_nothing_is_done(serving):
    """One more, one fewer, one in another state: each is another set than the one that was looked at."""
    reference = await serving.publish(HEARS)
    first, second = [await serving.start(reference, wait=0.02) for _ in range(2)]
    both = {"status": ["waiting", "suspended"]}

    async def token():
        return (await act(serving, action="terminate", filter=both)).json()["token"]

    async def refused(seen):
        answer = await act(serving, action="terminate", filter=both, dryRun=False, token=seen, reason="x")
        return answer.status_code == 412 and "try it dry again" in answer.json()["detail"]

    seen = await token()
    assert seen == await token()
    third = await serving.start(reference, wait=0.02)
    assert await refused(seen)
    seen = await token()
    await serving.engine.suspend(first)
    assert await refused(seen)
    seen = await token()
    await serving.engine.terminate(third)
    assert await refused(seen)
    assert (await serving.client.get("/v1/instances/counts")).json()["byStatus"] == {
        "waiting": 1,
        "suspended": 1,
        "cancelled": 1,
    }
    done = await act(serving, action="terminate", filter=both, dryRun=False, token=await token(), reason="x")
    assert sorted(each["id"] for each in done.json()["items"]) == sorted([first, second])


async def test_incidents_are_resolved_with_a_reason(serving):
    reference = await serving.publish(STUCK)
    for _ in range(3):
        await serving.start(reference, wait=10)
    asked = {"action": "skip", "filter": {"waitsFor": "incident"}, "dryRun": False}
    assert (await act(serving, **asked)).status_code == 422
    done = (await act(serving, **asked, reason="paid back by hand")).json()
    assert [each["done"] for each in done["items"]] == [True] * 3
    assert (await serving.client.get("/v1/instances/counts")).json()["byStatus"] == {"faulted": 3}


async def test_what_is_not_understood_is_refused(serving):
    for wrong in ({"action": "sing", "filter": {}}, {"action": "cancel"}, {"action": "cancel", "filter": {"x": 1}}):
        assert (await act(serving, **wrong)).status_code == 400
    assert (await act(serving, action="cancel", filter={"workflow": "none"})).status_code == 404


def test_a_refusal_is_told_as_a_problem():
    item = ActionItem.of(Acted(id="a", error=Conflict("it has ended")))
    assert (item.done, item.problem.detail) == (False, "it has ended")
