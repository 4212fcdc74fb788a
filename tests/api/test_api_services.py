"""What services offer to calls, over HTTP."""

from __future__ import annotations

import json

import pytest

from counterpoint.application.offering import Offering, OfferingLimits
from counterpoint.errors import InvalidInput, LimitExceeded

pytestmark = pytest.mark.anyio

SERVICE = """
openapi: 3.1.0
info: { title: Payments, version: '1' }
paths:
  /charges:
    post:
      operationId: charge
      summary: Take money
      x-compensate: refund
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Charge' } } }
  /charges/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    delete: { operationId: refund, parameters: [{ name: why, in: query, schema: { enum: [asked, failed] } }] }
    get: { summary: it has no name and cannot be called }
components:
  schemas:
    Charge:
      type: object
      required: [amount]
      properties:
        amount: { type: number, description: in euros }
        parts: { type: array, items: { $ref: '#/components/schemas/Charge' } }
"""


async def asked(serving, **body):
    return await serving.client.post("/v1/operations", json=body)


async def test_operations_are_listed_with_what_they_take_and_what_undoes_them(serving):
    answer = await asked(serving, document=SERVICE)
    assert answer.status_code == 200, answer.text
    charge, refund = answer.json()["items"]
    assert [charge[key] for key in ("operationId", "method", "path", "summary", "undoneBy")] == [
        "charge", "post", "/charges", "Take money", "refund",
    ]  # fmt: skip
    told = [(each["name"], each["place"], each["required"]) for each in charge["arguments"]]
    assert told == [("amount", "body", True), ("parts", "body", False)]
    assert charge["arguments"][0]["description"] == "in euros"
    assert [(each["name"], each["place"], each["required"]) for each in refund["arguments"]] == [
        ("id", "path", True),
        ("why", "query", False),
    ]
    assert refund["arguments"][1]["schema"] == {"enum": ["asked", "failed"]}


async def test_swagger_2_is_read_too(serving):
    body = {"name": "order", "in": "body", "required": True, "schema": {"type": "array", "items": {"type": "string"}}}
    paths = {"/orders": {"post": {"operationId": "order", "parameters": [body]}}}
    answer = await asked(serving, document=json.dumps({"swagger": "2.0", "paths": paths}))
    (order,) = answer.json()["items"]
    assert [(each["name"], each["place"], each["required"]) for each in order["arguments"]] == [("order", "body", True)]


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:9/openapi.json",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "file:///etc/passwd",
    ],
)
async def test_what_calls_may_not_reach_is_refused(serving, uri):
    answer = await asked(serving, uri=uri)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("the document cannot be fetched: ")


@pytest.mark.parametrize("document", ["a: b", "[1", "openapi: 4.0.0", "openapi: 3.0.0\npaths: { /a: { $ref: '#/b' } }"])
async def test_what_is_no_document_of_a_service_is_refused_with_a_reason(serving, document):
    answer = await asked(serving, document=document)
    assert (answer.status_code, answer.json()["title"]) == (422, "The input cannot be accepted")


async def test_one_of_the_two_is_sent(serving):
    assert (await asked(serving)).status_code == 400
    assert (await asked(serving, uri="http://a", document="a")).status_code == 400


async def test_documents_are_bounded_in_size_number_and_time(anyio_backend):
    async def never(endpoint):
        import asyncio

        await asyncio.Event().wait()

    offering = Offering(never, OfferingLimits(service_document_bytes_max=10, service_document_ms_max=1))
    with pytest.raises(LimitExceeded):
        await offering.of_text("x" * 11)
    with pytest.raises(InvalidInput, match="service_document_ms_max"):
        await offering.of_uri("https://example.com")
    with pytest.raises(LimitExceeded):
        await Offering(never, OfferingLimits(service_operations_max=1)).of_text(SERVICE)
