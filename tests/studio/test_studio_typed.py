"""What is typed in the panel of a step: taken over once, given back by Escape, and not lost with the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

TWO = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: { call: charge, compensate: { none: test }, if: '${ true }' }
- told: { set: { one: 1, two: 2 } }
"""


@pytest.fixture
def panel(page, serving):
    """The panel of the step `told`, come to from the page of the workflow."""
    serving.call(serving.engine.publish(TWO))
    page.goto("/workflows/shop/pay")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Step 2 of 2: told").click()
    shown = page.get_by_label("Inspector")
    expect(shown.get_by_role("heading", name="told")).to_be_visible()
    return shown


def text_of(page) -> str:
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')") or TWO


def test_a_blank_behind_a_name_changes_nothing_and_an_empty_name_comes_back(page, panel):
    name = panel.get_by_label("Name", exact=True)
    name.press("End")
    name.type(" ")
    name.press("Tab")
    expect(name).to_have_value("told")
    assert text_of(page) == TWO
    name.fill("")
    name.press("Tab")
    expect(panel.get_by_role("alert")).to_have_text("It needs a name.")
    expect(name).to_have_value("told")
    name.fill("said")
    name.press("Tab")
    expect(page.get_by_label("Step 2 of 2: said")).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)
    # The panel is that of the same step: whoever goes through it by keyboard goes on there.
    expect(panel.locator(":focus")).to_have_count(1)


@pytest.mark.parametrize("leave", ["back", "reload"])
def test_what_stands_typed_is_kept_when_the_page_is_left(page, panel, leave):
    panel.get_by_label("Name", exact=True).fill("said")
    page.go_back() if leave == "back" else page.reload()
    if leave == "back":
        expect(page.get_by_role("link", name="Edit")).to_be_visible()
        expect(page).to_have_url(re.compile(r"/workflows/shop/pay$"))
        page.go_forward()
    expect(page.get_by_label("Step 2 of 2: said")).to_be_visible()
    assert text_of(page) == TWO.replace("told", "said")


@pytest.mark.parametrize("leave", ["back", "reload"])
def test_an_expression_that_stands_typed_is_kept_too(page, panel, leave):
    page.get_by_label("Step 1 of 2: charge").click()
    field = panel.get_by_role("textbox", name="Only if")
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("${ .paid }")
    page.go_back() if leave == "back" else page.reload()
    expect(page.get_by_role("link", name="Edit") if leave == "back" else field).to_be_visible()
    assert text_of(page) == TWO.replace("${ true }", "${ .paid }")


def test_what_was_refused_is_not_said_any_more_after_escape(page, panel):
    name = panel.get_by_label("Name of", exact=False).last
    name.fill("one")
    name.press("Enter")
    expect(panel.get_by_role("alert")).to_have_text("That name is taken.")
    name.press("Escape")
    expect(name).to_have_value("two")
    expect(panel.get_by_role("alert")).to_have_count(0)
    assert name.get_attribute("aria-invalid") is None
