"""What is written in one turn of the loop goes out in one piece."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.api.gathering import Gathered

pytestmark = pytest.mark.anyio
MUCH = b"x" * 65_536


class Wire:
    """A transport that keeps what was written to it."""

    def __init__(self):
        self.written = []
        self.closed = False

    def write(self, data):
        assert not self.closed
        self.written.append(data)

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


@pytest.fixture
async def wire():
    return Wire()


@pytest.fixture
async def gathered(wire):
    return Gathered(wire, asyncio.get_running_loop(), lambda: False)


async def test_what_is_written_in_one_turn_is_one_write(wire, gathered):
    for part in (b"head", b"body"):
        gathered.write(part)
    assert wire.written == []
    await asyncio.sleep(0)
    gathered.write(b"next")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert wire.written == [b"headbody", b"next"]


async def test_much_is_written_at_once_so_that_its_writer_learns_when_its_reader_is_slow(wire, gathered):
    gathered.write(b"head")
    gathered.write(MUCH)
    assert wire.written == [b"head" + MUCH]
    await asyncio.sleep(0)
    assert wire.written == [b"head" + MUCH]


async def test_what_was_written_before_a_close_goes_out_and_nothing_after_the_end(wire, gathered):
    gathered.write(b"last words")
    gathered.close()
    assert (wire.written, wire.closed, gathered.is_closing()) == ([b"last words"], True, True)
    gathered.write(b"too late")
    await asyncio.sleep(0)
    assert wire.written == [b"last words"]


async def test_a_head_and_its_body_come_in_one_packet(serving):
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    for _ in range(5):
        writer.write(f"GET /health/live HTTP/1.1\r\nHost: {serving.address}\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(65_536), 10)
        assert answer.endswith(b"}"), answer
    writer.close()
