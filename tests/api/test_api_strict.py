"""Every route takes the query parameters that the OpenAPI document gives it, and refuses all others."""

from __future__ import annotations

import re

import pytest

from counterpoint.api import describe

pytestmark = pytest.mark.anyio

TOKEN = "correct-horse-battery-staple"
OPERATIONS = [
    (method.upper(), re.sub(r"\{\w+\}", "x", path), operation)
    for path, item in describe()["paths"].items()
    for method, operation in item.items()
]


def known_to(operation):
    return sorted(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")


async def test_what_a_route_does_not_know_is_refused_with_what_it_knows(serving):
    for method, path, operation in OPERATIONS:
        known = known_to(operation)
        for unknown in ("zzz", "zzz=1", "=1", *(f"{each}x=1" for each in known)):
            answer = await serving.client.request(method, f"{path}?{unknown}")
            problem = answer.json()
            assert (answer.status_code, problem["type"]) == (400, "urn:counterpoint:problem:invalid-request")
            name = unknown.partition("=")[0]
            assert f"there is no query parameter `{name}` here" in problem["detail"]
            assert problem["requestId"] == answer.headers["x-request-id"]
            if name.removesuffix("x") in known:
                assert f"did you mean `{name.removesuffix('x')}`?" in problem["detail"]
            assert re.findall(r"`(\w+)`", problem["detail"].partition("known here: ")[2]) == known
            assert ("this address takes none" in problem["detail"]) == (not known)
        assert "400" in operation["responses"], path


async def test_what_a_route_knows_is_never_called_unknown(serving):
    for method, path, operation in OPERATIONS:
        for known in known_to(operation):
            # No value suits them all: where it does not, that is said.
            async with serving.client.stream(method, path, params={known: "none"}) as answer:
                detail = (await answer.aread()).decode() if answer.status_code == 400 else ""
                assert "there is no query parameter" not in detail


async def test_all_that_is_unknown_is_named_at_once_and_nothing_is_done(serving):
    await serving.publish("- wait: { wait: { days: 1 } }\n")
    asked = {"statuss": "running", "Limit": "1", "colour": "red"}
    refused = await serving.client.get("/v1/instances", params=asked)
    assert refused.status_code == 400
    assert "did you mean `status`?" in refused.json()["detail"] and "did you mean `limit`?" in refused.json()["detail"]
    assert "no query parameter `colour` here;" in refused.json()["detail"]
    started = await serving.client.post("/v1/instances", params={"wiat": "1"}, json={"definition": "api/thing"})
    assert started.status_code == 400
    assert (await serving.client.get("/v1/instances")).json()["items"] == []


async def test_a_preference_that_a_route_does_not_know_is_ignored(serving):
    """As RFC 7240 asks for, unlike a parameter of that name."""
    answer = await serving.client.get("/v1/definitions", headers={"Prefer": "wait=10"})
    assert answer.status_code == 200
    assert (await serving.client.get("/v1/definitions?wait=10")).status_code == 400
    both = await serving.client.get("/v1/definitions?naem=x", headers={"Prefer": "wait=10"})
    assert both.status_code == 400 and "did you mean `name`?" in both.json()["detail"]


async def test_who_is_not_let_in_learns_nothing_of_parameters(serve):
    async with serve(token=TOKEN) as serving:
        answer = await serving.client.get("/v1/instances?zzz=1")
        assert answer.status_code == 401 and "zzz" not in answer.text
        answer = await serving.client.get("/v1/instances?zzz=1", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/openapi.json", "/reference", "/health/live"])
async def test_pages_take_none(serving, path):
    assert (await serving.client.get(path)).status_code == 200
    assert (await serving.client.get(f"{path}?v=1")).status_code == 400
    assert (await serving.client.options(f"{path}?v=1")).status_code == 204


async def test_a_condition_that_would_bind_nothing_is_refused(serving):
    """RFC 9110: what is not done where it does not hold must not be done where nobody looks."""
    await serving.publish("- wait: { wait: { days: 1 } }\n")
    bound = 0
    for method, path, operation in OPERATIONS:
        knows = any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
        bound += knows
        if method != "GET" and not knows:
            answer = await serving.client.request(method, path, headers={"If-Match": 'W/"1"'}, json={})
            assert (answer.status_code, "`If-Match` binds nothing here" in answer.text) == (400, True), path
    assert bound > 8
    assert (await serving.client.get("/v1/instances", headers={"If-Match": "*"})).status_code == 200
    start = {"definition": "api/thing"}
    refused = await serving.client.post("/v1/instances", headers={"If-Match": "*"}, json=start)
    assert refused.status_code == 400
    assert (await serving.client.get("/v1/instances")).json()["items"] == []


async def test_a_body_that_is_compressed_is_called_so(serving):
    for method, path, operation in OPERATIONS:
        if "requestBody" in operation:
            headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
            answer = await serving.client.request(method, path, headers=headers, content=b"\x1f\x8b")
            assert (answer.status_code, "not with Content-Encoding gzip" in answer.text) == (415, True), path
            assert "415" in operation["responses"], path
    await serving.publish("- wait: { wait: { days: 1 } }\n")
    headers = {"Content-Encoding": "identity"}
    started = await serving.client.post("/v1/instances", headers=headers, json={"definition": "api/thing"})
    assert started.status_code == 201


async def test_a_body_that_is_to_be_json_says_that_it_is(serving):
    """As a page of a browser may send it anywhere without asking, a body is not taken."""
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", "")
    tried = 0
    for method, path, operation in OPERATIONS:
        if set(operation.get("requestBody", {}).get("content", ())) != {"application/json"}:
            continue
        tried += 1
        for kind in kinds:
            answer = await serving.client.request(method, path, headers={"Content-Type": kind}, content=b"{}")
            assert (answer.status_code, "send application/json" in answer.text) == (415, True), (path, kind)
        answer = await serving.client.request(
            method, path, headers={"Content-Type": "Application/JSON;x=y"}, content=""
        )
        assert answer.status_code != 415
    assert tried > 15


async def test_no_body_needs_no_media_type(serving):
    id = await serving.start(await serving.publish("- wait: { wait: { days: 1 } }\n"))
    assert (await serving.client.post(f"/v1/instances/{id}/suspend")).status_code == 202


async def test_a_misspelt_member_of_a_body_is_told_with_the_one_that_was_meant(serving):
    async def told(path, body):
        answer = await serving.client.post(path, json=body)
        assert answer.status_code == 400
        return answer.json()["detail"]

    start = {"definition": "api/thing"}
    assert (await told("/v1/instances", start | {"inputs": {}})).endswith("field `inputs`: did you mean `input`?")
    assert (await told("/v1/instances", start | {"bussinesKey": "a"})).endswith("did you mean `businessKey`?")
    assert (await told("/v1/instances", start | {"zzz": 1})).endswith("field `zzz`")
    assert (await told("/v1/instances/x/cancel", {"abandn": True})).endswith("did you mean `abandon`?")
