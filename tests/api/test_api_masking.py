"""What a schema marks as sensitive is in no answer of the API, and nobody can ask for it yet."""

from __future__ import annotations

import pytest

from tests.api.conftest import YAML

pytestmark = pytest.mark.anyio

CARD = "4111 1111 1111"
PAY = """
document: {dsl: '1.0.3', namespace: api, name: pay, version: '1.0.0'}
input: {schema: {document: {properties: {card: {x-sensitive: true}}}}}
do:
- keep: {set: {paid: '${ .card }', order: '${ .order }'}}
- fall: {raise: {error: {type: 'https://example.com/no', status: 402, detail: '${ "not with " + .paid }'}}}
"""


async def test_no_answer_holds_sensitive_data(serving):
    client = serving.client
    assert (await client.post("/v1/definitions", content=PAY, headers=YAML)).status_code == 201
    body = {"definition": "api/pay", "input": {"order": "A-17", "card": CARD}}
    started = await client.post("/v1/instances?wait=10", json=body, headers={"Idempotency-Key": "k"})
    again = await client.post("/v1/instances?wait=10", json=body, headers={"Idempotency-Key": "k"})
    assert (started.status_code, again.status_code) == (201, 200), "the key is compared with the true input"
    id = started.json()["id"]
    answers = [started, again, await client.get(f"/v1/instances/{id}"), await client.get(f"/v1/instances/{id}/history")]
    answers += [await client.get("/v1/instances"), await client.get(f"/v1/instances/{id}/events")]
    assert started.json()["instance"]["input"] == {"order": "A-17", "card": "***"}
    assert started.json()["instance"]["error"]["detail"] == "not with ***"
    for answer in answers:
        assert answer.status_code in (200, 201)
        assert CARD not in answer.text


@pytest.mark.parametrize("value", ["true", "", "false"])
async def test_seeing_it_needs_a_permission_that_nobody_has(serving, value):
    answer = await serving.client.get("/v1/instances/some", params={"unmask": value})
    assert answer.status_code == 403
    assert "data:unmask" in answer.json()["detail"]
