"""The designer, used as a person would: by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A saga, with a comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: # by card
    call: charge
    with: { order: '${ .order }' }
- ship:
    call: charge
    with: { order: '${ .paid }' }
"""


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


def test_an_undo_is_added_by_clicking_and_all_other_lines_stay(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Step 1 of 2: charge")).to_be_visible()
    expect(page.get_by_text("0/2 undoable")).to_be_visible()
    page.get_by_role("button", name="add undo").first.click()
    expect(page.get_by_text("1/2 undoable")).to_be_visible()
    edited = text_of(page).splitlines()
    assert [line for line in edited if line in SAGA.splitlines()] == SAGA.splitlines()
    assert "      - undoCharge:" in edited
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("0/2 undoable")).to_be_visible()
    assert text_of(page) is None


def test_a_step_is_inserted_and_removed_by_keyboard_alone(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    first = page.get_by_label("Step 1 of 2: charge")
    first.focus()
    page.keyboard.press("a")
    page.keyboard.type("pause")
    expect(page.get_by_role("option", name="Wait Pause for a time")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 2 of 3: pause")).to_be_visible()
    page.get_by_label("Step 2 of 3: pause").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Step 3 of 3: ship")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_visible()
    assert text_of(page) is None, "it is the text that it was"


def test_what_is_typed_and_what_is_clicked_share_their_undo_and_outlive_a_reload(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?yaml=1")
    editor = page.get_by_label("The document as YAML")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("- last:\n  set: { done: true }\n")
    expect(page.get_by_label("Step 3 of 3: last")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Step 3 of 3: last")).to_be_visible()


def test_a_text_that_is_broken_keeps_the_last_drawing_and_loses_nothing(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?yaml=1")
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("- broken: { a: ")
    expect(page.get_by_text("The text cannot be read")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_visible()
    assert text_of(page).startswith(SAGA)


def test_problems_of_the_server_stand_at_their_field_and_lead_to_their_step(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    page.get_by_label("Step 2 of 2: ship").click()
    inspector = page.get_by_label("Inspector")
    inspector.get_by_role("button", name="Add Timeout").click()
    inspector.get_by_label("Timeout: form").select_option("A timeout of this workflow")
    name = inspector.get_by_label("Timeout", exact=True)
    name.fill("nowhere")
    name.press("Enter")
    problem = page.get_by_label("Problems").get_by_role("button")
    expect(problem).to_contain_text("nowhere")
    expect(inspector.get_by_role("group", name="Timeout")).to_contain_text("nowhere")
    page.keyboard.press("Escape")
    page.get_by_label("Step 1 of 2: charge").click()
    problem.first.click()
    expect(inspector.get_by_role("heading", name="ship")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
