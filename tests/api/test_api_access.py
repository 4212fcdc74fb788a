"""Who is let in, how much at once, and what every request and answer has."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.api import Access, Address, ApiLimits, listen
from counterpoint.api.address import CannotListen
from counterpoint.errors import InvalidInput
from tests.api.conftest import HEARS

pytestmark = pytest.mark.anyio
TOKEN = "correct-horse-battery-staple"


async def test_with_a_token_only_its_bearer_is_let_in(serve):
    async with serve(token=TOKEN) as serving:
        for path in ("/v1/instances", "/v1/lifecycle/events"):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
                answer = await serving.client.get(path, headers=headers)
                told = (answer.status_code, answer.headers["www-authenticate"], answer.json()["type"])
                assert told == (401, "Bearer", "urn:counterpoint:problem:unauthorized")
        allowed = await serving.client.get("/v1/instances", headers={"Authorization": f"bearer {TOKEN}"})
        assert allowed.status_code == 200
        assert (await serving.client.get("/health/live")).status_code == 200


async def test_without_a_token_no_page_of_the_web_is_let_in(serving):
    """Neither one that names its origin, nor one that reaches us under a name of its own (DNS rebinding)."""
    for headers in ({"Origin": "https://example.com"}, {"Host": "example.com"}, {"Origin": "null"}):
        answer = await serving.client.post("/v1/instances/x/cancel", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:counterpoint:problem:forbidden")
    own = {"Origin": f"http://{serving.address}"}
    assert (await serving.client.get("/v1/instances", headers=own)).status_code == 200


def test_an_open_address_needs_a_token():
    for open_address in ("0.0.0.0:8080", "[::]:8080", "api.internal:80", "192.168.1.7:80"):
        address = Address.of(open_address)
        assert not address.loopback
        assert str(address) == open_address
    for own in ("127.0.0.1:80", "[::1]:80", "localhost:80", "127.9.9.9:0", "8080"):
        assert Address.of(own).loopback
    for wrong in ("", "host", "host:99999", "::1:80", "http://host:80", "a b:80"):
        with pytest.raises(InvalidInput):
            Address.of(wrong)
    for weak in ("", "short", "with spaces within it", "höchst-geheim-und-lang"):
        with pytest.raises(InvalidInput):
            Access(weak)


async def test_nothing_is_served_openly_and_a_taken_port_is_refused(serving):
    with pytest.raises(InvalidInput, match="COUNTERPOINT_API_TOKEN"):
        async with listen(serving.engine.service, Address.of("0.0.0.0:0"), Access(None)):
            pass
    with pytest.raises(CannotListen, match="in use"):
        async with listen(serving.engine.service, serving.address, Access(None)):
            pass


async def test_every_answer_has_the_id_of_its_request(serving):
    given = await serving.client.get("/v1/instances", headers={"X-Request-Id": "order-7/1"})
    assert given.headers["x-request-id"] == "order-7/1"
    unsound = await serving.client.get("/nowhere", headers={"X-Request-Id": "a b"})
    assert len(unsound.headers["x-request-id"]) == 32
    assert unsound.json()["requestId"] == unsound.headers["x-request-id"]
    wrong = await serving.client.delete("/v1/instances")
    assert (wrong.status_code, "POST" in wrong.headers["allow"]) == (405, True)
    assert wrong.json()["requestId"] == wrong.headers["x-request-id"]


async def test_what_is_too_much_is_refused(serve):
    async with serve(ApiLimits(requests_in_flight_max=1, body_bytes_max=10_000)) as serving:
        id = await serving.start(await serving.publish(HEARS))
        waiting = asyncio.create_task(serving.client.get(f"/v1/instances/{id}", params={"wait": 60}))
        while not serving.engine.runtime.dispatch.waiters:
            await asyncio.sleep(0)
        second = await serving.client.get("/v1/instances")
        assert (second.status_code, second.headers["retry-after"]) == (429, "1")
        assert (second.json()["limit"], second.headers["content-type"]) == (
            "requests_in_flight_max",
            "application/problem+json",
        )
        assert (await serving.client.get("/health/ready")).status_code == 200
        await serving.engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "api.go"})
        assert (await waiting).json()["status"] == "completed"
        large = await serving.client.post("/v1/instances", json={"definition": "x" * 20_000})
        assert (large.status_code, large.json()["type"]) == (413, "urn:counterpoint:problem:too-large")
        assert "body_bytes_max" in large.json()["detail"]


async def test_health_tells_what_fails(serving):
    checks = {"store": "ok", "timers": "ok", "server": "ok"}
    assert (await serving.client.get("/health/ready")).json() == {"status": "ok", "checks": checks}
    assert (await serving.client.get("/health/startup")).json()["status"] == "ok"
    await serving.engine.runtime.committer.close()
    ready = await serving.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "failing")
    assert "the engine has stopped" in ready.json()["checks"]["store"]
    refused = await serving.client.post(
        "/v1/events",
        json={"specversion": "1.0", "id": "1", "source": "/t", "type": "t"},
        headers={"Content-Type": "application/cloudevents+json"},
    )
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:counterpoint:problem:unavailable")
    assert refused.headers["retry-after"] == "1"
