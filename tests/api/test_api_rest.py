"""A body that is still coming when it has its answer: whoever sends it gets that answer."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

from counterpoint.api.limits import ApiLimits
from tests.api.test_api_http import head_of, raw

pytestmark = pytest.mark.anyio
MEBIBYTE = 1024 * 1024
MUCH = 12 * MEBIBYTE
"""More than the systems on both ends keep of what nobody reads."""
HEAD = "POST /v1/definitions HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/yaml\r\n"
PART = b"%x\r\n" % MEBIBYTE + b"x" * MEBIBYTE + b"\r\n"
BODIES = {
    "length": (f"Content-Length: {MUCH}\r\n\r\n", [b"x" * MEBIBYTE] * 12),
    "chunks": ("Transfer-Encoding: chunked\r\n\r\n", [PART] * 12 + [b"0\r\n\r\n"]),
}


async def answered(reader) -> tuple[str, dict]:
    head = await head_of(reader)
    length = next(each for each in head.split("\r\n") if each.startswith("content-length:"))
    return head, json.loads(await reader.readexactly(int(length.split(":")[1])))


async def sent(serving, head, parts):
    """A body is written whole before anything is read, as most clients do it."""
    reader, writer = await raw(serving, head)
    for part in parts:
        writer.write(part)
        await writer.drain()
    return reader, writer


@pytest.mark.parametrize("body", BODIES)
async def test_who_writes_all_of_a_body_that_is_too_large_reads_why_it_is_refused_and_may_go_on(serve, body):
    async with serve(ApiLimits(body_bytes_max=100_000)) as serving:
        size, parts = BODIES[body]
        reader, writer = await sent(serving, HEAD + size, parts)
        head, problem = await answered(reader)
        assert (" 413 " in head, problem["type"]) == (True, "urn:counterpoint:problem:too-large")
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert " 200 " in await head_of(reader)
        writer.close()


async def test_a_large_end_of_such_a_body_is_not_the_head_of_another_request(serve):
    async with serve(ApiLimits(body_bytes_max=100_000, head_bytes_max=1_000)) as serving:
        reader, writer = await sent(serving, f"{HEAD}Content-Length: 150001\r\n\r\n", [b"x"])
        assert (await answered(reader))[1]["status"] == 413
        writer.write(b"x" * 150_000)
        await writer.drain()
        for _ in range(3):  # by then the server has read it
            await serving.client.get("/health/live")
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert " 200 " in await head_of(reader)
        writer.close()


@pytest.mark.parametrize("body", BODIES)
async def test_the_answer_comes_where_the_connection_ends_with_it(serve, body):
    async with serve(ApiLimits(body_bytes_max=100_000)) as serving:
        size, parts = BODIES[body]
        reader, writer = await sent(serving, f"{HEAD}Connection: close\r\n{size}", parts)
        head, problem = await answered(reader)
        assert ("connection: close" in head, problem["status"]) == (True, 413)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_a_refused_type_is_told_too(serve):
    async with serve(ApiLimits()) as serving:
        head = HEAD.replace("yaml", "pdf") + "Connection: close\r\nContent-Length: 6291456\r\n\r\n"
        reader, writer = await sent(serving, head, [b"x" * MEBIBYTE] * 6)
        assert (await answered(reader))[1]["status"] == 415
        writer.close()


@pytest.mark.parametrize("ends", ["", "Connection: close\r\n"], ids=["kept", "ended"])
async def test_more_than_may_follow_an_answer_is_cut_off(serve, ends):
    async with serve(ApiLimits(body_bytes_max=100_000, rest_bytes_max=4 * MEBIBYTE)) as serving:
        head = f"{HEAD}{ends}Content-Length: 1000000000\r\n\r\n"
        with pytest.raises(ConnectionError):
            await sent(serving, head, [b"x" * MEBIBYTE] * 100)


@pytest.mark.parametrize("ends", ["", "Connection: close\r\n"], ids=["kept", "ended"])
async def test_a_body_that_does_not_get_on_after_its_answer_is_cut_off(serve, ends):
    async with serve(ApiLimits(body_bytes_max=100_000, rest_ms_max=100)) as serving:
        reader, writer = await sent(serving, f"{HEAD}{ends}Content-Length: 1000000\r\n\r\n", [b"x"])
        assert (await answered(reader))[1]["status"] == 413
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), 10) == b""
            while not writer.transport.is_closing():
                writer.write(b"x")
                await asyncio.sleep(0)
        assert asyncio.get_running_loop().time() - began < 5
        writer.close()


async def test_a_body_that_has_its_answer_does_not_hold_up_the_end(serve):
    async with serve(ApiLimits(body_bytes_max=100_000)) as serving:
        opened = []
        for ends in ("", "Connection: close\r\n"):
            opened.append(await sent(serving, f"{HEAD}{ends}Content-Length: 1000000\r\n\r\n", [b"x"]))
            assert (await answered(opened[-1][0]))[1]["status"] == 413
        began = asyncio.get_running_loop().time()
        await serving.stop()
        assert asyncio.get_running_loop().time() - began < 4
        for _, writer in opened:
            writer.close()
