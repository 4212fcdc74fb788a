"""Fields for expressions: what is typed in them, and what becomes of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A saga, with a comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: # by card
    if: ${ .order != null }
    call: charge
    with: { order: '${ .order }' }
"""


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


def test_an_expression_is_taken_over_on_enter_and_when_the_field_is_left_and_given_back_on_escape(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    field = page.get_by_label("Only if")
    expect(field).to_have_text("${ .order != null }")
    field.fill("${ .paid }")
    field.press("Escape")
    expect(field).to_have_text("${ .order != null }")
    assert text_of(page) is None
    field.fill("${ .amount > 0 }")
    field.press("Enter")
    assert text_of(page) == SAGA.replace(".order != null", ".amount > 0")
    field.fill("${ .amount > 1 }")
    page.get_by_label("Timeout").click()
    assert text_of(page) == SAGA.replace(".order != null", ".amount > 1")


def test_an_expression_of_several_lines_is_typed_by_keyboard_alone_and_tab_leaves_the_field(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    field = page.get_by_label("Only if")
    expect(field).to_have_text("${ .order != null }")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(".order")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("| length > 0")
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()
    expect(page.get_by_text("The text cannot be read")).to_be_hidden()
    assert "if: |-\n      .order\n      | length > 0\n" in text_of(page)
