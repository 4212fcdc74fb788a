"""Insights over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import SET, Serving

pytestmark = pytest.mark.anyio

FAILS = "- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400, title: Refused } } }\n"


async def test_how_instances_have_been_doing(serving: Serving) -> None:
    works, fails = await serving.publish(SET), await serving.publish(FAILS, name="other")
    for definition in (works, works, fails):
        await serving.start(definition, {"who": "ada"}, wait=5)
    answer = await serving.client.get("/v1/insights")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["whole"], told["total"]["started"], told["total"]["completed"], told["total"]["failed"]) == (
        True,
        3,
        2,
        1,
    )
    assert sum(each["started"] for each in told["buckets"]) == 3
    assert (told["buckets"][-1]["open"], told["queues"]["inbox"]) == (0, 0)
    first, latest = told["buckets"][0], told["buckets"][-1]
    assert (first["inbox"], first["owed"], latest["inbox"], latest["owed"]) == (None, None, 0, 0)
    assert [each["name"] for each in told["steps"]] == ["tell", "refuse"]
    [cluster] = told["clusters"]
    assert (cluster["reference"], cluster["errorType"], cluster["count"]) == (
        "/do/0/refuse", "https://example.com/refused", 1
    )  # fmt: skip
    one = await serving.client.get("/v1/insights", params={"workflow": "api/other", "bucket": 3600})
    assert (one.json()["total"]["started"], one.json()["bucketSeconds"], one.json()["steps"][0]["failed"]) == (
        1,
        3600,
        1,
    )


async def test_what_cannot_be_looked_at_is_refused(serving: Serving) -> None:
    for parameters, status in (
        ({"workflow": "api/nothing"}, 404),
        ({"from": "2999-01-01T00:00:00Z"}, 422),
        ({"from": "yesterday"}, 400),
        ({"bucket": 90}, 422),
        ({"bucket": 1}, 400),
    ):
        answer = await serving.client.get("/v1/insights", params=parameters)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), parameters
