"""Events out over HTTP: what a receiver gets, and what its answers mean."""

from __future__ import annotations

import base64
import json

import pytest

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.webhooks import HttpSink, WebhookSink
from counterpoint.errors import SinkRefused, SinkUnavailable
from counterpoint.signatures import Hmac, signer_of, verifier_of

pytestmark = pytest.mark.anyio

NOW = 1_767_225_600_000
EVENT = {
    "specversion": "1.0", "id": "7", "source": "/ü", "type": "a.b", "subject": 'say "x" 100%', "flag": True, "n": 3,
    "data": {"a": [1]},
}  # fmt: skip
KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()


@pytest.fixture
async def sink_to():
    client = HttpClient(NetworkPolicy.development(), now=lambda: NOW)

    def make(url, signer=None, token=None, **settings):
        return WebhookSink(HttpSink(endpoint=url, **settings), client, lambda: NOW, signer, token)

    yield make
    await client.close()


async def test_structured_is_the_whole_event(receiver, sink_to):
    await sink_to(receiver.url, token="s3cr3t").send([EVENT, {**EVENT, "id": "8"}])
    assert [json.loads(each.body) for each in receiver.requests] == [EVENT, {**EVENT, "id": "8"}]
    headers = receiver.requests[0].headers
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["authorization"] == "Bearer s3cr3t"


async def test_binary_has_the_attributes_in_headers(receiver, sink_to):
    await sink_to(receiver.url, mode="binary").send([EVENT])
    [request] = receiver.requests
    assert json.loads(request.body) == {"a": [1]}
    assert request.headers["content-type"] == "application/json"
    sent = {name: value for name, value in request.headers.items() if name.startswith("ce-")}
    assert sent == {
        "ce-specversion": "1.0", "ce-id": "7", "ce-source": "/%C3%BC", "ce-type": "a.b",
        "ce-subject": "say%20%22x%22%20100%25", "ce-flag": "true", "ce-n": "3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("members", "kind", "body"),
    [
        ({"data": "hello", "datacontenttype": "text/plain"}, "text/plain", b"hello"),
        ({"data": "hello"}, "application/json", b'"hello"'),
        ({"data_base64": "AAE="}, None, b"\x00\x01"),
        ({"data_base64": "AAE=", "datacontenttype": "image/png"}, "image/png", b"\x00\x01"),
        ({}, None, b""),
    ],
)
async def test_binary_data_is_what_its_type_says(receiver, sink_to, members, kind, body):
    plain = {name: value for name, value in EVENT.items() if name != "data"}
    await sink_to(receiver.url, mode="binary").send([{**plain, **members}])
    [request] = receiver.requests
    assert (request.headers.get("content-type"), request.body) == (kind, body)


async def test_what_is_signed_verifies_at_the_receiver(receiver, sink_to):
    way = Hmac(keys=("shop",))
    await sink_to(receiver.url, signer=signer_of(way, {"shop": KEY}.get)).send([EVENT])
    [request] = receiver.requests
    assert request.headers["webhook-id"] == "7"
    verifier_of(way, {"shop": KEY}.get).verify(request.headers, request.body, NOW)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, SinkRefused), (409, SinkRefused), (413, SinkRefused), (415, SinkRefused), (422, SinkRefused)]
    + [(each, SinkUnavailable) for each in (302, 401, 403, 404, 408, 410, 425, 429, 500, 502, 503)],
)
async def test_an_answer_blames_the_event_or_is_worth_another_try(receiver, sink_to, status, error):
    receiver.answer = lambda _: (status, {})
    with pytest.raises(error, match=str(status)):
        await sink_to(receiver.url).send([EVENT])


async def test_a_receiver_says_how_long_it_wants_to_be_left_alone(receiver, sink_to):
    receiver.answer = lambda _: (503, {"Retry-After": "120"})
    with pytest.raises(SinkUnavailable) as error:
        await sink_to(receiver.url).send([EVENT])
    assert error.value.retry_after_ms == 120_000


async def test_nobody_there_and_a_forbidden_address_are_not_the_events_fault(receiver, sink_to):
    receiver.close()
    with pytest.raises(SinkUnavailable):
        await sink_to(receiver.url).send([EVENT])
    with pytest.raises(SinkUnavailable, match="refused"):
        await sink_to("http://10.0.0.7/events").send([EVENT])
