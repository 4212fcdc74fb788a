"""What needs a person: grouped by cause, and repaired at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.test_studio_instances import STUCK

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
