"""HTTP as it is spoken: HEAD, OPTIONS, the headers of every answer, other origins, slow and large clients, stopping."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from counterpoint.api import Access, Address, ApiLimits, listen
from counterpoint.errors import InvalidInput
from tests.api.conftest import HEARS, SET

pytestmark = pytest.mark.anyio
PAGE = "https://studio.example.org"


async def raw(serving, text):
    """A connection on which this was sent."""
    reader, writer = await asyncio.open_connection(serving.address.host, serving.address.port)
    writer.write(text.replace("HOST", str(serving.address)).encode())
    return reader, writer


async def head_of(reader):
    """Status and headers of an answer, in lower case."""
    return (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode().lower()


async def test_every_answer_has_the_headers_that_keep_browsers_and_caches_from_harm(serving):
    reference = await serving.publish(SET)
    id = await serving.start(reference, wait=10)
    for path in ("/v1/instances", f"/v1/instances/{id}", "/nowhere", "/health/ready", "/openapi.json"):
        headers = (await serving.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "'none'" in headers["content-security-policy"], path
        assert headers["cache-control"] in ("no-store", "no-cache", "private, no-cache"), path
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


async def test_head_is_get_without_a_body(serving):
    id = await serving.start(await serving.publish(HEARS))
    for path in ("/v1/instances", f"/v1/instances/{id}", "/v1/instances/none", "/health/live", "/openapi.json"):
        got, headed = await serving.client.get(path), await serving.client.head(path)
        assert (headed.status_code, headed.content) == (got.status_code, b"")
        assert headed.headers["content-type"] == got.headers["content-type"]
        assert headed.headers.get("etag") == got.headers.get("etag")
    for stream in (f"/v1/instances/{id}/events", "/v1/lifecycle/events"):
        headed = await serving.client.head(stream)
        assert (headed.status_code, headed.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    while serving.engine.runtime.dispatch.watchers or serving.engine.service.feed.readers:
        await asyncio.sleep(0)


async def test_options_says_what_may_be_done_and_other_methods_are_refused(serving):
    options = await serving.client.options("/v1/instances")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, OPTIONS, POST")
    for method in ("DELETE", "PATCH"):
        refused = await serving.client.request(method, "/v1/instances")
        assert (refused.status_code, refused.json()["type"]) == (405, "urn:counterpoint:problem:method-not-allowed")
        assert "POST" in refused.headers["allow"]


async def test_what_a_client_prefers_is_the_parameter(serving):
    await serving.publish(SET)
    for headers in ({"Prefer": "wait=10"}, {"Prefer": "respond-async, wait=10"}):
        answer = await serving.client.post("/v1/instances", json={"definition": "thing"}, headers=headers)
        assert answer.json()["instance"]["status"] == "completed"
    plain = {"Prefer": "return=minimal"}
    assert (
        "instance"
        not in (await serving.client.post("/v1/instances", json={"definition": "thing"}, headers=plain)).json()
    )


async def test_no_other_origin_is_served_unless_it_is_named(serving):
    async with listen(serving.engine.service, Address.of("127.0.0.1:0"), Access(None, [PAGE])) as address:
        url = f"http://{address}/v1/instances"
        preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}
        allowed = await serving.client.options(url, headers={"Origin": PAGE, **preflight})
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, PAGE)
        assert "access-control-allow-credentials" not in allowed.headers
        answer = await serving.client.get(url, headers={"Origin": PAGE})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, PAGE)
        assert "ETag" in answer.headers["access-control-expose-headers"]
        for other in ("https://evil.example.org", "http://studio.example.org", f"{PAGE}.evil.org", "null"):
            refused = await serving.client.options(url, headers={"Origin": other, **preflight})
            assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (400, False)
            assert (await serving.client.get(url, headers={"Origin": other})).status_code == 403
    unnamed = await serving.client.options("/v1/instances", headers={"Origin": PAGE, **preflight})
    assert (unnamed.status_code, "access-control-allow-origin" in unnamed.headers) == (403, False)
    for wrong in ("*", "studio.example.org", f"{PAGE}/", "null", ""):
        with pytest.raises(InvalidInput, match="no origin"):
            Access(None, [wrong])


async def test_a_body_that_is_too_large_is_refused_before_it_has_come(serve):
    async with serve(ApiLimits(body_bytes_max=100_000)) as serving:
        for size in ("Content-Length: 1000000000", "Transfer-Encoding: chunked"):
            start = f"POST /v1/definitions HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/yaml\r\n{size}\r\n\r\n"
            reader, writer = await raw(serving, start)
            if "chunked" in size:
                for _ in range(3):
                    writer.write(b"C350\r\n" + b"x" * 50_000 + b"\r\n")
            assert " 413 " in await head_of(reader)
            writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "GET /v1/instances HTTP/1.1\r\nHost: HOST\r\nX-Slow: ",
        "POST /v1/events HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["nothing", "headers", "body"],
)
async def test_a_client_that_does_not_get_on_is_cut_off(serve, sent):
    async with serve(ApiLimits(head_ms_max=100, body_ms_max=100)) as serving:
        reader, writer = await raw(serving, sent)
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(ConnectionResetError):
            while await asyncio.wait_for(reader.read(1), 10):
                pass
        assert asyncio.get_running_loop().time() - began < 5
        writer.close()
        assert (await serving.client.get("/v1/instances")).status_code == 200


async def test_a_head_that_does_not_end_is_cut_off(serving):
    reader, writer = await raw(serving, "GET / HTTP/1.1\r\n")
    with pytest.raises(ConnectionError):
        for _ in range(1_000):
            writer.write(b"X-Long: " + b"x" * 8_000 + b"\r\n")
            await writer.drain()
        await reader.readexactly(1)


async def test_connections_beyond_the_limit_are_closed(serve):
    async with serve(ApiLimits(connections_max=1)) as serving:
        assert (await serving.client.get("/health/live")).status_code == 200
        reader, writer = await raw(serving, "GET /health/live HTTP/1.1\r\nHost: HOST\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(1), 10) == b""
        writer.close()


async def test_a_connection_is_not_kept_while_the_server_stops(serving):
    id = await serving.start(await serving.publish(HEARS))
    reader, writer = await raw(serving, f"GET /v1/instances/{id}?wait=30 HTTP/1.1\r\nHost: HOST\r\n\r\n")
    while not serving.engine.runtime.dispatch.waiters:
        await asyncio.sleep(0)
    await serving.stop()
    head = await head_of(reader)
    assert " 200 " in head
    assert "connection: close" in head
    writer.close()


async def test_answers_do_not_wait_for_an_acknowledgement():
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms an answer."""
    connected = asyncio.get_running_loop().create_future()
    with Address.of("127.0.0.1:0").bind() as listening:
        server = await asyncio.start_server(lambda _, writer: connected.set_result(writer), sock=listening)
        _, client = await asyncio.open_connection(*listening.getsockname())
        writer = await connected
        assert writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for each in (client, writer, server):
            each.close()
