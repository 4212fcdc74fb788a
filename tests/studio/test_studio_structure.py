"""Steps are dragged, copied, moved and removed on the drawing, by mouse and by keyboard; the text keeps the rest."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

SHOP = """# A shop; the comments must travel with their steps.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- order: { set: { order: 1 } }
# by card
- charge:
    set: { paid: true }
- choose:
    switch:
    - yes: { when: .paid, then: both }
    - otherwise: { then: both }
- both:
    fork:
      branches:
      - mail: { set: { mailed: true } }
      - print: { set: { printed: true } }
- risky:
    try:
    - attempt: { set: { tried: true } }
    catch: {}
"""
CHARGE = """# by card
- charge:
    set: { paid: true }
"""


@pytest.fixture
def drawing(page, serving):
    """The designer with the shop, all of it in sight: near an edge the drawing moves along with what is dragged."""
    page.set_viewport_size({"width": 1440, "height": 1400})
    serving.call(serving.engine.publish(SHOP))
    page.goto("/workflows/shop/pay/edit")
    expect(page.get_by_label("Step 1 of 8: order")).to_be_visible()
    return page


def text_of(page) -> str:
    """The draft; what is published, where nothing is changed."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')") or SHOP


def carry(page, step: str, slot: str) -> None:
    """Press a step and move to a slot, without letting go."""
    page.get_by_label(step).hover()
    page.mouse.down()
    box = page.get_by_role("button", name=slot, exact=True).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 4, steps=5)


def test_a_step_is_dragged_into_a_block_and_its_comment_with_it(drawing):
    page = drawing
    carry(page, "Step 2 of 8: charge", "Insert a step before attempt")
    expect(page.locator(".slot.target")).to_have_count(1)
    page.mouse.up()
    expect(page.get_by_label("Step 8 of 8: attempt")).to_be_visible()
    expect(page.get_by_label("Step 7 of 8: charge")).to_be_focused()
    indented = "".join(f"    {line}\n" for line in CHARGE.splitlines())
    assert text_of(page) == SHOP.replace(CHARGE, "").replace("    - attempt", f"{indented}    - attempt")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Step 2 of 8: charge")).to_be_visible()
    assert text_of(page) == SHOP


PAID = """document: { dsl: '1.0.3', namespace: shop, name: paid, version: '1.0.0' }
do:
- pay:
    call: charge
    compensate:
      do:
      - refund: { call: charge }
# tell them
- mail: { set: { mailed: true } }
- ship: { call: charge }
"""


def test_a_step_is_dropped_onto_an_undo_and_becomes_the_last_of_its_steps(page, serving):
    serving.call(serving.engine.publish(PAID))
    page.goto("/workflows/shop/paid/edit")
    undo = page.get_by_label("Undo refund of pay")
    page.get_by_label("Step 2 of 3: mail").hover()
    page.mouse.down()
    box = undo.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    expect(page.locator(".react-flow__node.target")).to_have_attribute("aria-label", "Undo refund of pay")
    page.mouse.up()
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_visible()
    kept = "() => localStorage.getItem('counterpoint.draft.shop/paid:1.0.0')"
    mail = "# tell them\n- mail: { set: { mailed: true } }\n"
    refund = "      - refund: { call: charge }\n"
    indented = "".join(f"      {line}\n" for line in mail.splitlines())
    assert page.evaluate(kept) == PAID.replace(mail, "").replace(refund, refund + indented)
    page.get_by_label("Step 2 of 2: ship").press("Control+z")
    expect(page.get_by_label("Step 2 of 3: mail")).to_be_visible()
    assert page.evaluate(kept) is None


def test_a_drag_is_given_up_with_escape(drawing):
    page = drawing
    carry(page, "Step 2 of 8: charge", "Insert a step before attempt")
    page.keyboard.press("Escape")
    expect(page.locator(".carried")).to_have_count(0)
    page.mouse.up()
    assert text_of(page) == SHOP


def test_steps_are_moved_there_and_back_by_keyboard_alone(drawing):
    page = drawing
    charge = page.get_by_label(": charge, set")
    charge.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Step 1 of 8: charge")).to_be_focused()
    assert text_of(page).index("# by card\n- charge") < text_of(page).index("- order")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_label("Step 2 of 8: charge")).to_be_focused()
    assert text_of(page) == SHOP


def test_steps_are_cut_and_pasted_as_yaml_by_keyboard_alone(drawing):
    page = drawing
    page.get_by_label("Step 1 of 8: order").focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_label("Step 2 of 8: charge, set, selected")).to_be_focused()
    page.keyboard.press("Control+x")
    expect(page.get_by_label("Step 1 of 6: choose")).to_be_focused()
    page.get_by_label("Step 6 of 6: attempt").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Step 8 of 8: charge")).to_be_focused()
    expect(page.get_by_role("status").get_by_text("2 pasted")).to_be_visible()
    page.get_by_role("button", name="YAML").click()
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Step 10 of 10: charge")).to_be_visible()
    assert text_of(page).endswith("- order: { set: { order: 1 } }\n" + CHARGE)


def test_steps_are_duplicated_and_removed_and_what_led_there_is_said(drawing):
    page = drawing
    page.get_by_label("Step 2 of 8: charge").focus()
    page.keyboard.press("Control+d")
    expect(page.get_by_label("Step 3 of 9: charge2")).to_be_focused()
    assert CHARGE.replace("charge", "charge2") in text_of(page)
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 3 of 8: choose")).to_be_focused()
    assert text_of(page) == SHOP
    page.get_by_label(": both, fork").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("status").get_by_text("choose leads to both, which is gone")).to_be_visible()


def test_several_are_selected_with_shift_and_dragged_together(drawing):
    page = drawing
    page.get_by_label("Step 1 of 8: order").click()
    page.get_by_label("Step 2 of 8: charge").click(modifiers=["Shift"])
    carry(page, "Step 2 of 8: charge", "Insert a step after attempt")
    expect(page.get_by_text("2 steps")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_label("Step 8 of 8: charge")).to_be_visible()
    moved = "".join(f"    {line}\n" for line in ["- order: { set: { order: 1 } }", *CHARGE.splitlines()])
    assert moved in text_of(page)


def test_parts_are_added_on_the_drawing(drawing):
    page = drawing
    page.get_by_role("button", name="case", exact=True).click()
    expect(page.get_by_text("another")).to_be_visible()
    page.get_by_role("button", name="catch", exact=True).click()
    expect(page.get_by_label("Step 9 of 9: handleError")).to_be_visible()
    page.get_by_role("button", name="Insert a branch between mail and print").click()
    page.get_by_role("option", name="Wait Pause for a time").click()
    expect(page.get_by_label("pause, wait")).to_be_visible()
    kept = [line for line in SHOP.splitlines() if line not in ("    catch: {}",)]
    assert [line for line in text_of(page).splitlines() if line in kept] == kept


def test_after_the_last_step_is_removed_the_keys_still_work(page, serving):
    inner = "- outer: { do: [ { inner: { set: { a: 1 }, compensate: { do: [ { undo: { set: { b: 1 } } } ] } } } ] }\n"
    serving.call(serving.engine.publish(SHOP.partition("- order")[0] + inner))
    page.goto("/workflows/shop/pay/edit")
    page.get_by_label("Undo undo of inner").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 2 of 2: inner")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 1 of 1: outer")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("button.slot")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(page.get_by_label("Undo undo of inner")).to_be_visible()
