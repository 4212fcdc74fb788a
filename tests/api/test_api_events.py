"""CloudEvents in over HTTP: structured, binary and batch, checked strictly, counted once."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import HEARS

pytestmark = pytest.mark.anyio
EVENT = {"specversion": "1.0", "id": "e1", "source": "/desk", "type": "api.go", "data": {"a": 1}}
BINARY = {"ce-specversion": "1.0", "ce-id": "e1", "ce-source": "/desk", "ce-type": "api.go"}
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"

NO_EVENTS = [
    (STRUCTURED, {}, {**EVENT, "specversion": "0.3"}, 422),
    (STRUCTURED, {}, {**EVENT, "time": "yesterday"}, 422),
    (STRUCTURED, {}, {**EVENT, "Upper": "x"}, 422),
    (STRUCTURED, {}, [EVENT], 422),
    (STRUCTURED, {}, b"{", 400),
    (STRUCTURED, {}, json.dumps(EVENT).replace("{", '{"id": "e0", ', 1).encode(), 400),
    (BATCH, {}, b"[" + json.dumps(EVENT).replace('{"a": 1}', '{"a": 1, "a": 2}').encode() + b"]", 400),
    (BATCH, {}, EVENT, 422),
    (BATCH, {}, [EVENT, {"id": "e2"}], 422),
    ("application/json", BINARY, b"{", 400),
    ("text/plain", BINARY, b"\xff", 400),
    (None, BINARY, b"x", 415),
    ("application/json", {}, {}, 415),
    ("application/cloudevents+xml", BINARY, b"<e/>", 415),
    ("application/json", {**BINARY, "ce-time": "%FF"}, {}, 422),
    ("application/json", {**BINARY, "ce-datacontenttype": "a/b"}, {}, 422),
    ("application/json", {**BINARY, "ce-id": ""}, {}, 422),
]


async def send(serving, content, kind=None, headers=None):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    given = {**(headers or {}), **({} if kind is None else {"Content-Type": kind})}
    return await serving.client.post("/v1/events", content=body, headers=given)


async def heard(serving, id):
    return (await serving.client.get(f"/v1/instances/{id}", params={"wait": 10})).json()["output"]["got"]


@pytest.mark.parametrize(
    ("content", "kind", "headers"),
    [
        (EVENT, f"{STRUCTURED}; charset=utf-8", {}),
        ([{**EVENT, "id": "e0", "type": "api.other"}, EVENT], BATCH, {}),
        ({"a": 1}, "application/json", BINARY),
    ],
)
async def test_an_event_reaches_who_listens(serving, content, kind, headers):
    id = await serving.start(await serving.publish(HEARS))
    answer = await send(serving, content, kind, headers)
    assert (answer.status_code, answer.json()["accepted"]) == (202, len(content) if kind == BATCH else 1)
    assert await heard(serving, id) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "kind", "data"),
    [
        (b'{"a": [1]}', "application/vnd.thing+json", {"data": {"a": [1]}}),
        ("größer".encode(), "text/plain; charset=utf-8", {"data": "größer"}),
        (b"\x00\xff", "application/octet-stream", {"data_base64": "AP8="}),
    ],
)
async def test_binary_events_keep_their_data_and_attributes(serving, content, kind, data):
    id = await serving.start(await serving.publish(HEARS.replace("} } } }", "} } }, read: envelope }")))
    headers = {**BINARY, "ce-subject": "Euro %E2%82%AC %25", "ce-myextension": "7"}
    assert (await send(serving, content, kind, headers)).status_code == 202
    got = await heard(serving, id)
    attributes = {"subject": "Euro € %", "myextension": "7", "datacontenttype": kind, "type": "api.go"}
    assert {name: got[name] for name in (*attributes, *data)} == {**attributes, **data}


async def test_the_same_source_and_id_count_once(serving):
    reference = await serving.publish(HEARS)
    first = await serving.start(reference)
    assert [(await send(serving, EVENT, STRUCTURED)).status_code for _ in range(2)] == [202, 202]
    assert await heard(serving, first) == {"a": 1}
    second = await serving.start(reference)
    await send(serving, {**EVENT, "data": {"a": 2}}, STRUCTURED)
    await send(serving, {**EVENT, "id": "e2", "data": {"a": 3}}, STRUCTURED)
    assert await heard(serving, second) == {"a": 3}


async def test_what_is_no_event_is_refused_wholly(serving):
    id = await serving.start(await serving.publish(HEARS))
    for kind, headers, wrong, status in NO_EVENTS:
        answer = await send(serving, wrong, kind, headers)
        told = (answer.status_code, answer.headers["content-type"])
        assert told == (status, "application/problem+json"), (wrong, answer.text)
    await send(serving, {**EVENT, "data": "after"}, STRUCTURED)
    assert await heard(serving, id) == "after"
