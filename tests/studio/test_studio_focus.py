"""Dialogs: the focus goes into each, stays in it, and is where it was when the dialog goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.conftest import Serving

pytestmark = pytest.mark.xdist_group("studio")

TOKEN = "a-token-of-this-test"
CALLING = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge:
    call: openapi
    with: { document: { endpoint: 'https://payments.example.com/openapi.json' }, operationId: charge }
"""
EDIT = "/workflows/shop/pay/edit?sel=/do/0/charge"
WITHIN = "document.querySelector('[role=dialog], dialog[open]').contains(document.activeElement)"
#: More than any of them has to stop at.
TABS = 25


@pytest.mark.parametrize(
    ("path", "button"),
    [
        (EDIT, "Choose another operation"),
        (EDIT, "Publish"),
        (EDIT, "Find"),
        (EDIT, "Keys"),
        ("/workflows/shop/pay", "Start"),
        ("/instances", "Start one"),
    ],
)
def test_a_dialog_keeps_the_focus_and_gives_it_back(page, serving, path, button):
    serving.call(serving.engine.publish(CALLING))
    page.goto(path)
    if path == EDIT:
        expect(page.get_by_label("Step 1 of 1: charge")).to_be_visible()
    opener = page.get_by_role("button", name=button, exact=True)
    opener.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_function(WITHIN)
    for _ in range(TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(WITHIN)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_what_is_inserted_has_the_focus_and_who_inserts_nothing_is_where_they_were(page, serving):
    serving.call(serving.engine.publish(CALLING))
    page.goto("/workflows/shop/pay/edit")
    step, behind = page.get_by_label("Step 1 of 1: charge"), page.locator("#root")
    for leave in ("by key", "by mouse"):
        step.press("a")
        expect(page.get_by_label("Insert a step", exact=True).and_(page.get_by_role("combobox"))).to_be_focused()
        expect(behind).to_have_attribute("aria-hidden", "true")
        for key in ("Tab", "Shift+Tab"):
            page.keyboard.press(key)
            assert page.evaluate(WITHIN)
        if leave == "by key":
            page.keyboard.press("Escape")
        else:
            page.mouse.click(20, 880)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(step).to_be_focused()
        expect(behind).not_to_have_attribute("aria-hidden", "true")
    step.press("a")
    page.keyboard.type("set data")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 2 of 2: setData")).to_be_focused()


def test_a_step_is_asked_for_while_the_one_before_it_is_not_painted_yet(page, serving):
    serving.call(serving.engine.publish(CALLING))
    page.goto("/workflows/shop/pay/edit")
    page.get_by_label("Step 1 of 1: charge").press("a")
    page.keyboard.type("set data")
    expect(page.get_by_role("option")).to_have_count(1)
    # Both keys in one turn of the page: nothing can be painted between them.
    page.evaluate(
        """async () => {
          const focused = () => document.activeElement;
          const press = (key) => focused().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          press("Enter");
          for (let turn = 0; turn < 100 && !focused().ariaLabel?.includes("setData"); turn += 1) await null;
          press("a");
        }"""
    )
    expect(page.get_by_role("dialog", name="Insert a step")).to_be_visible()
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("wait")
    page.get_by_role("option", name="Pause for a time").click()
    expect(page.get_by_label("Step 3 of 3: pause")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_is_asked_for_a_token_is_led_to_the_field_and_to_nothing_behind_it(browser, bundle):
    with Serving(TOKEN) as serving:
        context = browser.new_context(base_url=serving.url)
        page = context.new_page()
        page.goto("/workflows")
        expect(page.get_by_label("API token")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Go on")).to_be_focused()
        context.close()
