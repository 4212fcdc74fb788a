"""A head that came before in the same bytes is not parsed again, and its request is answered as the first one was."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, ApiLimits, listen
from tests.api.conftest import HEAD, HEARS, SET, held_back
from tests.api.test_api_direct import is_direct, noted, read, wire, written
from tests.api.test_api_shortcut import NUMBERED, PAGE, PLAIN, START, TOKEN, furnish

__all__ = ["wire"]
pytestmark = pytest.mark.anyio
REPEATED = [name for name, request in PLAIN.items() if is_direct(name, request)]
OF_ONE = {"a request id", "a trace"}


@pytest.fixture
def recalled(monkeypatch):
    """Of each request that began on a connection at rest: whether its head was known."""
    return noted(monkeypatch, "recall")


def told(answer):
    """What must not differ from one time to the next."""
    status, headers, body = answer
    id = headers.pop("x-request-id")
    headers.pop("date", None)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
        headers.pop("content-length")
    return status, {name: NUMBERED.sub("…", value) for name, value in headers.items()}, body.replace(id.encode(), b"")


@pytest.mark.parametrize("name", REPEATED)
async def test_the_same_request_is_answered_the_same_way_when_its_head_is_known(recalled, name):
    query, headers, body = PLAIN[name]
    async with Engine.embedded(None) as engine:
        await furnish(engine)
        async with listen(engine.service, Address.of("127.0.0.1:0"), Access(TOKEN, [PAGE]), ApiLimits()) as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            answers = []
            for _ in range(3):
                writer.write(written(body, query, Authorization=f"Bearer {TOKEN}", **headers))
                answers.append(await read(reader))
            writer.close()
    assert recalled == [False, name not in OF_ONE, name not in OF_ONE]
    ids = {headers["x-request-id"] for _, headers, _ in answers}
    assert len(ids) == (1 if name == "a request id" else 3)
    first, *others = [NUMBERED.sub("…", repr(told(each))) for each in answers]
    assert others == [first, first]


async def test_a_body_that_is_wrong_under_a_known_head_is_refused_and_the_connection_goes_on(wire, recalled):
    reader, writer = wire
    writer.write(written(START))
    assert (await read(reader))[0] == 201
    length = len(json.dumps(START))
    for body, status in (("x" * length, 400), (json.dumps(START), 201)):
        writer.write(written(body))
        assert (await read(reader))[0] == status
    assert recalled == [False, True, True]


async def test_several_requests_in_one_piece_under_a_known_head_are_answered_in_order(wire, recalled):
    reader, writer = wire
    writer.write(written(START))
    await read(reader)
    writer.write(written(START) + written(START, **{"X-Request-Id": "second"}) + written(START))
    ids = [(await read(reader))[1]["x-request-id"] for _ in range(3)]
    assert ids[1] == "second"
    assert len(set(ids)) == 3
    assert recalled == [False, False]


async def test_a_request_that_comes_before_the_answer_to_a_known_head_waits_for_it(
    serving, wire, recalled, monkeypatch
):
    reader, writer = wire
    writer.write(written(START))
    await read(reader)
    held = held_back(serving, monkeypatch)
    writer.write(written(START))
    async with asyncio.timeout(20):
        while len(recalled) < 2:
            await asyncio.sleep(0)
    writer.write(written(START, **{"X-Request-Id": "later"}))
    await writer.drain()
    held.set()
    answers = [await read(reader) for _ in range(2)]
    assert [status for status, *_ in answers] == [201, 201]
    assert answers[1][1]["x-request-id"] == "later"
    assert recalled == [False, True]


async def test_the_end_of_another_head_is_not_taken_for_a_known_one(serving, wire, recalled):
    reader, writer = wire
    begun = b"POST /v1/instances?wait=soon HTTP/1.1\r\nX-Rest: "
    writer.write(written(START) + begun)
    assert (await read(reader))[0] == 201
    writer.write(written(START))
    status, _, body = await read(reader)
    assert (status, b"wait" in body) == (400, True)
    writer.write(written(START))
    assert (await read(reader))[0] == 201
    assert len((await serving.client.get("/v1/instances")).json()["items"]) == 2


async def test_a_head_is_known_for_its_own_token_alone(recalled):
    async with Engine.embedded(None) as engine:
        await engine.publish(HEAD.format(name="thing", version="1.0.0") + SET)
        async with listen(engine.service, Address.of("127.0.0.1:0"), Access(TOKEN)) as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            for token, status in ((TOKEN, 201), (TOKEN, 201), (TOKEN[:-1] + "x", 401), (TOKEN, 201)):
                writer.write(written(START, Authorization=f"Bearer {token}"))
                assert (await read(reader))[0] == status
            writer.close()
    assert recalled == [False, True, False, True]


async def test_a_client_of_the_old_protocol_has_no_known_head(serving, recalled):
    await serving.publish(SET)
    for _ in range(2):
        reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
        writer.write(written(START).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert (await read(reader))[1]["connection"] == "close"
        writer.close()
    assert recalled[-2:] == [False, False]


async def test_what_is_known_of_heads_is_bounded(wire, recalled):
    reader, writer = wire
    for number in (0, 0, *range(1, 300), 299, 0):
        writer.write(written(START, **{"User-Agent": f"client-{number}"}))
        await read(reader)
    assert (recalled[1], recalled[-2], recalled[-1]) == (True, True, False)
    writer.write(written(START, **{"User-Agent": "x" * 5_000}))
    await read(reader)
    writer.write(written(START, **{"User-Agent": "x" * 5_000}))
    await read(reader)
    assert recalled[-2:] == [False, False]


async def test_there_is_no_room_for_a_known_head_either(serve, recalled):
    async with serve(ApiLimits(requests_in_flight_max=1)) as serving:
        await serving.publish(SET)
        await serving.publish(HEARS, name="hears")
        reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
        writer.write(written(START))
        assert (await read(reader))[0] == 201
        waiting = asyncio.ensure_future(serving.client.post("/v1/instances?wait=20", json={"definition": "hears"}))
        async with asyncio.timeout(20):
            while not await serving.engine.service.instances.browse({"waits_for": "event"}):
                await asyncio.sleep(0)
        writer.write(written(START))
        status, _, body = await read(reader)
        assert (status, json.loads(body)["limit"]) == (429, "requests_in_flight_max")
        assert recalled[-1]
        waiting.cancel()
        writer.close()
