"""Run again from here: the plan first, then the reason, then the new instance."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

PAYS = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: { call: charge, with: { order: '7' }, compensate: { do: [ { refund: { call: charge } } ] } }
- hear: { listen: { to: { one: { with: { type: shop.packed } } } } }
- ship: { call: charge, with: { order: '8' } }
"""
PACKED = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "shop.packed"}


@pytest.fixture
def place(page, serving):
    """The number of the transition after which `hear` waited; the instance has ended since."""
    reference = serving.call(serving.engine.publish(PAYS))
    serving.call(serving.engine.start(reference, id="one"))
    page.goto("/instances/one")
    expect(page.get_by_label("Step 2 of 3: hear, listen, waiting")).to_be_visible()
    waited = serving.call(serving.engine.history("one"))[-1]["sequence"]
    serving.call(serving.engine.deliver(PACKED))
    serving.call(serving.engine.result("one", 10))
    return waited


def test_the_plan_says_what_is_repeated_and_the_fork_opens(page, serving, place):
    page.goto(f"/instances/one?at={place}")
    page.get_by_role("button", name="Run again from here").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="1 step may be done once more")).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="ship")).to_contain_text("calls charge")
    expect(dialog.get_by_role("heading", name="1 step both instances would undo")).to_be_visible()
    dialog.get_by_label("Reason").fill("the parcel was lost")
    dialog.get_by_label("Business key").fill("order-7")
    dialog.get_by_role("button", name="Run again").click()
    # The page of the origin shows the same drawing: it was at this place too.
    page.wait_for_url("**/instances/again-*")
    expect(page.get_by_label("Step 2 of 3: hear, listen, waiting")).to_be_visible()
    assert "/instances/again-" in page.url
    expect(page.get_by_text("now", exact=True)).to_be_visible()
    fork = page.url.rpartition("/")[2]
    view = serving.call(serving.engine.inspect(fork))
    assert (view.labels["businessKey"], view.status) == ("order-7", "waiting")
    history = serving.call(serving.engine.history(fork))
    assert [each["reason"] for each in history if each["type"] == "InstanceForked"] == ["the parcel was lost"]
    assert serving.call(serving.engine.inspect("one")).status == "completed"


def test_an_instance_is_run_again_by_keyboard_alone(page, serving, place):
    page.goto("/instances/one")
    slider = page.get_by_label("Place in the history")
    slider.focus()
    page.keyboard.press("Home")
    again = page.get_by_role("button", name="Run again from here")
    again.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="2 steps may be done once more")).to_be_visible()
    dialog.get_by_label("Reason").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible(), "without a reason nothing is made"
    page.keyboard.type("once more")
    page.keyboard.press("Enter")
    page.wait_for_url("**/instances/again-*")
    expect(page.get_by_label("Step 2 of 3: hear, listen, waiting")).to_be_visible()
    assert "/instances/again-" in page.url


def test_what_cannot_be_forked_is_told_and_nothing_is_made(page, serving, place):
    serving.call(serving.engine.service.definitions.life.retire("shop/pay:1.0.0"))
    page.goto(f"/instances/one?at={place}")
    page.get_by_role("button", name="Run again from here").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("retired")
    expect(dialog.get_by_role("button", name="Run again")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Run again from here")).to_be_focused()
