"""Operations of a service, picked from its document: by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: # by card
    call: openapi
    with:
      document: { endpoint: 'https://payments.example.com/openapi.json' }
      operationId: unknown
"""
SERVICE = """
openapi: 3.1.0
paths:
  /charges:
    post:
      operationId: charge
      summary: Take money
      x-compensate: refund
      requestBody:
        content: { application/json: { schema: { required: [amount], properties: { amount: { type: number } } } } }
        required: true
  /charges/{id}:
    delete: { operationId: refund, parameters: [{ name: id, in: path, required: true, schema: { type: string } }] }
"""
CHARGED = (
    SAGA.replace("operationId: unknown", "operationId: charge") + "      parameters:\n        amount: ${ .amount }\n"
)


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


def test_an_operation_is_picked_from_a_text_with_its_parameters_and_its_undo(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").click()
    dialog = page.get_by_role("dialog", name="Choose an operation")
    dialog.get_by_text("or give the document itself").click()
    dialog.get_by_label("or its text").fill(SERVICE)
    dialog.get_by_role("button", name="Read the text").click()
    expect(dialog.get_by_text("2 operations")).to_be_visible()
    dialog.get_by_role("button", name="Take money").click()
    expect(dialog).to_be_hidden()
    assert text_of(page) == CHARGED
    page.get_by_role("button", name="Use it as the undo").click()
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    assert "          operationId: refund\n" in text_of(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert text_of(page) is None, "it is the text that it was"


def test_an_operation_is_picked_by_keyboard_alone(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").press("Enter")
    page.get_by_text("or give the document itself").press("Enter")
    page.get_by_label("or its text").focus()
    page.keyboard.insert_text(SERVICE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Find").focus()
    page.keyboard.type("take")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert text_of(page) == CHARGED


def test_an_address_that_calls_may_not_reach_is_refused_with_the_reason(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").click()
    page.get_by_label("Address of the service's OpenAPI document").fill("http://127.0.0.1:9/openapi.json")
    complaint = page.expect_console_message(lambda message: "422" in message.text)
    with complaint:
        page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("status").get_by_text("the document cannot be fetched")).to_be_visible()
