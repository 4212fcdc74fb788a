"""Insights: how instances have been doing, and the way from a thousand of them to the step that fails."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to
from tests.studio.test_studio_instances import STUCK

pytestmark = pytest.mark.xdist_group("studio")

COUNT, BAD = 1_000, 40
ORDER = """document: { dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0' }
do:
- pay: { set: { bad: '${ .bad }' } }
- ship: { if: '${ .bad }', raise: { error: { type: 'https://example.com/no-van', status: 503, title: No van } } }
- thank: { set: { thanked: true } }
"""
FAILED = "Step 2 of 3: ship, raise, faulted"


@pytest.fixture
def thousand(page, serving):
    """A thousand orders, of which a few could not be shipped."""
    reference = serving.call(serving.engine.publish(ORDER))
    serving.call(start_all(serving.engine, reference))
    return page


async def start_all(engine, reference) -> None:
    """Returns once all have ended."""
    for number in range(COUNT):
        await engine.start(reference, input={"bad": number % (COUNT // BAD) == 0}, id=f"order-{number}")
    for number in range(COUNT):
        await engine.result(f"order-{number}", 30)


def test_the_failing_step_of_1000_instances_is_found_by_mouse(thousand):
    page = thousand
    page.goto("/instances")
    expect(page.get_by_role("button", name="All 1,000")).to_be_visible()
    expect(page.get_by_role("button", name=f"failed {BAD}")).to_be_visible()
    page.get_by_role("link", name="Insights").click()
    cluster = page.get_by_role("article", name="ship: No van · 503")
    expect(cluster).to_contain_text(str(BAD))
    expect(page.get_by_text(f"{COUNT - BAD} completed").first).to_be_visible()
    cluster.get_by_role("link", name="order-975").click()
    expect(page).to_have_url(re.compile("/instances/order-975"))
    expect(page.get_by_label(FAILED)).to_be_visible()
    expect(page.get_by_role("region", name="Step ship")).to_contain_text("No van")
    page.go_back()
    cluster.get_by_role("link", name="Instances that ended with it").click()
    expect(page.get_by_role("button", name=f"All {BAD}")).to_be_visible()


def test_the_failing_step_of_1000_instances_is_found_by_keyboard_alone(thousand):
    page = thousand
    page.goto("/instances")
    expect(page.get_by_role("button", name=f"failed {BAD}")).to_be_visible()
    tab_to(page, f"failed {BAD}", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").nth(1)).to_contain_text("order-975")
    tab_to(page, "Insights", "A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="ship: No van · 503")).to_be_visible()
    tab_to(page, "order-975", "A")
    page.keyboard.press("Enter")
    expect(page.get_by_label(FAILED)).to_be_visible()


def test_charts_are_told_and_tabled(thousand):
    page = thousand
    page.goto("/insights?range=1h")
    expect(page.get_by_text(re.compile(r"1,000 started, most at .*40 failed"))).to_be_visible()
    chart = page.get_by_role("figure").first
    chart.get_by_text("As a table").click()
    expect(chart.get_by_role("columnheader", name="undone")).to_be_visible()
    cells = chart.get_by_role("row").locator("td:first-of-type").all_inner_texts()
    assert sum(int(each.replace(",", "")) for each in cells) == COUNT
    queues = page.get_by_role("figure").filter(has_text="Messages and events in the queues")
    expect(queues).to_contain_text("none to be handled; none to go out")
    steps = page.get_by_role("region", name="Steps")
    expect(steps.get_by_role("row", name=re.compile("^ship"))).to_contain_text("40")


def test_advice_leads_to_what_needs_a_person(page, serving):
    serving.broken.set()
    serving.call(serving.engine.start(serving.call(serving.engine.publish(STUCK)), id="one"))
    serving.call(serving.engine.result("one", 10))
    page.goto("/insights")
    page.get_by_role("link", name="The undo of “pay” failed once.").press("Enter")
    expect(page.get_by_role("heading", name="The undo of pay failed")).to_be_visible()


def test_where_nothing_has_happened_the_page_says_how_to_begin(page):
    page.goto("/insights")
    expect(page.get_by_role("heading", name="Nothing happened in this time")).to_be_visible()
    expect(page.get_by_role("link", name="Start one from its workflow")).to_be_visible()
