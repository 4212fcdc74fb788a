"""Workflows over HTTP: the newest version of each, what of it can be undone, how its instances are doing."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio

SAGA = """
- first: { call: charge, compensate: { do: [ { back: { call: release } } ] } }
- second: { call: charge }
"""
ENDS = "- tell: { set: { told: true } }\n"
FAILS = "- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400 } } }\n"
UNDONE = """
- first: { set: { a: 1 }, compensate: { do: [ { back: { set: { a: 0 } } } ] } }
- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400 } } }
"""
STUCK = """
- first:
    set: { a: 1 }
    compensate:
      do: [ { back: { call: charge } } ]
      retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } }
- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400 } } }
"""
WAITS = "- hear: { listen: { to: { one: { with: { type: api.go } } } } }\n"


async def entry(serving, name="thing"):
    [found] = [each for each in (await serving.client.get("/v1/workflows")).json()["items"] if each["name"] == name]
    return found


async def test_the_newest_version_is_the_highest_and_not_the_last_published(serving):
    for version in ("1.9.0", "1.10.0", "1.9.1", "2.0.0-rc.1"):
        await serving.publish(ENDS, "thing", version)
    found = await entry(serving)
    assert (found["newest"]["version"], found["versions"]) == ("1.10.0", 4)
    one = (await serving.client.get("/v1/workflows/api/thing")).json()
    assert one["newest"] == found["newest"]
    assert [each["version"] for each in one["items"]] == ["2.0.0-rc.1", "1.10.0", "1.9.1", "1.9.0"]


async def test_a_retired_version_is_the_newest_only_where_there_is_no_other(serving):
    for version in ("1.0.0", "2.0.0"):
        await serving.publish(ENDS, "thing", version)
    for version, newest in (("2.0.0", ("1.0.0", "active")), ("1.0.0", ("2.0.0", "retired"))):
        await serving.client.post(f"/v1/definitions/api/thing/{version}/retire", json={"reason": "old"})
        found = (await entry(serving))["newest"]
        assert (found["version"], found["state"]) == newest
    versions = (await serving.client.get("/v1/workflows/api/thing")).json()["items"]
    assert [each["reason"] for each in versions] == ["old", "old"]


async def test_undo_coverage_is_that_of_each_version(serving):
    await serving.publish(ENDS, "thing", "1.0.0")
    await serving.publish(SAGA, "thing", "1.1.0")
    one = (await serving.client.get("/v1/workflows/api/thing")).json()
    assert one["undo"] == one["items"][0]["undo"] == {"undoable": 1, "effectful": 2, "undoes": True}
    assert one["items"][1]["undo"] == {"undoable": 0, "effectful": 0, "undoes": False}


async def test_who_waits_for_a_decision_is_counted_until_it_is_made(serving, mended):
    await serving.publish(STUCK)
    instance = await serving.start("api/thing", wait=5)
    assert (await entry(serving))["health"]["needsPerson"] == {"suspended": 1}
    mended.set()
    await serving.client.post(f"/v1/instances/{instance}/retry", json={})
    await serving.client.get(f"/v1/instances/{instance}", params={"wait": 5})
    health = (await entry(serving))["health"]
    assert (health["needsPerson"], health["day"]["undone"]) == ({}, 1)


async def test_health_counts_each_end_of_the_last_day_once_and_who_needs_a_person(serving):
    await serving.publish(ENDS, "thing", "1.0.0")
    await serving.publish(FAILS, "thing", "2.0.0")
    await serving.publish(UNDONE, "thing", "3.0.0")
    await serving.publish(WAITS, "thing", "4.0.0")
    await serving.publish(ENDS, "other", "1.0.0")
    for version in ("1.0.0", "1.0.0", "2.0.0", "3.0.0", "4.0.0"):
        await serving.start(f"api/thing:{version}", wait=5 if version != "4.0.0" else 0)
    health = (await entry(serving))["health"]
    assert health["day"] == {"completed": 2, "undone": 1, "failed": 1, "cancelled": 0, "atLeast": False}
    assert health["byStatus"] == {"completed": 2, "faulted": 2, "waiting": 1}
    assert health["needsPerson"] == {}
    assert (await entry(serving, "other"))["health"]["byStatus"] == {}
    versions = (await serving.client.get("/v1/workflows/api/thing")).json()["items"]
    assert [each["health"]["byStatus"] for each in versions] == [
        {"waiting": 1}, {"faulted": 1}, {"faulted": 1}, {"completed": 2}
    ]  # fmt: skip


async def test_the_tag_of_a_version_is_what_a_change_of_its_state_is_bound_to(serving):
    await serving.publish(ENDS, "thing", "1.0.0")
    [seen] = (await serving.client.get("/v1/workflows/api/thing")).json()["items"]
    address = "/v1/definitions/api/thing/1.0.0"
    assert (await serving.client.get(address)).headers["etag"] == seen["tag"]
    for status in (200, 412):
        answer = await serving.client.post(f"{address}/deprecate", json={}, headers={"If-Match": seen["tag"]})
        assert answer.status_code == status


async def test_a_name_that_is_not_published_is_not_found(serving):
    answer = await serving.client.get("/v1/workflows/api/none")
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is no workflow api/none")
