"""An undo that failed is tried again with what it lacked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

STUCK = """document: { dsl: '1.0.3', namespace: shop, name: refund, version: '1.0.0' }
do:
- charge:
    call: charge
    with: { order: '${ .order }' }
    compensate:
      retry: { limit: { attempt: { count: 1 } } }
      do:
      - refund: { call: charge, with: { order: '${ .account | ascii_downcase }' } }
- ship:
    raise: { error: { type: https://example.com/errors/out-of-stock, status: 409, title: The last one was broken } }
"""


def test_a_stuck_undo_is_tried_again_with_other_input_by_keyboard_alone(page, serving):
    reference = serving.call(serving.engine.publish(STUCK))
    serving.call(serving.engine.start(reference, input={"order": "7"}, id="one"))
    page.goto("/instances")
    expect(page.get_by_role("row", name="one")).to_contain_text("needs a person")
    page.get_by_role("link", name="one").press("Enter")
    expect(page.get_by_role("heading", name="The undo of charge failed")).to_be_visible()
    expect(page.get_by_role("button", name="Suspend")).to_be_hidden()
    page.get_by_label("Reason").press("Tab")
    page.get_by_text("Try again with other input").press("Enter")
    given = page.get_by_label("What it is given")
    given.press("Control+a")
    page.keyboard.insert_text('{ "account": ')
    page.get_by_role("button", name="Try again with this").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("JSON")
    given.press("Control+End")
    page.keyboard.insert_text('"DE-1" }')
    page.get_by_label("Reason").fill("the customer called")
    page.get_by_role("button", name="Try again with this").press("Enter")
    expect(page.get_by_label("Step 1 of 2: charge").get_by_text("undone")).to_be_visible()
    view = serving.call(serving.engine.result("one", 10))
    assert (view.status, view.saga) == ("faulted", "compensated")
