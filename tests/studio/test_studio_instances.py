"""Instances: watched while they run, looked at as they were, repaired where they are stuck."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

HEARS = """document: { dsl: '1.0.3', namespace: shop, name: approve, version: '1.0.0' }
do:
- ask: { set: { asked: true } }
- hear: { listen: { to: { one: { with: { type: shop.approved } } } } }
- tell: { set: { approved: true } }
"""
STUCK = """document: { dsl: '1.0.3', namespace: shop, name: stuck, version: '1.0.0' }
do:
- pay:
    set: { order: '7' }
    compensate:
      do: [ { refund: { call: charge, with: { order: '7' } } } ]
      retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } }
- refuse: { raise: { error: { type: 'https://example.com/refused', status: 400, title: Refused } } }
"""
APPROVED = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "shop.approved"}


def test_an_instance_is_watched_live(page, serving):
    reference = serving.call(serving.engine.publish(HEARS))
    serving.call(serving.engine.start(reference, id="one"))
    page.goto("/instances")
    page.get_by_role("link", name="one").click()
    expect(page.get_by_label("Step 2 of 3: hear, listen, waiting")).to_be_visible()
    serving.call(serving.engine.deliver(APPROVED))
    expect(page.get_by_label("Step 3 of 3: tell, set, completed")).to_be_visible()
    expect(page.locator("header").get_by_text("completed")).to_be_visible()


def test_the_past_moves_drawing_data_and_events_together(page, serving):
    reference = serving.call(serving.engine.publish(HEARS))
    serving.call(serving.engine.start(reference, id="one"))
    serving.call(serving.engine.deliver(APPROVED))
    serving.call(serving.engine.result("one", 10))
    page.goto("/instances/one")
    place = page.get_by_label("Place in the history")
    expect(page.get_by_text("now", exact=True)).to_be_visible()
    place.focus()
    page.keyboard.press("Home")
    expect(page.get_by_label("Step 2 of 3: hear, listen, waiting")).to_be_visible()
    expect(page.get_by_label("Step 3 of 3: tell, set", exact=True)).to_be_visible()
    page.get_by_label("Workflow").get_by_text("hear").click()
    page.keyboard.press("]")
    expect(page.get_by_text("now", exact=True)).to_be_visible()
    page.goto("/instances/one?view=events&at=1")
    expect(page.locator("[role=option][aria-current=step]").first).to_contain_text("InstanceStarted")


def test_what_is_stuck_is_repaired_with_a_reason(page, serving):
    serving.broken.set()
    reference = serving.call(serving.engine.publish(STUCK))
    serving.call(serving.engine.start(reference, id="one"))
    serving.call(serving.engine.result("one", 10))
    page.goto("/instances/one")
    expect(page.get_by_role("heading", name="The undo of pay failed")).to_be_visible()
    expect(page.get_by_role("button", name="Done by hand")).to_be_disabled()
    serving.broken.clear()
    page.get_by_label("Reason").fill("the money is back")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("header").get_by_text("undone")).to_be_visible()
    history = serving.call(serving.engine.history("one"))
    assert [each.get("reason") for each in history if each["type"] == "IncidentResolved"] == ["the money is back"]


def test_what_it_waits_for_is_told_beside_the_drawing(page, serving):
    serving.call(serving.engine.start(serving.call(serving.engine.publish(HEARS)), id="one"))
    page.goto("/instances/one")
    waits = page.get_by_label("What it waits for")
    expect(waits.get_by_role("listitem")).to_have_text(["for the event shop.approved at hear"])
    serving.call(serving.engine.suspend("one", reason="the desk is closed"))
    expect(waits.get_by_role("listitem").last).to_have_text("for a person who resumes it: the desk is closed")
    serving.call(serving.engine.resume("one"))
    serving.call(serving.engine.deliver(APPROVED))
    expect(page.locator("header").get_by_text("completed")).to_be_visible()
    expect(waits).to_have_count(0)


def narrowed(serving):
    """Three that wait and one that is stuck; two of them are orders."""
    serving.broken.set()
    hears, stuck = (serving.call(serving.engine.publish(each)) for each in (HEARS, STUCK))
    for name, key in (("one", "order-1"), ("two", "order-2"), ("three", "return-1")):
        serving.call(serving.engine.start(hears, id=name, business_key=key))
    serving.call(serving.engine.start(stuck, id="four"))
    serving.call(serving.engine.result("four", 10))


def test_several_statuses_are_seen_at_once_and_keys_found_by_how_they_begin_by_mouse(page, serving):
    narrowed(serving)
    page.goto("/instances")
    page.get_by_role("button", name="waiting 3").click()
    expect(page.get_by_role("link", name="four")).to_have_count(0)
    page.get_by_role("button", name="suspended 1").click()
    expect(page.get_by_role("link", name="four")).to_be_visible()
    expect(page.get_by_role("link", name="three")).to_be_visible()
    page.get_by_label("how a business key begins").fill("order-")
    page.get_by_label("how a business key begins").press("Enter")
    expect(page.get_by_role("link", name="three")).to_have_count(0)
    expect(page.get_by_role("button", name="All 2")).to_be_visible()
    page.get_by_role("button", name="waiting 2").click()
    expect(page.get_by_role("heading", name="None matches")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("button", name="All 4")).to_be_visible()


def test_several_statuses_are_seen_at_once_and_keys_found_by_how_they_begin_by_keyboard_alone(page, serving):
    narrowed(serving)
    page.goto("/instances")
    expect(page.get_by_role("button", name="waiting 3")).to_be_visible()
    tab_to(page, "how a business key begins", "INPUT")
    page.keyboard.type("order-")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="three")).to_have_count(0)
    tab_to(page, "waiting 2", "BUTTON")
    page.keyboard.press("Space")
    tab_to(page, "suspended 0", "BUTTON")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="suspended 0", pressed=True)).to_be_visible()
    expect(page.get_by_role("link", name="two")).to_be_visible()
    assert "status=waiting%2Csuspended" in page.url


def test_a_list_stays_as_it_is_while_somebody_is_in_it(page, serving):
    reference = serving.call(serving.engine.publish(HEARS))
    serving.call(serving.engine.start(reference, id="one", business_key="A-17"))
    page.goto("/instances")
    expect(page.get_by_role("button", name="All 1")).to_be_visible()
    page.get_by_role("grid").focus()
    serving.call(serving.engine.start(reference, id="two"))
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    expect(page.get_by_role("link", name="two")).to_have_count(0)
    serving.call(serving.engine.deliver(APPROVED))
    expect(page.get_by_role("row", name="one")).to_contain_text("completed")
    page.get_by_role("button", name="Show 1 new").press("Enter")
    expect(page.get_by_role("link", name="two")).to_be_visible()


def test_a_step_shows_what_went_in_and_out_and_a_place_what_it_changed(page, serving):
    reference = serving.call(serving.engine.publish(HEARS))
    serving.call(serving.engine.start(reference, id="one"))
    serving.call(serving.engine.deliver(APPROVED))
    serving.call(serving.engine.result("one", 10))
    page.goto("/instances/one?sel=/do/0/ask&at=2")
    step = page.get_by_role("region", name="Step ask")
    expect(step).to_contain_text('"asked": true')
    changes = page.get_by_role("region", name="Changes")
    expect(changes.get_by_role("heading", name="hear")).to_be_visible()
    expect(changes.locator("ins").filter(has_text="completed").first).to_be_visible()


@pytest.mark.parametrize("undo", ["{ do: [ { refund: { call: charge } } ] }", "charge"], ids=["steps", "function"])
def test_an_undo_shows_what_ran_for_it(page, serving, undo):
    text = f"""document: {{ dsl: '1.0.3', namespace: shop, name: undone, version: '1.0.0' }}
