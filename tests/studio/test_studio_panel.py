"""The panel of a step: functions of the server by name, values inside lists, and what is done around steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_onto

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- find: # an order
    call: charge
- each:
    for:
      in:
      - id: 1 # the first
        parts: [a]
      - { id: 2 }
    do:
    - one: { set: { done: true } }
"""
FOUND = SAGA.replace("    call: charge\n", "    call: look_up\n    with:\n      order: ${ .order }\n")
FORKED = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- both:
    fork:
      branches:
      - one: { do: [{ inner: { set: { a: 1 } } }] }
      - other: { set: { b: 1 } }
"""
AROUND = """use:
  extensions:
  - extension:
      extend: all
      before:
      - note:
          set:
            began: true
"""


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


@pytest.fixture
def panel(page, serving):
    serving.call(serving.engine.publish(SAGA))
    return page.get_by_label("Inspector")


def test_a_function_of_the_server_is_found_by_name_and_given_what_it_takes_by_mouse(page, panel):
    page.goto("/workflows/shop/pay/edit?sel=/do/0/find")
    field = panel.get_by_role("combobox", name="Function", exact=True)
    expect(field).to_have_value("charge")
    expect(panel.get_by_text("It takes order (may be left out).")).to_be_visible()
    expect(page.get_by_role("button", name="add undo")).to_have_count(1)
    offered = panel.locator("datalist option[value=look_up]")
    expect(offered).to_have_count(1)
    assert offered.inner_text() == "Find an order."
    field.fill("look_up")
    field.blur()
    told = "Find an order. It takes order, language (may be left out). It changes nothing."
    expect(panel.get_by_text(told)).to_be_visible()
    panel.get_by_role("button", name="Give it order").click()
    expect(panel.get_by_role("button", name="Give it order")).to_have_count(0)
    assert text_of(page) == FOUND
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="add undo")).to_have_count(0)


def test_a_function_of_the_server_is_called_by_keyboard_alone(page, panel):
    page.goto("/workflows/shop/pay/edit?sel=/do/0/find")
    field = panel.get_by_role("combobox", name="Function", exact=True)
    tab_onto(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("look_up")
    page.keyboard.press("Enter")
    button = panel.get_by_role("button", name="Give it order")
    tab_onto(page, button)
    page.keyboard.press("Enter")
    expect(button).to_have_count(0)
    assert text_of(page) == FOUND


def test_what_is_done_around_every_step_is_added_and_changed(page, panel):
    page.goto("/workflows/shop/pay/edit")
    panel.get_by_role("tab", name="Parts").click()
    panel.get_by_role("button", name="Add Extensions").click()
    steps = panel.get_by_role("textbox", name="Before it")
    expect(steps).to_be_visible()
    assert AROUND in text_of(page)
    panel.get_by_role("combobox", name="Around").select_option("calls")
    steps.fill("# by nobody\n- note: { set: { order: 1 } }\n")
    steps.blur()
    assert AROUND.replace("all", "call").partition("      before:")[0] in text_of(page)
    assert "      before:\n      # by nobody\n      - note: { set: { order: 1 } }\n" in text_of(page)
    steps.fill("no steps")
    steps.blur()
    expect(panel.get_by_text("Steps, please, as in the text")).to_be_visible()
    assert "by nobody" in text_of(page)
    assert [line for line in text_of(page).splitlines() if line in SAGA.splitlines()] == SAGA.splitlines()


def test_a_value_inside_a_list_is_changed_as_text_and_keeps_its_comments(page, panel):
    page.goto("/workflows/shop/pay/edit?sel=/do/1/each")
    first = panel.get_by_role("textbox", name="item 1", exact=True)
    expect(first).to_have_value("id: 1 # the first\nparts: [a]")
    first.fill("id: 1 # the first\nparts: [a, b]\nmore: # some\n  - c")
    first.blur()
    second = panel.get_by_role("textbox", name="item 2", exact=True)
    second.fill("name: [")
    second.blur()
    expect(panel.get_by_role("alert")).to_be_visible()
    second.fill("name: two # now")
    second.blur()
    changed = "      - id: 1 # the first\n        parts: [a, b]\n        more: # some\n          - c\n"
    changed += "      - name: two # now\n"
    assert text_of(page) == SAGA.replace("      - id: 1 # the first\n        parts: [a]\n      - { id: 2 }\n", changed)


def test_only_what_may_be_the_point_of_no_return_is_offered_to_be_it(page, serving):
    serving.call(serving.engine.publish(FORKED))
    panel = page.get_by_label("Inspector")
    add = panel.get_by_role("button", name="Add Point of no return")
    page.goto("/workflows/shop/pay/edit?sel=/do/0/both/fork/branches/0/one/do/0/inner")
    panel.get_by_role("tab", name="Undo").click()
    expect(panel.get_by_text("A step inside a fork cannot be the point of no return")).to_be_visible()
    expect(add).to_have_count(0)
    page.goto("/workflows/shop/pay/edit?sel=/do/0/both")
    panel.get_by_role("tab", name="Undo").click()
    add.click()
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    assert "saga: pivot" in text_of(page)


THREE = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- first: { set: { a: 1 } }
- compensate: { call: charge }
- last: { set: { b: 1 } }
"""


def test_a_step_is_moved_from_its_panel_by_keyboard_and_the_panel_stays(page, serving):
    serving.call(serving.engine.publish(THREE))
    panel = page.get_by_label("Inspector")
    up, down = (panel.get_by_role("button", name=name) for name in ("Move up", "Move down"))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/first")
    expect(up).to_be_disabled()
    tab_onto(page, down)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 2 of 3: first")).to_be_visible()
    expect(panel.get_by_role("heading", name="first")).to_be_visible()
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 3 of 3: first")).to_be_visible()
    expect(down).to_be_disabled()
    expect(up).to_be_focused()
    panel.get_by_role("button", name="Remove", exact=True).press("Enter")
    expect(page.get_by_label("Step 2 of 2: last")).to_be_focused()


def test_a_step_that_is_called_as_an_undo_is_none(page, serving):
    serving.call(serving.engine.publish(THREE))
    page.goto("/workflows/shop/pay/edit?sel=/do/1/compensate")
    panel = page.get_by_label("Inspector")
    panel.get_by_role("tab", name="Undo").click()
    expect(panel.get_by_role("heading", name="For the whole workflow")).to_be_visible()
    expect(panel.get_by_text("part of an undo itself")).to_have_count(0)
