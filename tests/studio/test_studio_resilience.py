"""Nothing typed is lost: not when the server goes away, and not when the same draft is open twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: { call: charge, with: { order: '${ .order }' } }
"""
PAGE = "/workflows/shop/pay/edit?yaml=1"


@pytest.fixture
def context(browser, serving):
    serving.call(serving.engine.publish(SAGA))
    opened = browser.new_context(base_url=serving.url)
    yield opened
    opened.close()


def typed(page, text: str) -> None:
    """Type at the end of the document."""
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def test_what_is_typed_while_the_server_is_away_is_kept_and_checked_when_it_is_back(context):
    page = context.new_page()
    page.goto(PAGE)
    expect(page.get_by_text("Valid")).to_be_visible()
    context.set_offline(True)
    typed(page, "- last: { set: { done: true } }\n")
    expect(page.get_by_text("Not checked: the server cannot be reached")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Step 2 of 2: last")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("Not checked")).to_be_hidden(timeout=20_000)
    expect(page.get_by_label("Step 2 of 2: last")).to_be_visible()


def test_the_same_draft_in_two_tabs_loses_neither_text(context):
    one, other = context.new_page(), context.new_page()
    for page in (one, other):
        page.goto(PAGE)
        expect(page.get_by_text("Valid")).to_be_visible()
    typed(one, "- mine: { set: { mine: true } }\n")
    expect(other.get_by_text("This draft was changed in another tab.")).to_be_visible()
    expect(other.get_by_label("Step 2 of 2: mine")).to_be_hidden()
    other.get_by_role("button", name="Take that text").press("Enter")
    expect(other.get_by_label("Step 2 of 2: mine")).to_be_visible()
    other.get_by_role("button", name="Undo", exact=True).press("Enter")
    expect(other.get_by_label("Step 2 of 2: mine")).to_be_hidden()
    expect(one.get_by_text("This draft was changed in another tab.")).to_be_visible()
    one.get_by_role("button", name="Keep this one").press("Enter")
    one.reload()
    expect(one.get_by_label("Step 2 of 2: mine")).to_be_visible()


def test_another_person_s_version_is_not_overwritten(context, serving):
    page = context.new_page()
    page.goto(PAGE)
    typed(page, "- last: { set: { done: true } }\n")
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Version", exact=True).fill("1.0.0")
    dialog.get_by_role("button", name="Publish 1.0.0").click()
    expect(dialog.get_by_text("is published with other content")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Step 2 of 2: last")).to_be_visible()
    assert len(serving.engine.service.definitions.all()) == 1


def test_a_part_that_cannot_be_loaded_is_asked_for_again_and_takes_nothing_away(context):
    page = context.new_page()
    page.goto("/workflows/shop/pay/edit")
    page.get_by_label("Step 1 of 1: charge").press("Control+d")
    expect(page.get_by_label("Step 1 of 2: charge")).to_be_visible()
    page.route("**/assets/PublishDialog*", lambda route: route.abort())
    page.get_by_role("button", name="Publish").click()
    told = page.get_by_role("alert").filter(has_text="could not be loaded")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Try again").click()
    expect(told).to_be_visible()
    page.unroute("**/assets/PublishDialog*")
    told.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Publish shop/pay")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_label("Step 1 of 1: charge")).to_be_visible()
