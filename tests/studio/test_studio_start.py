"""Starting from the studio: fields from the input's schema, faults at their fields, and then the live instance."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

TAKES = """document: { dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0' }
input:
  schema:
    document:
      type: object
      required: [customer, amount]
      properties:
        customer: { type: string, minLength: 2, description: Who it is for }
        amount: { type: number, exclusiveMinimum: 0, title: Amount in euro }
        urgent: { type: boolean }
        channel: { enum: [mail, web], default: web }
        due: { type: string, format: date }
        lines: { type: array, items: { type: object, required: [article], properties: { article: { type: string } } } }
do:
- hear: { listen: { to: { one: { with: { type: shop.paid } } } } }
- tell: { set: { told: true } }
"""
PAID = {"specversion": "1.0", "id": "1", "source": "/bank", "type": "shop.paid"}


@pytest.fixture
def published(serving):
    serving.call(serving.engine.publish(TAKES))


def inspected(serving):
    [listed] = serving.call(serving.engine.service.list({}))
    return serving.call(serving.engine.inspect(listed.row.id))


def test_an_instance_is_started_from_a_form_and_watched_live_by_mouse(page, serving, published, dialog):
    page.goto("/workflows/shop/order")
    page.get_by_role("button", name="Start", exact=True).click()
    dialog.get_by_label("Customer").fill("A")
    dialog.get_by_label("Amount in euro").fill("12,50")
    dialog.get_by_label("Urgent").select_option("yes")
    dialog.get_by_label("Due").fill("2031-02-03")
    dialog.get_by_role("button", name="Add to Lines").click()
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog.get_by_text("the value is shorter than 2 characters")).to_be_visible()
    expect(dialog.get_by_text("it is required")).to_be_visible()
    expect(dialog.get_by_label("Customer")).to_be_focused()
    expect(dialog.get_by_label("Customer")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Customer").fill("Ada")
    dialog.get_by_label("Article").fill("book")
    dialog.get_by_label("Business key").fill("order-7")
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_label("Step 1 of 2: hear, listen, waiting")).to_be_visible()
    view = inspected(serving)
    assert view.input == {
        "customer": "Ada", "amount": 12.5, "urgent": True, "channel": "web", "due": "2031-02-03",
        "lines": [{"article": "book"}],
    }  # fmt: skip
    assert view.labels["businessKey"] == "order-7"
    serving.call(serving.engine.deliver(PAID))
    expect(page.get_by_label("Step 2 of 2: tell, set, completed")).to_be_visible()


def test_an_instance_is_started_and_watched_live_by_keyboard_alone(page, serving, published, dialog):
    page.goto("/instances")
    expect(page.get_by_role("button", name="Start one")).to_be_visible()
    tab_to(page, "Start one", "BUTTON")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Workflow")).to_be_visible()
    tab_to(page, "Workflow", "SELECT")
    page.keyboard.type("shop")
    expect(dialog.get_by_label("Customer")).to_be_visible()
    tab_to(page, "Customer", "INPUT")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    tab_to(page, "Add to Lines", "BUTTON")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Article")).to_be_focused()
    page.keyboard.type("book")
    tab_to(page, "Remove 1 of Lines", "BUTTON")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Add to Lines")).to_be_focused()
    tab_to(page, "Customer", "INPUT")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 1 of 2: hear, listen, waiting")).to_be_visible()
    serving.call(serving.engine.deliver(PAID))
    expect(page.get_by_label("Step 2 of 2: tell, set, completed")).to_be_visible()
    assert inspected(serving).input == {"customer": "Ada", "amount": 3, "channel": "web"}


def test_form_and_json_are_the_same_input_and_a_dialog_that_was_closed_forgets_nothing(
    page, serving, published, dialog
):
    page.goto("/workflows/shop/order")
    page.get_by_role("button", name="Start", exact=True).click()
    dialog.get_by_label("Customer").fill("Ada")
    dialog.get_by_label("Amount in euro").fill("many")
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog.get_by_text("this is no number")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(dialog.get_by_label("Amount in euro")).to_have_value("many")
    dialog.get_by_label("Amount in euro").fill("5")
    dialog.get_by_role("button", name="JSON").click()
    text = dialog.get_by_label("Input as JSON")
    text.fill('{ "customer": "Ada", "amount": 5, "more": [1, { "kept": null }] }')
    dialog.get_by_role("button", name="Form").click()
    expect(dialog.get_by_label("Amount in euro")).to_have_value("5")
    expect(dialog.get_by_label("More")).to_be_visible()
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_label("Step 1 of 2: hear, listen, waiting")).to_be_visible()
    assert inspected(serving).input == {"customer": "Ada", "amount": 5, "more": [1, {"kept": None}]}


def test_where_the_server_is_away_what_was_typed_stays_and_is_started_once(browser, serving, published):
    page = browser.new_context(base_url=serving.url).new_page()
    dialog = page.get_by_role("dialog")
    page.goto("/workflows/shop/order")
    page.get_by_role("button", name="Start", exact=True).click()
    dialog.get_by_label("Customer").fill("Ada")
    dialog.get_by_label("Amount in euro").fill("5")
    # The answer to the start is lost: whether it happened is not known here.
    page.route("**/v1/instances", lambda route: (route.fetch(), route.abort()))
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(dialog.get_by_label("Customer")).to_have_value("Ada")
    page.unroute("**/v1/instances")
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_label("Step 1 of 2: hear, listen, waiting")).to_be_visible()
    assert inspected(serving).input["customer"] == "Ada"
    page.context.close()


def test_the_form_has_an_address_that_can_be_sent_to_whoever_fills_it_in(page, serving, published, dialog):
    page.goto("/workflows/shop/order?start=1")
    expect(dialog.get_by_label("Customer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#content")).to_be_focused()
    expect(page).to_have_url("/workflows/shop/order")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url("/workflows/shop/order?start=1")
