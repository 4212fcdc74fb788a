"""What is known of a request that got no whole answer (saga.md, section 2)."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time

import pytest

from counterpoint.connectors.http import HttpLimits
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.http_calls import Caller, with_origin
from tests.connectors.origin import Answer, Origin


def now() -> int:
    return time.time_ns() // 1_000_000


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def half_an_answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.close()


async def nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    await writer.drain()
    writer.close()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("behaviour", [reset, hang_up, half_an_answer, nonsense])
def test_a_written_request_without_a_whole_answer_is_unknown(behaviour: object) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(f"{server.url}/pay?token=hidden", "post", body={"a": 1})
        assert (short_type(error.problem.type), error.outcome) == ("communication", Outcome.UNKNOWN)
        assert "was sent, but the connection failed" in str(error.problem.detail)
        assert "hidden" not in str(error.problem.detail)

    with_origin(test, behaviour)  # type: ignore[arg-type]


def test_a_refused_connection_did_nothing() -> None:
    async def test(server: Origin, call: Caller) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        error = await call.fails(f"http://127.0.0.1:{port}/", "post")
        assert (short_type(error.problem.type), error.problem.status, error.outcome) == (
            "communication",
            500,
            Outcome.NONE,
        )
        assert "could not be sent" in str(error.problem.detail)

    with_origin(test)


def test_an_unknown_host_did_nothing() -> None:
    async def test(_: Origin, call: Caller) -> None:
        error = await call.fails("http://no-such-host.invalid/", "post")
        assert error.outcome is Outcome.NONE
        assert "no-such-host.invalid cannot be resolved" in str(error.problem.detail)

    with_origin(test)


def test_a_failed_tls_handshake_did_nothing() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url.replace("http:", "https:"), "post")
        assert error.outcome is Outcome.NONE
        assert "could not be sent" in str(error.problem.detail)

    with_origin(test)


def test_a_deadline_after_writing_is_a_timeout_with_unknown_outcome() -> None:
    async def test(server: Origin, call: Caller) -> None:
        for ms in (80, 400, 2_000):  # a busy machine may not even have written when the time is up
            error = await call.fails(server.url, "post", deadline=now() + ms)
            assert (short_type(error.problem.type), error.problem.status) == ("timeout", 408)
            if server.asked:
                break
            assert error.outcome is Outcome.NONE
        assert error.outcome is Outcome.UNKNOWN
        assert len(server.asked) == 1

    with_origin(test, silence)


def test_a_deadline_that_has_passed_sends_nothing() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, "post", deadline=now() - 1)
        assert (short_type(error.problem.type), error.outcome) == ("timeout", Outcome.NONE)
        assert server.asked == []

    with_origin(test)


def test_silence_is_a_timeout() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, "post")
        assert (short_type(error.problem.type), error.outcome) == ("timeout", Outcome.UNKNOWN)

    with_origin(test, silence, caller={"limits": HttpLimits(idle_ms_max=50)})


def test_a_slow_tls_handshake_is_a_connection_that_never_was() -> None:
    async def test(_: Origin, call: Caller) -> None:
        async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(swallow, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        error = await call.fails(f"https://127.0.0.1:{port}/")
        server.close()
        assert (short_type(error.problem.type), error.outcome) == ("communication", Outcome.NONE)

    with_origin(test, caller={"limits": HttpLimits(connect_ms_max=50)})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"x" * 2_000),
        Answer(body=gzip.compress(b"x" * 2_000), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_a_large_answer_is_refused_while_it_comes(answer: Answer) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url)
        assert "larger than response_bytes_max (1,000 bytes)" in str(error.problem.detail)
        assert error.outcome is Outcome.UNKNOWN
        assert await call(server.url) == {"ok": True}

    with_origin(test, answer, caller={"limits": HttpLimits(response_bytes_max=1_000)})


def test_large_headers_are_refused() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url)
        assert "response_headers_bytes_max" in str(error.problem.detail)

    with_origin(
        test, Answer(headers={"X-Big": "x" * 2_000}), caller={"limits": HttpLimits(response_headers_bytes_max=1_000)}
    )


def test_a_large_request_is_refused_before_it_is_sent() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, "post", body="x" * 2_000)
        assert "request_bytes_max" in str(error.problem.detail)
        assert (error.outcome, server.asked) == (Outcome.NONE, [])

    with_origin(test, caller={"limits": HttpLimits(request_bytes_max=1_000)})


def test_broken_compression_is_explained() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url)
        assert "content encoding is broken" in str(error.problem.detail)

    with_origin(test, Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}))


def test_cancellation_passes_and_the_connector_goes_on() -> None:
    async def test(server: Origin, call: Caller) -> None:
        task = asyncio.create_task(call(server.url, "post"))
        while not server.asked:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await call(server.url) == {"ok": True}

    with_origin(test, silence)


def test_a_hop_that_cannot_be_reached_after_a_written_post_is_unknown() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, "post", redirect=True)
        assert error.outcome is Outcome.UNKNOWN

    with_origin(test, Answer(303, headers={"Location": "http://no-such-host.invalid/"}))