do:
- pay: {{ call: charge, compensate: {undo} }}
- refuse: {{ raise: {{ error: {{ type: 'https://example.com/refused', status: 400 }} }} }}
"""
    serving.call(serving.engine.start(serving.call(serving.engine.publish(text)), id="one"))
    serving.call(serving.engine.result("one", 10))
    page.goto("/instances/one")
    page.get_by_label("of pay").click()
    shown = page.get_by_role("region", name="Undo of pay")
    expect(shown.locator("summary")).to_have_count(1)
    expect(shown.locator("summary")).to_contain_text("refund" if "refund" in undo else "charge")
    expect(shown).to_contain_text('"paid"')


def test_a_time_between_two_days_is_typed_anew_without_losing_its_fields(page, serving):
    page.goto("/instances?createdFrom=2026-01-31T08:00:00.000Z")
    first, before = page.get_by_label("From (UTC)"), page.get_by_label("Before (UTC)")
    first.focus()
    page.keyboard.press("Backspace")
    expect(first).to_have_value("")
    before.fill("2026-03-01T00:00")
    expect(first).to_have_value("2026-01-31T08:00")
    first.fill("")
    before.focus()
    expect(page).not_to_have_url(re.compile("createdFrom"))
    expect(page).to_have_url(re.compile("createdTo=2026-03-01"))
    expect(first).to_be_visible()


def test_what_meets_the_filter_again_is_not_said_to_have_changed(page, serving):
    serving.call(serving.engine.start(serving.call(serving.engine.publish(HEARS)), id="one"))
    page.goto("/instances?status=waiting")
    row = page.get_by_role("row", name="one")
    expect(row).to_be_visible()
    page.get_by_role("grid").focus()
    serving.call(serving.engine.suspend("one"))
    expect(row).to_contain_text("has changed since")
    serving.call(serving.engine.resume("one"))
    expect(row).not_to_contain_text("has changed since")
