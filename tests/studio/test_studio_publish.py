"""Publishing from the designer: what it changes for whom comes first, then the number, then it is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

PAY = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.2.0' }
do:
- charge: { call: charge, compensate: { do: [ { refund: { call: charge } } ] } }
- told: { set: { told: true } }
"""


@pytest.fixture
def published(serving):
    serving.call(serving.engine.publish(PAY))


def versions(serving):
    return [each.version for each in serving.engine.service.definitions.all()]


def typed(page, text):
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def test_what_breaks_nobody_is_proposed_as_a_patch_and_compared_by_mouse(page, serving, published):
    page.goto("/workflows/shop/pay/edit?yaml=1")
    typed(page, "- last: { set: { done: true } }\n")
    expect(page.get_by_label("Step 3 of 3: last")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Breaks nobody")
    expect(dialog).to_contain_text("last (set) is new")
    expect(dialog.get_by_label("Version", exact=True)).to_have_value("1.2.1")
    dialog.get_by_role("button", name="Publish 1.2.1").click()
    expect(dialog).to_contain_text("shop/pay:1.2.1 is published")
    assert versions(serving) == ["1.2.0", "1.2.1"]
    dialog.get_by_role("link", name="Compare with 1.2.0").click()
    expect(page.get_by_label("Later: 1.2.1").get_by_role("button", name="last")).to_contain_text("new")


def test_what_may_break_somebody_asks_for_a_major_version_and_is_compared_by_keyboard_alone(page, serving, published):
    page.goto("/workflows/shop/pay/edit?yaml=1")
    expect(page.get_by_label("Step 1 of 2: charge")).to_be_visible()
    tab_to(page, "The document as YAML")
    page.keyboard.press("Control+Home")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.insert_text("- charge: { call: charge, saga: pivot }")
    expect(page.get_by_text("Valid")).to_be_visible()
    # Tab indents here; after Escape it leaves.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    tab_to(page, "Publish", "BUTTON")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("May break somebody")
    version = dialog.get_by_label("Version", exact=True)
    expect(version).to_have_value("2.0.0")
    tab_to(page, "Version", "INPUT")
    page.keyboard.press("Control+A")
    page.keyboard.type("1.2.1")
    expect(dialog.get_by_text("whoever takes 1.2.1 relies on less having changed")).to_be_visible()
    tab_to(page, "Major 2.0.0", "BUTTON")
    page.keyboard.press("Enter")
    tab_to(page, "Version", "INPUT")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("shop/pay:2.0.0 is published")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("header").get_by_text("draft")).to_have_count(0)
    page.wait_for_url("**version=2.0.0*")
    assert "version: '2.0.0'" in serving.engine.service.definitions.find("shop/pay:2.0.0").text
    page.goto("/workflows/shop/pay")
    expect(page.get_by_role("link", name="Compare")).to_be_visible()
    tab_to(page, "Compare", "A")
    page.keyboard.press("Enter")
    expect(page.get_by_text("May break somebody").first).to_be_visible()
    tab_to(page, "has no undo any more", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Later: 2.0.0").get_by_role("button", name="charge", pressed=True)).to_be_visible()


def test_a_first_version_has_nobody_to_break(page, serving):
    page.goto("/workflows/new?template=checkout")
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This is its first version")
    dialog.get_by_role("button", name="Publish 0.1.0").click()
    expect(dialog).to_contain_text("shop/checkout:0.1.0 is published")
    dialog.get_by_role("button", name="Go on editing").click()
    page.wait_for_url("**/workflows/shop/checkout/edit*")
    expect(page.get_by_label("Step 1 of 3: createOrder")).to_be_visible()


def test_where_a_version_is_no_version_it_cannot_be_published(page, serving, published):
    page.goto("/workflows/shop/pay/edit")
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing differs")
    dialog.get_by_label("Version", exact=True).fill("2")
    expect(dialog.get_by_text("three numbers with dots")).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish 2")).to_be_disabled()
    page.keyboard.press("Escape")
    assert versions(serving) == ["1.2.0"]


def test_after_publishing_the_version_that_was_published_is_edited(page, published):
    page.goto("/workflows/shop/pay")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Step 2 of 2: told").click()
    name = page.get_by_label("Inspector").get_by_label("Name", exact=True)
    name.fill("renamed")
    name.press("Enter")
    expect(page.get_by_label("Step 2 of 2: renamed")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Publish 1").click()
    dialog.get_by_role("link", name="Go to the workflow").click()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Step 1 of 2: charge")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: renamed")).to_be_visible()
