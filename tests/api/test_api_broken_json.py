"""A body that is no JSON is refused with the place that is wrong, on every route that takes one."""

from __future__ import annotations

import re

import pytest

from counterpoint.api import describe

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
ROUTES = [
    (method.upper(), re.sub(r"\{\w+\}", "x", path))
    for path, item in describe()["paths"].items()
    for method, operation in item.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
    and "/definitions" not in path
    and path != "/v1/bulk/starts"
]
"""Documents are read as YAML, of which JSON is a part; many starts one by one."""
BROKEN = [
    (b'{"a": 1,\n  "b" 2}', "expected ':' (line 2, column 7)"),
    (b'{"a": ', "it ends too early (line 1, column 7)"),
    (b'{"definition":"\xff"}', "it is not UTF-8 (line 1, column 16)"),
    (b'{"a":\n "\xc3\xa9\xff"}', "it is not UTF-8 (line 2, column 4)"),
    (b'{"a":\n "\\ud83dx"}', r"\ud83d is half a character, and the other half is missing (line 2, column 3)"),
    (b"[" * 100_000, "it is nested too deeply"),
    (b"{} {}", "trailing characters (line 1, column 4)"),
    (b"{'a': 1}", "object keys must be strings (line 1, column 2)"),
]


@pytest.mark.parametrize(("body", "told"), BROKEN)
async def test_broken_json_is_told_with_its_place_on_every_route(serving, body, told):
    assert len(ROUTES) > 15
    for method, path in ROUTES:
        answer = await serving.client.request(method, path, content=body, headers=JSON)
        assert answer.status_code == 400, (path, answer.text)
        assert told in answer.json()["detail"], (path, answer.text)


@pytest.mark.parametrize("kind", ["application/cloudevents+json", "application/cloudevents-batch+json"])
async def test_broken_events_are_told_with_their_place(serving, kind):
    answer = await serving.client.post("/v1/events", content=b'{"id":\n', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "the body is not JSON: it ends too early (line 2, column 1)",
    )


async def test_broken_data_of_a_binary_event_is_told_with_its_place(serving):
    attributes = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "t"}
    answer = await serving.client.post("/v1/events", content=b'{"id"}', headers={**attributes, **JSON})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "the data is not JSON: expected ':' (line 1, column 6)",
    )
    text = {**attributes, "Content-Type": "text/plain"}
    answer = await serving.client.post("/v1/events", content=b"\xff", headers=text)
    assert (answer.status_code, answer.json()["detail"]) == (400, "text data must be UTF-8")


async def test_a_broken_start_of_many_is_told_in_its_place(serving):
    cut = await serving.client.post("/v1/bulk/starts", content=b'[{"definition": "x"},\n', headers=JSON)
    assert cut.json()["detail"] == "the body is not a JSON array: it ends too early (line 2, column 1)"
    body = b'{"definition": "x"}\n{"definition" "y"}\n'
    answer = await serving.client.post(
        "/v1/bulk/starts", content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert "\"expected ':' (line 1, column 15)\"" in answer.text.splitlines()[1]


async def test_a_body_that_is_missing_or_of_another_kind_is_called_so(serving):
    for body, told in ((b"", "a body is needed: send JSON"), (b"[]", "body: Expected `object`, got `array`")):
        answer = await serving.client.post("/v1/instances", content=body, headers=JSON)
        assert (answer.status_code, answer.json()["detail"]) == (400, told)
