"""Streams of the client: each event once, wherever the connection is cut, and as the HTML standard reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from counterpoint.client import Client, ClientLimits
from counterpoint.client.blocking import Client as BlockingClient
from counterpoint.client.sse import Parser

EVENTS = [(f"j-{n}.1", b'id: j-%d.1\nevent: e%d\ndata: {"n":%d}\n\n' % (n, n, n)) for n in range(1, 4)]
PLACE = b"id: j-0.0\n\n"
WHOLE = [(id, f"e{n}", {"n": n}) for n, (id, _) in enumerate(EVENTS, 1)]
AT_ONCE = ClientLimits(pause_ms_max=0)


class _Cut(httpx2.AsyncByteStream, httpx2.SyncByteStream):
    """A body that breaks off, as where the server is killed."""

    def __init__(self, sent: bytes) -> None:
        self._sent = sent

    def __iter__(self) -> Iterator[bytes]:
        yield self._sent
        raise httpx2.ReadError("the connection was reset")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._sent
        raise httpx2.ReadError("the connection was reset")


class _Server:
    """Sends its place and what follows the one that it is asked for. Its first answer ends after `cut` bytes."""

    def __init__(self, cut: int, *, killed: bool) -> None:
        self.asked: list[str | None] = []
        self._cut = cut
        self._killed = killed

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        last = request.headers.get("Last-Event-ID")
        self.asked.append(last)
        known = [id for id, _ in EVENTS].index(last) + 1 if last and last != "j-0.0" else 0
        if known == len(EVENTS):
            return httpx2.Response(204)
        body = PLACE + b"".join(text for _, text in EVENTS[known:])
        if len(self.asked) > 1:
            return httpx2.Response(200, content=body)
        part = body[: self._cut]
        return httpx2.Response(200, stream=_Cut(part)) if self._killed else httpx2.Response(200, content=part)


BODY = PLACE + b"".join(text for _, text in EVENTS)


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "ended"])
def test_each_event_comes_once_wherever_the_stream_is_cut(killed):
    async def follow(server: _Server) -> list[tuple[str, str, object]]:
        http = httpx2.AsyncClient(base_url="http://test", transport=httpx2.MockTransport(server.answer))
        async with http, Client("http://test", limits=AT_ONCE, http=http) as client, asyncio.timeout(30):
            return [(each.id, each.type, each.data) async for each in client.follow_lifecycle()]

    async def scenario() -> None:
        for cut in range(len(BODY) + 1):
            assert await follow(_Server(cut, killed=killed)) == WHOLE, BODY[:cut]

    asyncio.run(scenario())


def test_each_event_comes_once_without_an_event_loop_too():
    for cut in range(len(BODY) + 1):
        server = _Server(cut, killed=True)
        with (
            httpx2.Client(base_url="http://test", transport=httpx2.MockTransport(server.answer)) as http,
            BlockingClient("http://test", limits=AT_ONCE, http=http) as client,
        ):
            found = [(each.id, each.type, each.data) for each in client.follow_lifecycle()]
        assert found == WHOLE, BODY[:cut]


def taken(parser, *lines):
    return [(each.id, each.type, each.data) for line in lines if (each := parser.take(line)) is not None]


def test_a_place_moves_where_an_event_ends_and_not_where_its_id_stands():
    parser = Parser("1")
    assert taken(parser, "id: 2", "data: 1") == []
    assert parser.last_id == "1"
    assert taken(parser, "") == [("2", "message", 1)]
    assert parser.last_id == "2"


def test_a_place_that_is_sent_alone_is_taken():
    parser = Parser(None)
    assert taken(parser, "retry: 1000", "", "id: 7", "") == []
    assert (parser.last_id, parser.retry_ms) == ("7", 1000)


def test_an_event_without_an_id_has_that_of_the_one_before():
    parser = Parser(None)
    assert taken(parser, "id: 7", "", "event: gap", "data: 1", "") == [("7", "gap", 1)]
    assert parser.last_id == "7"


def test_what_a_connection_left_unfinished_is_no_part_of_what_the_next_one_sends():
    parser = Parser("1")
    taken(parser, "id: 2", "event: odd", "data: 1")
    parser.restart()
    assert taken(parser, "data: 3", "") == [("1", "message", 3)]
    assert parser.last_id == "1"


def test_an_id_with_a_null_character_is_no_place():
    parser = Parser("1")
    taken(parser, "id: 2\0", "")
    assert parser.last_id == "1"
