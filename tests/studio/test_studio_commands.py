"""All that can be done is found by name; the keys are listed; those of one letter can be turned off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

DESIGNER = "/workflows/shop/checkout/edit"


@pytest.fixture
def published(page, serving, checkout):
    """The page of a person, on a server that has the checkout."""
    serving.call(serving.engine.publish(checkout))
    return page


def test_a_workflow_is_opened_by_its_name_from_any_page(published):
    page = published
    page.goto("/attention")
    expect(page.get_by_role("heading", level=1, name="Attention")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ed shop")
    expect(page.get_by_role("option").first).to_have_text("Edit shop/checkout")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 1 of")).to_be_visible()


def test_a_step_is_found_and_changed_without_its_key(published):
    page = published
    page.goto(DESIGNER)
    expect(page.get_by_label("Step 1 of 4: createOrder")).to_be_visible()
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("go to charge")
    expect(page.get_by_role("option").first).to_have_text("Go to chargePayment")
    page.keyboard.press("Enter")
    expect(page.get_by_label(": chargePayment,")).to_be_focused()
    expect(page).to_have_url(re.compile("sel="))
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("duplicate")
    page.get_by_role("option", name="Duplicate chargePayment").click()
    expect(page.get_by_label(": chargePayment2,")).to_be_focused()


def test_the_keys_are_listed_and_those_of_one_letter_turned_off(published):
    page = published
    page.goto(DESIGNER)
    page.get_by_label("Step 1 of 4: createOrder").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("add a step after the one with the focus")).to_be_visible()
    keys.get_by_role("checkbox").press("Space")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Step 1 of 4: createOrder")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("?")
    page.reload()
    page.get_by_label("Step 1 of 4: createOrder").focus()
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Step 2 of 4")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Keys", exact=True).click()
    expect(page.get_by_role("checkbox")).not_to_be_checked()


def test_the_text_is_shown_and_hidden_by_its_key(published):
    page = published
    page.goto(DESIGNER)
    page.get_by_label("Step 1 of 4: createOrder").press("y")
    expect(page.get_by_label("The document as YAML")).to_be_visible()
    page.get_by_label("Step 1 of 4: createOrder").press("y")
    expect(page.get_by_label("The document as YAML")).to_have_count(0)


def test_no_list_of_commands_opens_below_another_dialog(published):
    page = published
    page.goto(DESIGNER)
    page.get_by_label("Step 1 of 4: createOrder").focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Step 1 of 4: createOrder")).to_be_focused()
    page.keyboard.press("a")
    field = page.get_by_role("dialog", name="Insert a step").get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("wait")
    expect(field).to_have_value("wait")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Step 1 of 4: createOrder")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands")).to_be_visible()


def test_where_the_browser_has_no_clipboard_that_is_said(published):
    page = published
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{DESIGNER}?sel=/do/0/createOrder")
    expect(page.get_by_label("Step 1 of 4: createOrder")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("Copy createOrder")
    page.keyboard.press("Enter")
    expect(page.get_by_text("press Ctrl+C on the step")).to_be_visible()
