"""A browser that keeps nothing, because it is full or forbids it: the studio works, and says what would be lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

TWO = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- first: { set: { a: 1 } }
- second: { set: { b: 1 } }
"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };"
FORBIDDEN = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"""


@pytest.mark.parametrize("how", [FULL, FORBIDDEN], ids=["full", "forbidden"])
def test_a_draft_that_is_not_kept_can_be_written_and_is_said_to_be_lost(page, serving, how):
    serving.call(serving.engine.publish(TWO))
    page.add_init_script(how)
    page.goto("/workflows/shop/pay/edit")
    told = page.get_by_text("This browser keeps no drafts")
    page.get_by_label("Step 2 of 2: second").click()
    expect(told).to_be_hidden()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 1 of 1: first")).to_be_visible()
    expect(told).to_be_visible()
    page.get_by_role("link", name="Instances", exact=True).first.click()
    expect(page.get_by_role("heading", name="Instances", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Step 1 of 1: first")).to_be_visible()
    expect(told).to_be_visible()


def test_a_draft_that_is_kept_is_not_said_to_be_lost(page, serving):
    serving.call(serving.engine.publish(TWO))
    page.goto("/workflows/shop/pay/edit")
    page.get_by_label("Step 2 of 2: second").click()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 1 of 1: first")).to_be_visible()
    expect(page.get_by_text("This browser keeps no drafts")).to_be_hidden()
