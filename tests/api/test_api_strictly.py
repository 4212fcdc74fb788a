"""What is almost right is refused, in the words of whoever asks: nothing is converted or guessed."""

from __future__ import annotations

import re

import pytest

from tests.api.conftest import SET

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/bulk/actions", {"action": "cancel", "filter": {}, "reason": "x", "dryRun": "false"}),
        ("/v1/bulk/actions", {"action": "cancel", "filter": {}, "reason": "x", "dryRun": 0}),
        ("/v1/instances/x/retry", {"run": "1", "reason": "x"}),
        ("/v1/instances/x/retry", {"run": 1.5, "reason": "x"}),
        ("/v1/debug/sessions", {"owner": "ada", "definition": "thing", "stopOnEntry": "no"}),
    ],
)
async def test_a_member_of_another_type_is_refused_and_not_converted(serving, path, body):
    answer = await serving.client.post(path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:counterpoint:problem:invalid-request")
    assert re.match(r"body \w+: Expected `.+`, got `\w+`", answer.json()["detail"])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/instances?createdFrom=now", "createdFrom: 'now' is no"),
        ("/v1/lifecycle/events?from=now-ish", "query from: "),
        ("/v1/instances?limit=x", "query limit: "),
    ],
)
async def test_a_parameter_has_the_name_that_it_was_given_by(serving, path, told):
    answer = await serving.client.get(path)
    assert (answer.status_code, told in answer.json()["detail"]) == (400, True), answer.text


async def test_two_keys_are_one_too_many(serving):
    await serving.publish(SET)
    keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = await serving.client.post("/v1/instances", json={"definition": "thing"}, headers=keys)
    assert (answer.status_code, "more than one" in answer.json()["detail"]) == (400, True)
    assert (await serving.client.get("/v1/instances")).json()["items"] == []


async def test_a_range_and_a_version_are_one_too_many(serving):
    await serving.publish(SET)
    answer = await serving.client.get("/v1/instances", params={"workflow": "thing:^1", "version": "1.0.0"})
    assert (answer.status_code, "leave `version` out" in answer.json()["detail"]) == (422, True)


async def test_what_can_mean_no_workflow_is_not_followed_for_ever(serving):
    answer = await serving.client.get("/v1/lifecycle/events", params={"workflow": "thing:^^"})
    assert (answer.status_code, "neither a version nor a range" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip;q=0", None), ("GZIP", "gzip"), ("*", "gzip"), ("br, gzip;q=0.1", "gzip")]
)
async def test_an_answer_is_compressed_for_who_accepts_that(serving, accepted, encoding):
    answer = await serving.client.get("/openapi.json", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding"), answer.json()["openapi"][:3]) == (encoding, "3.1")
