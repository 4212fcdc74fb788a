"""Who waits, past ASGI, for the end of what it has started: until then, until time is up, until either side goes."""

from __future__ import annotations

import asyncio
import json

import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, ApiLimits, listen
from counterpoint.api.direct import Direct
from counterpoint.errors import StoreCorrupt
from tests.api.conftest import HEAD, HEARS, SET, held_back
from tests.api.test_api_direct import begun, read, wire, written
from tests.api.test_api_shortcut import START

__all__ = ["begun", "wire"]
pytestmark = pytest.mark.anyio
EVENT = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "api.go"}
MANY = "- each: { for: { each: item, in: '${ [range(0; 100)] }' }, do: [ { note: { set: { last: 1 } } } ] }\n"
FAILS = "- fail: { raise: { error: { type: 'urn:no', status: 500, title: 'No' } } }\n"


async def until(found):
    """Returns once the coroutine function gives something."""
    async with asyncio.timeout(20):
        while not await found():
            await asyncio.sleep(0)


def listening(serving):
    """Whether an instance waits for an event."""
    return lambda: serving.engine.service.instances.browse({"waits_for": "event"})


async def hears(serving):
    """A connection that waits long for something that listens."""
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    writer.write(written({"definition": "hears"}, "?wait=20"))
    await until(listening(serving))
    return reader, writer


@pytest.mark.parametrize(("tasks", "status"), [(SET, "completed"), (FAILS, "faulted"), (MANY, "completed")])
async def test_the_end_is_told_as_the_instance_itself_tells_it(serving, begun, tasks, status):
    await serving.publish(tasks, name="one")
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    writer.write(written({"definition": "one"}, "?wait=20"))
    code, _, body = await read(reader)
    told = json.loads(body)
    assert (code, told["instance"]["status"]) == (201, status)
    assert told["instance"] == (await serving.client.get(f"/v1/instances/{told['id']}")).json()
    assert begun == [True]
    writer.close()


async def test_an_event_ends_the_wait(serving, begun):
    await serving.publish(HEARS, name="hears")
    reader, writer = await hears(serving)
    await serving.engine.deliver(EVENT)
    assert json.loads((await read(reader))[2])["instance"]["status"] == "completed"
    writer.close()


async def test_when_the_time_is_up_it_is_told_as_it_stands_and_nobody_waits_any_more(serving, begun):
    await serving.publish(HEARS, name="hears")
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    for _ in range(2):
        writer.write(written({"definition": "hears"}, "?wait=0.01"))
        assert json.loads((await read(reader))[2])["instance"]["status"] == "waiting"
    assert serving.engine.runtime.dispatch.waiters == {}
    assert begun == [True, True]
    writer.close()


async def test_nobody_waits_for_longer_than_the_server_allows(serve, begun):
    async with serve(ApiLimits(wait_ms_max=10)) as serving:
        await serving.publish(HEARS, name="hears")
        reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
        writer.write(written({"definition": "hears"}, "?wait=600"))
        assert json.loads((await read(reader))[2])["instance"]["status"] == "waiting"
        writer.close()


async def test_a_client_that_goes_leaves_its_place_to_others(serve, begun):
    async with serve(ApiLimits(requests_in_flight_max=1)) as serving:
        await serving.publish(HEARS, name="hears")
        await serving.publish(SET)
        _, writer = await hears(serving)
        assert (await serving.client.post("/v1/instances", json=START)).status_code == 429
        writer.close()

        async def served():
            return (await serving.client.post("/v1/instances", json=START)).status_code == 201

        await until(served)
        assert serving.engine.runtime.dispatch.waiters == {}


async def test_a_server_that_stops_tells_how_it_stands(serving, begun):
    await serving.publish(HEARS, name="hears")
    reader, writer = await hears(serving)
    stopping = asyncio.ensure_future(serving.stop())
    status, headers, body = await read(reader)
    assert (status, headers["connection"]) == (201, "close")
    assert json.loads(body)["instance"]["status"] == "waiting"
    await stopping
    writer.close()


async def test_where_the_engine_closes_nobody_waits_on(begun):
    async with Engine.embedded(None) as engine:
        await engine.publish(HEAD.format(name="hears", version="1.0.0") + HEARS)
        async with listen(engine.service, Address.of("127.0.0.1:0"), Access(None)) as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            writer.write(written({"definition": "hears"}, "?wait=20"))

            async def awaited():
                return engine.runtime.dispatch.waiters

            await until(awaited)
            await engine.runtime.dispatch.close()
            assert (await read(reader))[0] == 500
            writer.close()


async def test_an_end_that_comes_with_the_end_of_the_time_is_told_once(serving, monkeypatch):
    await serving.publish(HEARS, name="hears")
    await serving.publish(SET)
    leave, begin = [], Direct.begin
    monkeypatch.setattr(Direct, "begin", lambda *arguments: leave.append(begin(*arguments)) or leave[-1])
    reader, writer = await hears(serving)
    waiters = serving.engine.runtime.dispatch.waiters

    async def awaited():
        return waiters

    await until(awaited)
    [(number, [end])] = waiters.items()
    end.set_result(serving.engine.runtime.population.lives[number])
    leave[0]()
    assert json.loads((await read(reader))[2])["instance"]["status"] == "waiting"
    writer.write(written(START, **{"X-Request-Id": "next"}))
    assert (await read(reader))[1]["x-request-id"] == "next"
    writer.close()


async def test_what_cannot_be_read_is_told_with_the_reason(serving, begun, monkeypatch):
    await serving.publish(HEARS, name="hears")

    async def fails(id):
        raise StoreCorrupt("the journal cannot be read")

    monkeypatch.setattr(serving.engine.service.instances, "inspect", fails)
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    writer.write(written({"definition": "hears"}, "?wait=0.01"))
    status, _, body = await read(reader)
    assert (status, json.loads(body)["detail"]) == (503, "the journal cannot be read")
    writer.close()


async def test_an_end_that_is_not_durable_is_told_to_nobody(serving, wire, begun, monkeypatch):
    """The working copy has ended while its batch is being written: whoever asks then waits for that."""
    await serving.publish(HEARS, name="hears")
    id = (await serving.client.post("/v1/instances", json={"definition": "hears"})).json()["id"]
    live = serving.engine.runtime.population.by_id(id)
    await until(listening(serving))
    held = held_back(serving, monkeypatch)
    await serving.engine.deliver(EVENT)

    async def ended():
        return live.instance.over

    await until(ended)
    result = asyncio.ensure_future(serving.engine.result(id))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not result.done()
    held.set()
    assert (await result).status == "completed"
