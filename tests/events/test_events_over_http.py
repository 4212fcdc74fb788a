"""Events in over HTTP as they are configured: endpoints, signatures, who may say what, and too much of it."""

from __future__ import annotations

import base64
import json
import re
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from joserfc.jwk import OKPKey

from counterpoint import Engine, EngineLimits
from counterpoint.api import Access, Address, listen
from counterpoint.bootstrap.configuration import read_configuration
from counterpoint.connectors import NetworkPolicy
from counterpoint.engine.clock import SystemClock
from counterpoint.engine.limits import EventLimits
from counterpoint.signatures import Hmac, Jws, signer_of

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
STRUCTURED = "application/cloudevents+json"
TOKEN = "a token of sixteen".replace(" ", "-")
SECRETS = {
    "shopNew": "whsec_" + base64.b64encode(b"n" * 24).decode(),
    "shopOld": "whsec_" + base64.b64encode(b"o" * 24).decode(),
    "foreign": "whsec_" + base64.b64encode(b"f" * 24).decode(),
    "desk": OKPKey.generate_key("Ed25519", private=True).as_dict(private=True),
}
CONFIG = """
events:
  sources:
    - name: shop
      from: {type: http, signature: {type: hmac, keys: [shopNew, shopOld]}}
      sources: ["/shop/*"]
    - name: desk
      from: {type: http, signature: {type: jws, keys: [desk]}}
"""
HEARS = """
document: {dsl: '1.0.3', namespace: test, name: hears, version: '1.0.0'}
do:
- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
"""


def rung(id="1", source="/shop/1", **members):
    return {"specversion": "1.0", "id": id, "source": source, "type": "org.example.rung", "data": {"n": 1}, **members}


def signed(body, way, at=None):
    now = SystemClock().now() if at is None else at
    return {"Content-Type": STRUCTURED, **signer_of(way, SECRETS.get).sign("1", body, now)}


@asynccontextmanager
async def serving(token=None, limits=None):
    events = read_configuration(CONFIG, "serve.yaml").events
    options = {"events": events, "secrets": SECRETS, "limits": limits, "network": NetworkPolicy.development()}
    async with Engine.embedded(None, **options) as engine, AsyncExitStack() as server:
        address = await server.enter_async_context(listen(engine.service, Address.of("127.0.0.1:0"), Access(token)))
        async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client:
            yield engine, client


@pytest.mark.parametrize(
    ("endpoint", "way"),
    [("shop", Hmac(keys=("shopNew",))), ("shop", Hmac(keys=("shopOld",))), ("desk", Jws(keys=("desk",)))],
)
async def test_a_signature_takes_the_place_of_the_token(endpoint, way):
    async with serving(TOKEN) as (engine, client):
        await engine.start(await engine.publish(HEARS), id="ears")
        body = json.dumps(rung(source="/shop/1" if endpoint == "shop" else "/desk")).encode()
        answer = await client.post(f"/v1/events/{endpoint}", content=body, headers=signed(body, way))
        assert answer.status_code == 202, answer.text
        assert (await engine.result("ears", timeout=5)).output == [{"n": 1}]
        assert engine.service.events.counters.accepted == 1


async def test_a_missing_or_wrong_signature_is_refused_and_counted():
    async with serving(TOKEN) as (engine, client):
        body = json.dumps(rung()).encode()
        way, foreign = Hmac(keys=("shopNew",)), Hmac(keys=("foreign",))
        old = SystemClock().now() - 3_600_000
        tries = [
            (401, "signature-missing", {"Content-Type": STRUCTURED}),
            (401, "signature-missing", {"Content-Type": STRUCTURED, "Authorization": f"Bearer {TOKEN}"}),
            (403, "signature-refused", signed(body, foreign)),
            (403, "signature-refused", signed(b"{}", way)),
            (403, "signature-refused", signed(body, way, old)),
        ]
        for status, name, headers in tries:
            answer = await client.post("/v1/events/shop", content=body, headers=headers)
            assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, name)
        counters = engine.service.events.counters
        assert (counters.unsigned, counters.wrongly_signed, counters.accepted) == (2, 3, 0)


async def test_a_source_speaks_where_it_is_said_and_nowhere_else():
    async with serving() as (_, client):

        async def post(path, event, **headers):
            body = json.dumps(event).encode()
            return (await client.post(path, content=body, headers={"Content-Type": STRUCTURED, **headers})).status_code

        other = rung(source="/other")
        assert await post("/v1/events", other) == 202
        assert await post("/v1/events", rung()) == 401, "/shop/ is for signed events alone"
        body = json.dumps(other).encode()
        assert await post("/v1/events/shop", other, **signed(body, Hmac(keys=("shopNew",)))) == 403
        assert await post("/v1/events/nowhere", other) == 404


async def test_what_a_signature_does_not_cover_is_not_taken():
    async with serving() as (_, client):
        attributes = {f"ce-{name}": value for name, value in rung().items() if name != "data"}
        headers = {**signed(b"{}", Hmac(keys=("shopNew",))), **attributes, "Content-Type": "application/json"}
        assert (await client.post("/v1/events/shop", content=b"{}", headers=headers)).status_code == 415


async def test_too_many_waiting_events_are_answered_429_until_there_is_room():
    async with serving(limits=EngineLimits(events=EventLimits(inbox_events_max=3))) as (engine, client):

        async def post(ids):
            batch = [rung(id, "/other") for id in ids]
            headers = {"Content-Type": "application/cloudevents-batch+json"}
            return await client.post("/v1/events", content=json.dumps(batch), headers=headers)

        pump = engine.runtime.inbox
        await pump.close()  # an engine that is too slow
        assert (await post("abc")).status_code == 202
        answer = await post("d")
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()["limit"]) == (
            429,
            "1",
            "inbox_events_max",
        )
        assert engine.service.events.counters.overload == 1
        pump.run()
        while await engine.runtime.store.inbox_size():
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 5)
        assert (await post("d")).status_code == 202


def test_the_example_of_the_guide_is_a_configuration():
    page = (ROOT / "docs" / "guide" / "events.md").read_text()
    [example] = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("events:")]
    events = read_configuration(example, "serve.yaml").events
    assert [each.name for each in (*events.sources, *events.sinks)] == ["shop", "billing", "audit"]
