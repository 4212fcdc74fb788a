"""Debug in the browser: breakpoints, steps and time travel, of a draft in a simulated world and of a real instance."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

PRICED = """document: { dsl: '1.0.3', namespace: shop, name: priced, version: '1.0.0' }
do:
- price: { set: { total: 7 } }
- tax: { set: { total: '${ .total * 2 }' } }
- reserve:
    set: { reserved: true, total: '${ .total }' }
    compensate: { do: [ { free: { set: { reserved: false } } } ] }
- pay: { set: { paid: '${ .total }' } }
"""
WAITS = """document: { dsl: '1.0.3', namespace: shop, name: waits, version: '1.0.0' }
do:
- hear: { listen: { to: { one: { with: { type: shop.approved } } } } }
- price: { set: { total: 7 } }
- pay: { set: { paid: true } }
"""
APPROVED = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "shop.approved"}
DESIGNER = "/workflows/shop/priced/edit"


@pytest.fixture
def priced(serving):
    """A workflow with data to look at and an undo."""
    return serving.call(serving.engine.publish(PRICED))


@pytest.fixture
def waiting(serving):
    """An instance that waits for an event."""
    reference = serving.call(serving.engine.publish(WAITS))
    serving.call(serving.engine.start(reference, id="one"))
    return "one"


def held(page):
    """What stands there once the session has begun; what the instance waits for is shown without one, too."""
    return page.get_by_role("status").get_by_text("Running")


def test_a_draft_is_debugged_by_mouse(page, priced):
    page.goto(DESIGNER)
    page.get_by_role("button", name="Debug").click()
    page.get_by_label("Breakpoint at reserve").click()
    page.get_by_role("button", name="Start debugging").click()
    expect(page.get_by_role("status").get_by_text("Before price")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Before reserve: breakpoint")).to_be_visible()
    expect(page.get_by_label("Step 3 of 4: reserve, set, undone by free, stopped here, breakpoint")).to_be_visible()
    expect(page.get_by_label("What flows in", exact=True)).to_contain_text('"total": 14')
    page.get_by_text("Edit data").click()
    page.get_by_label("What flows into the task, as JSON").fill('{"total": 100}')
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("What flows in", exact=True)).to_contain_text('"total": 100')
    page.get_by_role("button", name="Step F10").click()
    expect(page.get_by_text("Before pay")).to_be_visible()
    page.get_by_role("button", name="back").click()
    expect(page.get_by_role("region", name="Time").get_by_role("status")).not_to_have_text("now")
    page.get_by_role("button", name="Now").click()
    page.get_by_role("button", name="Fail here").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Undo free of reserve, undone as number 1")).to_be_visible()
    expect(page.get_by_text("The session has ended")).to_be_visible()
    page.get_by_role("button", name="Begin anew").click()
    expect(page.get_by_role("status").get_by_text("Before price")).to_be_visible()
    kept = page.get_by_label("Breakpoint at reserve", exact=True)
    expect(kept).to_have_attribute("aria-pressed", "true")


def test_a_draft_is_debugged_by_keyboard_alone(page, priced):
    page.goto(f"{DESIGNER}?mode=debug")
    expect(page.get_by_label("Step 1 of 4: price")).to_be_visible()
    tab_to(page, "Step 1 of 4: price")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("b")
    expect(page.get_by_label("Step 3 of 4: reserve, set, undone by free, breakpoint")).to_be_focused()
    tab_to(page, "Condition of the breakpoint at reserve", "INPUT")
    page.keyboard.type(".total > 10")
    page.keyboard.press("Enter")
    tab_to(page, "Start debugging", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Before price")).to_be_visible()
    page.keyboard.press("F10")
    expect(page.get_by_role("status").get_by_text("Before tax")).to_be_visible()
    page.keyboard.press("F5")
    expect(page.get_by_text("Before reserve: breakpoint")).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_label("Step 3 of 4: reserve, set, undone by free, stopped here, breakpoint")).to_have_count(0)
    page.keyboard.press("]")
    page.keyboard.press("F11")
    expect(page.get_by_role("status").get_by_text("Before pay")).to_be_visible()
    tab_to(page, "Step 4 of 4: pay")
    page.keyboard.press("f")
    page.keyboard.press("F5")
    expect(page.get_by_label("Undo free of reserve, undone as number 1")).to_be_visible()


def test_a_condition_that_cannot_be_read_is_told_and_stays(browser, serving, priced):
    page = browser.new_page(base_url=serving.url)  # its console tells of the refusal
    page.goto(f"{DESIGNER}?mode=debug")
    page.get_by_label("Step 3 of 4: reserve").press("b")
    condition = page.get_by_label("Condition of the breakpoint at reserve")
    condition.fill(".total >")
    condition.press("Enter")
    page.get_by_role("button", name="Start debugging").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(condition).to_have_value(".total >")
    page.close()


def test_an_instance_is_held_and_goes_on_when_the_page_is_left(page, serving, waiting):
    page.goto(f"/instances/{waiting}")
    page.get_by_role("button", name="Debug").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Hold and debug").click()
    expect(held(page)).to_be_visible()
    expect(page.get_by_label("What it waits for")).to_contain_text("event")
    serving.call(serving.engine.deliver(APPROVED))
    expect(page.get_by_role("status").get_by_text("Before price")).to_be_visible()
    page.keyboard.press("F10")
    expect(page.get_by_role("status").get_by_text("Before pay")).to_be_visible()
    expect(page.get_by_label("Step 3 of 3: pay, set, stopped here")).to_be_visible()
    page.get_by_role("link", name="Instances").click()
    assert serving.call(serving.engine.result(waiting, 10)).status == "completed"


def test_a_second_person_is_told_who_debugs_and_may_take_over(page, browser, serving, waiting):
    page.goto(f"/instances/{waiting}?debug=1")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Hold and debug").click()
    expect(held(page)).to_be_visible()
    other = browser.new_page(base_url=serving.url)
    other.goto(f"/instances/{waiting}?debug=1")
    other.get_by_label("Your name").fill("Grace")
    other.get_by_role("button", name="Hold and debug").click()
    expect(other.get_by_role("alert")).to_contain_text("is being debugged by Ada")
    other.get_by_role("button", name="Take over").click()
    expect(held(other)).to_be_visible()
    expect(page.get_by_text("Grace has taken it over")).to_be_visible()
    other.close()
