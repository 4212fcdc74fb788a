"""A plain start without a key is answered past ASGI, as the general route answers it."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, ApiLimits, listen
from counterpoint.api.direct import Direct
from counterpoint.errors import StoreUnavailable
from tests.api.conftest import HEARS, SET, held_back
from tests.api.test_api_shortcut import GENERAL, LONG, NUMBERED, PAGE, PLAIN, START, TOKEN, asked, furnish, sides

__all__ = ["sides"]
pytestmark = pytest.mark.anyio
NOT_DIRECT = {"an id", "an id that cannot be one", "an id that is taken", "a key and an id"}
"""Plain, but something has to be read first; so it is with a key, and where a preference is to be told apart."""


def is_direct(name, request_):
    _, headers, _ = request_
    return name not in NOT_DIRECT and headers.keys().isdisjoint({"Prefer", "Idempotency-Key"})


def noted(monkeypatch, name):
    """A list that tells, of each call of a method of `Direct`, whether it gave anything."""
    found, method = [], getattr(Direct, name)

    def noting(*arguments):
        given = method(*arguments)
        found.append(given is not None)
        return given

    monkeypatch.setattr(Direct, name, noting)
    return found


@pytest.fixture
def begun(monkeypatch):
    """Which requests were begun past ASGI: True, or False where they were handed on."""
    return noted(monkeypatch, "begin")


def written(body, query="", **headers):
    """A request to start something, as bytes."""
    sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    given = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(sent)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST /v1/instances{query} HTTP/1.1\r\n{lines}\r\n".encode() + sent


async def read(reader):
    """Status, headers, body of the next answer."""
    async with asyncio.timeout(20):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        assert len(headers) == len([line for line in head[1:] if line]), head
        return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


@pytest.fixture
async def wire(serving):
    """A connection to a server that knows `thing`."""
    await serving.publish(SET)
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    yield reader, writer
    writer.close()


@pytest.mark.parametrize("name", [*PLAIN, *GENERAL])
async def test_a_start_is_answered_past_asgi_as_by_the_general_route(sides, begun, name):
    request_ = (PLAIN | GENERAL)[name]
    query, headers, body = request_
    async with Engine.embedded(None) as engine:
        await furnish(engine)
        limits = ApiLimits(body_bytes_max=15_000)
        async with listen(engine.service, Address.of("127.0.0.1:0"), Access(TOKEN, [PAGE]), limits) as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            given = {"Authorization": f"Bearer {TOKEN}", **headers}
            given = {each: value.encode().decode("latin-1") for each, value in given.items()}
            writer.write(written(body, query, **given))
            status, told, content = await read(reader)
            writer.close()
    general = await asked(sides.apps[1], *request_)
    told.pop("date", None)
    told.pop("content-length")
    id = told.pop("x-request-id")
    if "content-encoding" not in told:  # what is compressed is so by both: see the table's own test
        assert NUMBERED.sub("…", content.decode().replace(id, "ID")) == general[2]
    assert status == general[0]
    assert {each: NUMBERED.sub("…", value) for each, value in told.items()} == {
        each.decode(): value for each, value in general[1].items()
    }
    assert begun == ([True] if name in PLAIN and is_direct(name, request_) else [False] * len(begun))


async def test_a_request_in_pieces_is_begun_when_it_is_whole(wire, begun):
    reader, writer = wire
    whole = written(START)
    for piece in (whole[:20], whole[20:-30], whole[-30:-1]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
        assert begun == []
    writer.write(whole[-1:])
    assert (await read(reader))[0] == 201
    assert begun == [True]


async def test_requests_that_come_at_once_are_answered_in_order(wire, begun):
    reader, writer = wire
    get = b"GET /v1/instances?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    writer.write(written(START, **{"X-Request-Id": "first"}) + get + written(START, **{"X-Request-Id": "third"}))
    answers = [await read(reader) for _ in range(3)]
    assert [status for status, *_ in answers] == [201, 200, 201]
    assert [answers[0][1]["x-request-id"], answers[2][1]["x-request-id"]] == ["first", "third"]
    assert begun[0] is True


async def test_what_a_client_expects_to_be_told_first_it_is_told(wire, begun):
    reader, writer = wire
    whole = written(START, Expect="100-continue")
    head, _, body = whole.partition(b"\r\n\r\n")
    writer.write(head + b"\r\n\r\n")
    assert (await read(reader))[0] == 100
    writer.write(body)
    assert (await read(reader))[0] == 201
    assert begun == []


async def test_a_client_of_the_old_protocol_is_answered_and_left(wire, begun):
    reader, writer = wire
    writer.write(written(START).replace(b"HTTP/1.1", b"HTTP/1.0"))
    status, headers, _ = await read(reader)
    assert (status, headers["connection"]) == (201, "close")
    assert await reader.read() == b""
    assert begun == [True]


async def test_a_body_that_breaks_off_starts_nothing(serving, wire, begun):
    _, writer = wire
    writer.write(written(START)[:-1])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await serving.client.get("/v1/instances")).json()["items"] == []
    assert begun == []


async def test_what_is_begun_for_a_client_that_goes_is_started_and_counts_no_longer(serve, begun):
    async with serve(ApiLimits(requests_in_flight_max=1)) as serving:
        await serving.publish(SET)
        for number in range(1, 4):
            _, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
            writer.write(written(START))
            writer.close()
            await writer.wait_closed()
            async with asyncio.timeout(20):
                while (
                    len((await serving.client.get("/v1/instances?status=completed")).json().get("items", [])) < number
                ):
                    pass
        assert begun == [True] * 3


async def test_a_body_too_large_to_be_kept_unread_goes_the_way_of_others(wire, begun):
    reader, writer = wire
    writer.write(written(LONG | {"input": {"who": "x" * 200_000}}))
    assert (await read(reader))[0] == 201
    assert begun == []


async def test_where_there_is_no_room_the_gate_says_so(serve, begun):
    async with serve(ApiLimits(requests_in_flight_max=1)) as serving:
        await serving.publish(SET)
        await serving.publish(HEARS, name="hears")
        waiting = asyncio.ensure_future(serving.client.post("/v1/instances?wait=20", json={"definition": "hears"}))
        async with asyncio.timeout(20):
            while not await serving.engine.service.instances.browse({"waits_for": "event"}):
                await asyncio.sleep(0)
        answer = await serving.client.post("/v1/instances", json=START)
        assert (answer.status_code, answer.json()["limit"]) == (429, "requests_in_flight_max")
        assert begun[-1] is False
        waiting.cancel()


async def test_a_start_that_the_store_refuses_is_answered_with_the_reason(serving, wire, begun, monkeypatch):
    reader, writer = wire

    async def refuse(batch):
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(serving.engine.runtime.store, "append", refuse)
    writer.write(written(START))
    status, headers, body = await read(reader)
    assert (status, headers["retry-after"], json.loads(body)["detail"]) == (503, "1", "the disk is full")
    assert begun == [True]


async def test_a_trace_is_that_of_one_request_and_not_of_the_next_on_its_connection(serving, wire, begun):
    reader, writer = wire
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    labels = []
    for headers in ({"traceparent": trace}, {}):
        writer.write(written(START, **headers))
        id = json.loads((await read(reader))[2])["id"]
        labels.append((await serving.engine.inspect(id)).labels)
    assert labels[0]["traceparent"].startswith(f"00-{'a' * 32}-")
    assert "traceparent" not in labels[1]
    assert begun == [True, True]


async def test_a_start_is_in_the_log_of_accesses_as_any_request(wire, begun, caplog):
    reader, writer = wire
    with caplog.at_level(logging.INFO, logger="counterpoint.access"):
        writer.write(written(START, **{"X-Request-Id": "mine"}))
        await read(reader)
        [record] = [each for each in caplog.records if each.name == "counterpoint.access"]
    assert record.getMessage() == "POST /v1/instances 201"
    assert (record.route, record.request_id, record.status) == ("/v1/instances", "mine", 201)
    assert record.duration_ms > 0
    assert begun == [True]


@pytest.mark.parametrize("earlier", [0, 1])
async def test_a_start_that_is_under_way_when_the_server_stops_is_answered(serving, wire, begun, monkeypatch, earlier):
    reader, writer = wire
    for _ in range(earlier):
        writer.write(written(START))
        await read(reader)
    held = held_back(serving, monkeypatch)
    writer.write(written(START))
    async with asyncio.timeout(20):
        while len(begun) <= earlier:
            await asyncio.sleep(0)
    stopping = asyncio.ensure_future(serving.stop())
    await asyncio.sleep(0)
    held.set()
    status, headers, _ = await read(reader)
    assert (status, headers.get("connection")) == (201, "close")
    await stopping


async def test_a_connection_that_has_idled_for_long_is_closed_and_one_that_waits_for_its_answer_is_not(
    serve, monkeypatch
):
    monkeypatch.setattr("counterpoint.api.server._KEEP_ALIVE_SECONDS", 0.01)
    async with serve() as serving:
        hears = await serving.publish(HEARS, name="hears")
        reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
        for query in ("", "?wait=0.2"):  # the second one waits for longer than a connection may idle
            writer.write(written({"definition": hears}, query))
            assert (await read(reader))[0] == 201
        async with asyncio.timeout(20):
            assert await reader.read() == b""
        writer.close()
