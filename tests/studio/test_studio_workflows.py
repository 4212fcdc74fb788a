"""The list of workflows: what is newest, what of it can be undone, how it is doing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

ENDS = """document: {{ dsl: '1.0.3', namespace: {namespace}, name: {name}, version: '{version}', title: {title} }}
do:
- first: {{ call: charge, compensate: {{ do: [ {{ back: {{ call: charge }} }} ] }} }}
- second: {{ call: charge }}
"""
STUCK = """document: { dsl: '1.0.3', namespace: shop, name: stuck, version: '1.0.0' }
do:
- pay:
    set: { order: '7' }
    compensate:
      do: [ { refund: { call: charge } } ]
      retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } }
- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400, title: Refused } } }
"""


def publish(serving, name, *versions, namespace="shop", title="Pay"):
    for version in versions:
        text = ENDS.format(namespace=namespace, name=name, version=version, title=title)
        serving.call(serving.engine.publish(text))


def run(serving, reference, id):
    serving.call(serving.engine.start(reference, id=id))
    serving.call(serving.engine.result(id, 10))


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def test_the_newest_version_is_the_highest_one(page, serving):
    publish(serving, "pay", "1.9.0", "1.10.0", "1.9.1")
    page.goto("/workflows")
    expect(row(page, "pay")).to_contain_text("1.10.0")
    expect(row(page, "pay")).to_contain_text("of 3 versions")
    expect(row(page, "pay")).to_contain_text("1/2 undoable")


def test_health_says_who_needs_a_person_and_how_the_last_day_went(page, serving):
    publish(serving, "pay", "1.0.0")
    stuck = serving.call(serving.engine.publish(STUCK))
    run(serving, "shop/pay", "one")
    serving.broken.set()
    run(serving, stuck, "two")
    page.goto("/workflows")
    expect(row(page, "pay")).to_contain_text("1 completed")
    expect(row(page, "stuck")).to_contain_text("has an undo")
    needs = row(page, "stuck").get_by_role("link", name="1 needs a person")
    expect(needs).to_be_visible()
    needs.click()
    expect(page.get_by_role("link", name="two", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="one", exact=True)).to_have_count(0)


def test_the_instances_that_were_started_last_lead_to_their_pages(page, serving):
    publish(serving, "pay", "1.0.0")
    for number in range(8):
        run(serving, "shop/pay", f"order-{number}")
    page.goto("/workflows/shop/pay")
    latest = page.get_by_role("table").last.get_by_role("link")
    expect(latest).to_have_text([f"order-{number}" for number in range(7, 1, -1)])
    latest.first.click()
    expect(page.get_by_role("heading", level=1, name="order-7")).to_be_visible()


def test_the_list_is_searched_and_sorted_by_keyboard_alone_and_its_address_says_how(page, serving):
    publish(serving, "pay", "1.0.0")
    publish(serving, "refund", "1.0.0", namespace="desk", title="Give money back")
    page.goto("/workflows")
    names = page.locator("tbody tr td:first-child a")
    expect(names).to_have_text(["refund", "pay"])
    page.get_by_role("button", name="Workflow").press("Enter")
    expect(names).to_have_text(["pay", "refund"])
    search = page.get_by_role("searchbox")
    search.focus()
    page.keyboard.type("money")
    expect(names).to_have_text(["refund"])
    page.reload()
    expect(names).to_have_text(["refund"])
    search.fill("nowhere")
    expect(page.get_by_role("heading", name="None is called that")).to_be_visible()
    page.get_by_role("button", name="Show all").press("Enter")
    expect(names).to_have_text(["pay", "refund"])


def test_where_nothing_is_published_the_checkout_saga_is_opened(page, serving):
    page.goto("/workflows")
    page.get_by_role("link", name="Open the checkout saga").press("Enter")
    expect(page.get_by_role("heading", level=1, name="checkout")).to_be_visible()


PIVOTAL = """document: { dsl: '1.0.3', namespace: shop, name: pivotal, version: '1.0.0' }
do:
- look: { call: charge }
- book: { call: charge, saga: pivot }
- tell: { call: charge }
- other: { run: { workflow: { namespace: shop, name: pay, version: latest } } }
"""


def test_the_list_and_the_designer_say_the_same_of_what_can_be_undone(page, serving):
    publish(serving, "pay", "1.0.0")
    serving.call(serving.engine.publish(PIVOTAL))
    page.goto("/workflows")
    expect(row(page, "pivotal")).to_contain_text("2/3 undoable")
    page.goto("/workflows/shop/pivotal/edit")
    expect(page.get_by_text("2/3 undoable")).to_be_visible()
    expect(page.get_by_role("button", name="add undo")).to_have_count(1)
    serving.call(serving.engine.publish(STUCK))
    page.goto("/workflows/shop/stuck")
    expect(page.get_by_text("has an undo").first).to_be_visible()
    page.goto("/workflows/shop/stuck/edit")
    expect(page.get_by_text("None changes anything outside; their undo is done all the same.")).to_be_visible()
