"""What needs a person: grouped by cause, and repaired at once."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to
from tests.studio.test_studio_instances import HEARS, STUCK

LATE = 601
"""More than a page of a list."""

pytestmark = pytest.mark.xdist_group("studio")


def test_nothing_needs_anybody(page):
    page.goto("/attention")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()


def test_what_has_one_cause_is_repaired_at_once(page, serving):
    serving.broken.set()
    reference = serving.call(serving.engine.publish(STUCK))
    for number in range(3):
        serving.call(serving.engine.start(reference, id=f"order-{number}"))
        serving.call(serving.engine.result(f"order-{number}", 10))
    page.goto("/attention")
    cause = page.get_by_role("article")
    expect(cause).to_have_count(1)
    expect(cause.get_by_role("heading")).to_contain_text("The undo of pay failed")
    serving.broken.clear()
    cause.get_by_label("Reason").fill("the money is back")
    cause.get_by_role("button", name="Try again").press("Enter")
    cause.get_by_role("button", name="Do it for 3 instances").press("Enter")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    for number in range(3):
        assert serving.call(serving.engine.result(f"order-{number}", 10)).saga == "compensated"


def test_a_stuck_undo_is_repaired_by_mouse(page, serving):
    serving.broken.set()
    serving.call(serving.engine.start(serving.call(serving.engine.publish(STUCK)), id="one"))
    serving.call(serving.engine.result("one", 10))
    page.goto("/workflows")
    page.get_by_role("link", name="Attention").click()
    cause = page.get_by_role("article")
    expect(cause.get_by_role("heading", name="The undo of pay failed")).to_be_visible()
    serving.broken.clear()
    cause.get_by_label("Reason").fill("the money is back")
    cause.get_by_role("button", name="Try again").click()
    cause.get_by_role("button", name="Do it for 1 instance").click()
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    assert serving.call(serving.engine.result("one", 10)).saga == "compensated"


def test_a_stuck_undo_is_repaired_by_keyboard_alone(page, serving):
    serving.broken.set()
    serving.call(serving.engine.start(serving.call(serving.engine.publish(STUCK)), id="one"))
    serving.call(serving.engine.result("one", 10))
    page.goto("/workflows")
    tab_to(page, "Attention", "A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The undo of pay failed")).to_be_visible()
    serving.broken.clear()
    tab_to(page, "Reason", "INPUT")
    page.keyboard.type("the money is back")
    tab_to(page, "Try again", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Do it for 1 instance")).to_be_enabled()
    tab_to(page, "Do it for 1 instance", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    history = serving.call(serving.engine.history("one"))
    assert [each.get("reason") for each in history if each["type"] == "IncidentResolved"] == ["the money is back"]


def test_what_is_decided_in_the_meantime_is_left_out(page, serving):
    serving.broken.set()
    reference = serving.call(serving.engine.publish(STUCK))
    for id in ("one", "two"):
        serving.call(serving.engine.start(reference, id=id))
        serving.call(serving.engine.result(id, 10))
    page.goto("/attention")
    expect(page.get_by_role("article")).to_contain_text("2 instances of shop/stuck:1.0.0")
    [incident] = serving.call(serving.engine.inspect("one")).incidents
    serving.call(serving.engine.resolve("one", incident.run, "skip", reason="by somebody else"))
    page.get_by_label("Reason").fill("nobody has paid")
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("button", name="Do it for 1 instance").click()
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    reasons = [
        each["reason"]
        for id in ("one", "two")
        for each in serving.call(serving.engine.history(id))
        if each["type"] == "IncidentResolved"
    ]
    assert reasons == ["by somebody else", "nobody has paid"]


RESTS = """document: { dsl: '1.0.3', namespace: shop, name: rests, version: '1.0.0' }
do:
- rest: { wait: '${ "PT\\(.hours)H" }' }
"""


def test_of_late_timers_those_are_shown_that_have_been_overdue_for_the_longest(browser, serving):
    """Started in another order than they are due, the latest neither first nor last."""
    reference = serving.call(serving.engine.publish(RESTS))
    for hours in (6, 2, 4, 1, 3, 7, 5, 40):
        serving.call(serving.engine.start(reference, {"hours": hours}, id=f"after {hours} h"))
    page = browser.new_context(base_url=serving.url).new_page()
    page.clock.set_fixed_time(time.time() + 24 * 3_600)
    page.goto("/attention")
    late = page.get_by_role("article").filter(has_text="has passed")
    expect(late).to_contain_text("7 instances of shop/rests:1.0.0")
    expect(late).to_contain_text("The 5 that have been overdue for the longest:")
    expect(late.get_by_role("listitem").get_by_role("link")).to_have_text([f"after {n} h" for n in (1, 2, 3, 4, 5)])
    expect(late.get_by_role("listitem").first).to_contain_text("was due")
    for hours in (1, 2):
        serving.call(serving.engine.cancel(f"after {hours} h"))
    page.reload()
    expect(late.get_by_role("listitem").get_by_role("link")).to_have_text([f"after {n} h" for n in (3, 4, 5, 6, 7)])
    expect(late).not_to_contain_text("overdue for the longest")
    page.context.close()


def test_all_timers_that_are_late_are_counted_and_lead_to_their_list(browser, serving):
    """Late by the clock of the browser, which is two hours ahead."""
    reference = serving.call(serving.engine.publish(RESTS))
    for number in range(LATE):
        serving.call(serving.engine.start(reference, {"hours": 1}, id=f"order-{number}"))
    serving.call(serving.engine.suspend("order-0", reason="not now"))
    page = browser.new_context(base_url=serving.url).new_page()
    page.clock.set_fixed_time(time.time() + 2 * 3_600)
    page.goto("/attention")
    late = page.get_by_role("article").filter(has_text="has passed")
    expect(late).to_contain_text(f"{LATE - 1} instances of shop/rests:1.0.0", timeout=10_000)
    expect(late.get_by_role("listitem")).to_have_count(5)
    late.get_by_role("link", name="instances of").click()
    expect(page.get_by_role("button", name="waiting 600", pressed=True)).to_be_visible()
    expect(page.get_by_role("button", name="Due before")).to_be_visible()
    page.context.close()


def test_long_waits_are_ended_for_all_at_once_after_a_dry_run(page, serving):
    reference = serving.call(serving.engine.publish(HEARS))
    for id in ("one", "two"):
        serving.call(serving.engine.start(reference, id=id))
        serving.call(serving.engine.suspend(id))
    page.clock.set_fixed_time(time.time() + 2 * 3600)
    page.goto("/attention")
    wait = page.get_by_role("article")
    expect(wait).to_contain_text("2 instances of shop/approve:1.0.0")
    expect(wait.get_by_role("button", name="Resume")).to_be_disabled()
    wait.get_by_label("Reason").fill("it has been looked at")
    wait.get_by_role("button", name="Resume").press("Enter")
    expect(wait.get_by_text("2 instances go on: two, one")).to_be_visible()
    wait.get_by_role("button", name="Do it for 2 instances").press("Enter")
    expect(wait).to_have_count(0)
    for id in ("one", "two"):
        history = serving.call(serving.engine.history(id))
        assert [each["reason"] for each in history if each["type"] == "InstanceResumed"] == ["it has been looked at"]
