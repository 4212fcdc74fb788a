"""Streams: each event once and in order, also after a cut; the server stops although they are open."""

from __future__ import annotations

import asyncio
import json

import httpx2
import pytest

from counterpoint.api import ApiLimits
from tests.api.conftest import HEARS, SET, read_events

pytestmark = pytest.mark.anyio
GO = {"specversion": "1.0", "source": "/desk", "type": "api.go"}
LONG = "".join(
    f"- hear{each}: {{ listen: {{ to: {{ one: {{ with: {{ type: api.go{each} }} }} }} }} }}\n" for each in range(5)
)


def follow(serving, path, last=None):
    headers = {} if last is None else {"Last-Event-ID": last}
    return serving.client.stream("GET", path, headers=headers)


async def read(serving, path, last=None, count=None):
    """Events until the stream ends, or so many."""
    found = []
    async with follow(serving, path, last) as answer:
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        async for event in read_events(answer):
            found.append(event)
            if len(found) == count:
                break
    return found


async def test_a_history_is_followed_from_its_start_to_its_end(serving):
    id = await serving.start(await serving.publish(HEARS))
    reading = asyncio.create_task(read(serving, f"/v1/instances/{id}/events"))
    await serving.engine.deliver({**GO, "id": "1", "data": 7})
    events = await reading
    assert [each.data for each in events] == await serving.engine.history(id)
    assert [each.type for each in events] == [each.data["type"] for each in events]
    assert events[-1].type == "InstanceCompleted"


async def test_a_stream_that_is_cut_anywhere_goes_on_without_a_gap_or_a_double(serving):
    """Cut after every event, while the instance goes on meanwhile."""
    id = await serving.start(await serving.publish(LONG))
    path, found, last = f"/v1/instances/{id}/events", [], None
    for each in range(5):
        while not (found and found[-1].type == "TaskStarted" and found[-1].data["task"] == each + 1):
            [event] = await read(serving, path, last, count=1)
            found.append(event)
            last = event.id
        await serving.engine.deliver({**GO, "type": f"api.go{each}", "id": str(each)})
    await serving.engine.result(id, timeout=10)
    while True:
        async with follow(serving, path, last) as answer:
            if answer.status_code == 204:
                break
            event = await anext(read_events(answer))
        found.append(event)
        last = event.id
    assert [each.data for each in found] == await serving.engine.history(id)


async def test_what_is_cut_off_is_forgotten(serving):
    id = await serving.start(await serving.publish(HEARS))
    watchers, readers = serving.engine.runtime.dispatch.watchers, serving.engine.service.feed.readers
    async with follow(serving, f"/v1/instances/{id}/events") as history, follow(serving, "/v1/lifecycle/events") as all:
        lines = [each.aiter_lines() for each in (history, all)]
        assert [await anext(each) for each in lines] == ["retry: 1000"] * 2
        assert (len(watchers), len(readers)) == (1, 1)
    while watchers or readers:
        await asyncio.sleep(0)


async def test_what_is_no_place_is_refused(serving):
    id = await serving.start(await serving.publish(SET), wait=10)
    for wrong in ("x", "1", "1.x", "-1.2"):
        async with follow(serving, f"/v1/instances/{id}/events", wrong) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_lifecycle_events_of_all_instances_resume_after_a_cut(serving):
    reference = await serving.publish(SET)
    expected = []
    serving.engine.on_lifecycle(lambda event: expected.append(json.loads(json.dumps(event))))
    async with follow(serving, "/v1/lifecycle/events") as answer:
        stream = read_events(answer)
        for _ in range(2):
            await serving.start(reference, wait=10)
        found = [await anext(stream) for _ in range(3)]
    await serving.start(reference, wait=10)
    found += await read(serving, "/v1/lifecycle/events", found[-1].id, len(expected) - 3)
    assert [each.data for each in found] == expected
    assert [each.type for each in found] == [each["type"] for each in expected]


async def test_a_reader_who_comes_from_another_journal_is_told_of_the_gap(serving):
    reference = await serving.publish(SET)
    async with follow(serving, "/v1/lifecycle/events", "0badf00d-7.1") as answer:
        stream = read_events(answer)
        gap = await anext(stream)
        await serving.start(reference)
        first = await anext(stream)
    assert (gap.type, first.data["type"]) == ("gap", "io.serverlessworkflow.workflow.started.v1")
    assert await read(serving, "/v1/lifecycle/events", gap.id, 1) == [first]


async def test_lifecycle_events_are_filtered_and_told_from_the_start(serving):
    thing, other = await serving.publish(SET), await serving.publish(SET, "other")
    for reference in (thing, other, thing):
        last = await serving.start(reference, wait=10)
    path = "/v1/lifecycle/events?from=start"
    whole = await read(serving, path, count=15)
    started = [each for each in whole if each.type == "io.serverlessworkflow.workflow.started.v1"]
    assert len(started) == 3
    for parameters, expected in (
        ("type=io.serverlessworkflow.workflow.started.v1", started),
        ("type=io.serverlessworkflow.workflow.started.v1&type=io.serverlessworkflow.task.*", [*whole[:4], whole[5]]),
        (f"instance={last}", [each for each in whole if each.data["subject"] == last]),
        ("workflow=api/other", whole[5:10]),
        ("workflow=api/other:1.0.0", whole[5:10]),
    ):
        assert await read(serving, f"{path}&{parameters}", count=len(expected)) == expected
    refused = await serving.client.get("/v1/lifecycle/events?from=yesterday")
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:counterpoint:problem:invalid-request")


async def test_the_server_stops_although_streams_and_waits_are_open(serve):
    loop = asyncio.get_running_loop()
    async with serve() as serving, httpx2.AsyncClient(base_url=f"http://{serving.address}", trust_env=False) as client:
        id = await serving.start(await serving.publish(HEARS))
        async with (
            client.stream("GET", f"/v1/instances/{id}/events") as history,
            client.stream("GET", "/v1/lifecycle/events") as lifecycle,
        ):
            waiting = asyncio.create_task(client.get(f"/v1/instances/{id}", params={"wait": 60}))
            streams = [history.aiter_lines(), lifecycle.aiter_lines()]
            for each in streams:
                assert await anext(each) == "retry: 1000"
            while not serving.engine.runtime.dispatch.waiters:
                await asyncio.sleep(0)
            began = loop.time()
            await serving.stop()
            assert loop.time() - began < 5
            rest = [line for each in streams async for line in each]
            assert "event: InstanceStarted" in rest
            assert (await waiting).json()["status"] == "waiting"


async def test_a_client_that_does_not_read_cannot_keep_the_server(serve):
    async with serve(ApiLimits(stop_ms_max=1_000)) as serving:
        big = "x" * 4_000_000
        id = await serving.start(await serving.publish(SET), {"who": big}, wait=10)
        reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
        writer.write(f"GET /v1/instances/{id}/events HTTP/1.1\r\nHost: {serving.address}\r\n\r\n".encode())
        assert b"200" in await reader.readline()
        began = asyncio.get_running_loop().time()
        await serving.stop()
        assert asyncio.get_running_loop().time() - began < 5
        writer.close()


async def test_streams_beyond_the_limit_are_refused(serve):
    async with serve(ApiLimits(streams_max=1)) as serving, follow(serving, "/v1/lifecycle/events") as answer:
        stream = answer.aiter_bytes()
        assert b"retry" in await anext(stream)
        second = await serving.client.get("/v1/lifecycle/events")
        assert (second.status_code, second.json()["limit"]) == (429, "streams_max")
        assert second.headers["retry-after"] == "1"
