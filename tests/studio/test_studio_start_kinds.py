"""The start form of an input that is one of several things, asks for more at times, has a pattern or a format."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

TAKES = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
input:
  schema:
    document:
      type: object
      required: [pay, country]
      properties:
        country: { enum: [NL, US] }
        mail: { type: string, format: email }
        site: { type: string, format: uri }
        at: { type: string, format: date-time }
        note: { anyOf: [{ type: string, minLength: 3 }, { type: integer, minimum: 5 }, { type: 'null' }] }
        pay:
          title: Payment
          oneOf:
          - title: Card
            required: [by, number]
            properties: { by: { const: card }, number: { type: string, pattern: '^[0-9]{4}$' } }
          - title: Bank
            required: [by, iban]
            properties: { by: { const: bank }, iban: { type: string, minLength: 5 } }
      if: { properties: { country: { const: US } }, required: [country] }
      then: { required: [zip], properties: { zip: { type: string, pattern: '^[0-9]{5}$' } } }
      else: { properties: { postcode: { type: string } } }
do:
- hear: { listen: { to: { one: { with: { type: shop.paid } } } } }
"""


@pytest.fixture
def published(serving):
    serving.call(serving.engine.publish(TAKES))


def input_of_the_one(serving):
    [listed] = serving.call(serving.engine.service.list({}))
    return serving.call(serving.engine.inspect(listed.row.id)).input


def test_a_union_a_condition_and_formats_are_fields_with_their_faults_by_mouse(page, serving, published, dialog):
    page.goto("/workflows/shop/pay?start=1")
    start = dialog.get_by_role("button", name="Start", exact=True)
    expect(dialog.get_by_label("Postcode")).to_be_visible()
    dialog.get_by_label("Country").select_option("US")
    expect(dialog.get_by_label("Postcode")).to_have_count(0)
    dialog.get_by_label("Zip").fill("12")
    dialog.get_by_label("By").select_option("Bank")
    dialog.get_by_label("Iban").fill("NL1")
    dialog.get_by_label("Mail").fill("ada")
    dialog.get_by_label("Site").fill("example")
    expect(dialog.get_by_text("this does not look like an e-mail address")).to_be_visible()
    dialog.get_by_label("Mail").fill("ada@example.com")
    expect(dialog.get_by_text("this does not look like an e-mail address")).to_have_count(0)
    expect(dialog.get_by_text("this does not look like an address")).to_be_visible()
    dialog.get_by_label("Site").fill("https://example.com")
    dialog.get_by_label("Kind of note").select_option("a whole number")
    dialog.get_by_label("Note", exact=False).last.fill("3")
    start.click()
    expect(dialog.get_by_label("Zip")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Iban")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_text("the value is shorter than 5 characters")).to_be_visible()
    expect(dialog.get_by_text("the value is less than the minimum of 5")).to_be_visible()
    dialog.get_by_label("Note", exact=False).last.fill("7")
    dialog.get_by_label("Zip").fill("12345")
    dialog.get_by_label("By").select_option("Card")
    dialog.get_by_label("Number").fill("1234")
    dialog.get_by_label("By").select_option("Bank")
    expect(dialog.get_by_label("Iban")).to_have_value("NL1")
    dialog.get_by_label("By").select_option("Card")
    expect(dialog.get_by_label("Number")).to_have_value("1234")
    start.click()
    expect(page.get_by_label("Step 1 of 1: hear, listen, waiting")).to_be_visible()
    assert input_of_the_one(serving) == {
        "country": "US", "zip": "12345", "pay": {"by": "card", "number": "1234"}, "mail": "ada@example.com",
        "site": "https://example.com", "note": 7,
    }  # fmt: skip


def test_a_union_and_a_condition_are_filled_in_by_keyboard_alone(page, serving, published, dialog):
    page.goto("/workflows/shop/pay?start=1")
    expect(dialog.get_by_label("Country")).to_be_visible()
    tab_to(page, "Country", "SELECT")
    page.keyboard.type("NL")
    tab_to(page, "Kind of note", "SELECT")
    page.keyboard.type("a whole")
    expect(dialog.get_by_label("Kind of note")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    tab_to(page, "By", "SELECT")
    page.keyboard.type("Ca")
    tab_to(page, "Number", "INPUT")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Number")).to_be_focused()
    expect(dialog.get_by_label("Number")).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("34")
    tab_to(page, "Postcode", "INPUT")
    page.keyboard.type("1234 AB")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 1 of 1: hear, listen, waiting")).to_be_visible()
    assert input_of_the_one(serving) == {
        "country": "NL", "pay": {"by": "card", "number": "1234"}, "postcode": "1234 AB", "note": 9,
    }  # fmt: skip
