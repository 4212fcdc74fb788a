"""Two versions compared: the verdict, what differs in words, the steps side by side, and the text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

PAY = """document: {{ dsl: '1.0.3', namespace: shop, name: pay, version: '{version}' }}
input:
  schema: {{ document: {{ type: object, required: [{required}], properties: {{ order: {{ type: string }} }} }} }}
do:
- charge: {{ call: charge, with: {{ order: '${{ .order }}' }}{undo} }}
{more}- told: {{ set: {{ told: true }} }}
"""
UNDO = ", compensate: { do: [ { refund: { call: charge } } ] }"


def publish(serving, version, required="order", undo="", more=""):
    text = PAY.format(version=version, required=required, undo=undo, more=more)
    serving.call(serving.engine.publish(text))


def step(page, side, name):
    return page.get_by_label(side).get_by_role("button", name=name)


@pytest.fixture
def published(serving):
    publish(serving, "1.0.0", undo=UNDO)
    publish(serving, "1.1.0", undo=UNDO, more="- rest: { wait: { seconds: 1 } }\n")
    publish(serving, "1.2.0", required="order, customer")


def test_steps_stand_side_by_side_and_what_differs_leads_to_them(page, serving, published):
    page.goto("/workflows/shop/pay")
    page.get_by_role("button", name="What to do with 1.0.0").click()
    page.get_by_role("menuitem", name="Compare 1.0.0 with 1.2.0").click()
    expect(page.get_by_text("May break somebody").first).to_be_visible()
    expect(page.get_by_text("2 of 3 changes may fail")).to_be_visible()
    expect(page.get_by_text("has not gone up far enough")).to_be_visible()
    earlier, later = page.get_by_label("Earlier: 1.0.0"), page.get_by_label("Later: 1.2.0")
    expect(earlier.get_by_role("button", name="Undo refund of charge gone")).to_be_visible()
    page.get_by_role("button", name="has no undo any more").click()
    expect(later.get_by_role("button", name="charge", pressed=True)).to_be_visible()
    page.get_by_role("button", name="customer is required now", exact=False).click()
    expect(page.get_by_label("The later text")).to_contain_text("order, customer")
    page.get_by_label("Later version").select_option("1.1.0")
    expect(page.get_by_text("Breaks nobody")).to_be_visible()
    page.get_by_role("button", name="Steps").click()
    expect(step(page, "Later: 1.1.0", "rest")).to_contain_text("new")
    tops = [each.get_by_role("button", name="told").bounding_box()["y"] for each in (
        page.get_by_label("Earlier: 1.0.0"), page.get_by_label("Later: 1.1.0")
    )]  # fmt: skip
    assert tops[0] == tops[1]


def test_versions_are_chosen_and_swapped_by_keyboard_alone(page, serving, published):
    page.goto("/workflows/shop/pay/compare/1.0.0...1.1.0")
    expect(step(page, "Later: 1.1.0", "rest")).to_contain_text("new")
    page.get_by_role("button", name="Swap").press("Enter")
    gone = step(page, "Earlier: 1.1.0", "rest")
    expect(gone).to_contain_text("gone")
    assert page.url.endswith("/compare/1.1.0...1.0.0")
    gone.press("Enter")
    expect(gone).to_have_attribute("aria-pressed", "true")
    expect(gone).to_be_focused()
    page.get_by_role("button", name="Text").press("Enter")
    expect(page.get_by_label("The earlier text")).to_contain_text("rest")


def test_a_draft_is_compared_and_reading_suffices(page, serving, published):
    page.goto("/workflows/shop/pay/edit?version=1.1.0")
    page.get_by_label("Step 2 of 3: rest").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 2 of 2: told")).to_be_visible()
    page.goto("/workflows/shop/pay/compare/1.1.0...1.2.0")
    page.get_by_label("Later version").select_option("your draft from 1.1.0")
    expect(page.get_by_role("button", name="rest (wait) is gone")).to_be_visible()
    expect(page.get_by_role("button", name="Swap")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="rest (wait) is gone")).to_be_visible()
    assert [each.version for each in serving.engine.service.definitions.all()] == ["1.0.0", "1.1.0", "1.2.0"]


def test_a_version_that_is_not_there_is_told_where_it_would_be(page, serving, published):
    page.goto("/workflows/shop/pay/compare/1.0.0...9.9.9")
    expect(page.get_by_role("alert").first).to_contain_text("9.9.9")
    page.get_by_label("Later version").select_option("1.0.0")
    expect(page.get_by_text("Nothing differs")).to_be_visible()
