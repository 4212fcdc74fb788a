"""Definitions over HTTP: publish, check, list, look up; errors are problem details."""

from __future__ import annotations

import gzip

import pytest

from tests.api.conftest import HEAD, SET, YAML

pytestmark = pytest.mark.anyio
DOCUMENT = HEAD.format(name="thing", version="1.0.0") + SET


async def publish(client, text, method="POST", path="/v1/definitions", headers=YAML):
    return await client.request(method, path, content=text, headers=headers)


async def test_a_version_is_published_once_and_never_changes(serving):
    first, second = [await publish(serving.client, DOCUMENT) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["reference"] == "api/thing:1.0.0"
    found = await serving.client.get(first.headers["Location"])
    assert found.json() == {**first.json(), "text": DOCUMENT}
    other = await publish(serving.client, DOCUMENT.replace("told", "said"))
    assert (other.status_code, other.json()["type"]) == (409, "urn:counterpoint:problem:conflict")


async def test_json_is_taken_too(serving):
    document = {
        "document": {"dsl": "1.0.3", "namespace": "api", "name": "json", "version": "0.1.0"},
        "do": [{"a": {"set": {"b": 1}}}],
    }
    answer = await serving.client.post("/v1/definitions", json=document)
    assert (answer.status_code, answer.json()["name"]) == (201, "json")


async def test_put_names_the_version_that_it_publishes(serving):
    path = "/v1/definitions/api/thing/1.0.0"
    assert (await publish(serving.client, DOCUMENT, "PUT", path)).status_code == 201
    assert (await publish(serving.client, DOCUMENT, "PUT", path)).status_code == 200
    other = await publish(serving.client, DOCUMENT, "PUT", "/v1/definitions/api/thing/2.0.0")
    assert other.status_code == 400
    assert "the document is api/thing:1.0.0" in other.json()["detail"]


async def test_a_faulty_document_is_refused_with_all_diagnostics(serving):
    broken = DOCUMENT + "- other: { sett: {} }\n- third: { set: '${ .a | }' }\n"
    answer = await publish(serving.client, broken)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (422, 422)
    assert problem["type"] == "urn:counterpoint:problem:invalid-document"
    assert {each["line"] for each in problem["diagnostics"]} == {4, 5}
    assert problem["requestId"] == answer.headers["x-request-id"]
    checked = await publish(serving.client, broken, path="/v1/definitions/validate")
    assert checked.json() == {"valid": False, "diagnostics": problem["diagnostics"]}
    assert (await serving.client.get("/v1/definitions")).json() == {"items": []}


async def test_the_text_of_a_body_is_never_taken_for_a_path(serving, tmp_path):
    (tmp_path / "secret.yaml").write_text(DOCUMENT)
    answer = await publish(serving.client, str(tmp_path / "secret.yaml"))
    assert (answer.status_code, "thing" in answer.text) == (422, False)


async def test_only_documents_are_taken(serving):
    for headers in ({"Content-Type": "text/plain"}, {}):
        answer = await publish(serving.client, DOCUMENT, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (415, 415)


async def test_definitions_are_listed_and_the_highest_is_the_latest(serving):
    for name, version in (("a", "1.2.0"), ("a", "1.10.0"), ("b", "1.0.0")):
        await serving.publish(SET, name, version)
    all_of_them = (await serving.client.get("/v1/definitions")).json()["items"]
    assert [each["reference"] for each in all_of_them] == ["api/a:1.2.0", "api/a:1.10.0", "api/b:1.0.0"]
    assert len((await serving.client.get("/v1/definitions", params={"name": "a"})).json()["items"]) == 2
    assert (await serving.client.get("/v1/definitions/api/a/latest")).json()["version"] == "1.10.0"
    missing = await serving.client.get("/v1/definitions/api/c/latest")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:counterpoint:problem:not-found")


async def test_who_knows_a_definition_is_not_sent_it_again(serving):
    await serving.publish(SET)
    first = await serving.client.get("/v1/definitions/api/thing/1.0.0")
    again = await serving.client.get(
        "/v1/definitions/api/thing/1.0.0", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = await serving.client.get("/v1/definitions/api/thing/1.0.0", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_long_answers_are_compressed(serving):
    await serving.publish(SET + "".join(f"- step{each}: {{ set: {{ a: {each} }} }}\n" for each in range(100)))
    path = "/v1/definitions/api/thing/1.0.0"
    async with serving.client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    plain = await serving.client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
