"""Fields for expressions: what is typed in them, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from counterpoint.expressions import Compiler
from counterpoint.expressions.names import BUILTINS
from tests.studio.keyboard import tab_onto

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A saga, with a comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: # by card
    if: ${ .order != null }
    call: charge
    with: { order: '${ .order }' }
"""


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


def test_an_expression_is_taken_over_on_enter_and_when_the_field_is_left_and_given_back_on_escape(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ .order != null }")
    field.fill("${ .paid }")
    field.press("Escape")
    expect(field).to_have_text("${ .order != null }")
    assert text_of(page) is None
    field.fill("${ .amount > 0 }")
    field.press("Enter")
    assert text_of(page) == SAGA.replace(".order != null", ".amount > 0")
    field.fill("${ .amount > 1 }")
    page.get_by_label("Name", exact=True).click()
    assert text_of(page) == SAGA.replace(".order != null", ".amount > 1")


def test_an_expression_of_several_lines_is_typed_by_keyboard_alone_and_tab_leaves_the_field(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ .order != null }")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(".order")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("| length > 0")
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()
    expect(page.get_by_text("The text cannot be read")).to_be_hidden()
    assert "if: |-\n      .order\n      | length > 0\n" in text_of(page)


FLOW = """# A comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- basket:
    set: { items: [{ price: 3 }, { price: 5 }], currency: EUR }
- charge: # by card
    if: ${ true }
    call: charge
    with: { order: '${ .currency }' }
"""


def opened(page, serving):
    """The condition of a step that comes after another one, ready to be written anew."""
    serving.call(serving.engine.publish(FLOW))
    page.goto("/workflows/shop/pay/edit?sel=/do/1/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ true }")
    with page.expect_response("**/v1/rehearsals/visible"):
        field.focus()
    # It is evaluated on what is visible: then that is known.
    expect(page.get_by_label("Inspector").get_by_text("= true")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return field


def test_what_is_typed_before_the_data_are_known_is_completed_once_they_are(page, serving):
    held = []

    def hold(route):
        held.append(route)

    page.clock.install()
    page.route("**/v1/rehearsals/visible", hold)
    serving.call(serving.engine.publish(FLOW))
    page.goto("/workflows/shop/pay/edit?sel=/do/1/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ true }")
    with page.expect_request("**/v1/rehearsals/visible"):
        field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("${ .it")
    # The editor waits a moment before it looks for what fits.
    page.clock.run_for(1_000)
    offered = page.get_by_role("listbox", name="Completions")
    expect(offered).to_be_hidden()
    for route in held:
        route.continue_()
    expect(offered.get_by_role("option")).to_have_text(["itemsarray"])


def test_an_expression_is_completed_from_what_flows_in_and_its_value_is_shown_by_keyboard_alone(page, serving):
    opened(page, serving)
    page.keyboard.type("${ .it")
    offered = page.get_by_role("listbox", name="Completions")
    expect(offered.get_by_role("option")).to_have_text(["itemsarray"])
    page.keyboard.press("Enter")
    page.keyboard.type(" | map(.")
    expect(offered.get_by_role("option").first).to_contain_text("price")
    page.keyboard.press("Enter")
    page.keyboard.type(") | add > 7")
    expect(page.get_by_label("Inspector").get_by_text("= true")).to_be_visible()
    page.keyboard.press("Enter")
    assert "    if: ${ .items | map(.price) | add > 7}\n" in text_of(page)


def test_an_option_is_taken_by_mouse_and_the_list_closes_on_escape_before_the_field_gives_back(page, serving):
    field = opened(page, serving)
    page.keyboard.type("${ .cur")
    page.get_by_role("option", name="currency").click()
    expect(page.get_by_label("Inspector").get_by_text('= "EUR"')).to_be_visible()
    page.keyboard.type(" | $")
    expect(page.get_by_role("listbox", name="Completions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Completions")).to_be_hidden()
    expect(field).to_contain_text("currency")
    page.keyboard.press("Escape")
    expect(field).to_have_text("${ true }")


def test_a_fault_is_told_below_the_field_and_marked_at_its_place(page, serving):
    field = opened(page, serving)
    page.keyboard.type("${ .currency | lenght }")
    told = page.get_by_text("unknown function lenght; did you mean")
    expect(told).to_be_visible()
    expect(field.locator(".cm-lintRange-error")).to_have_text("lenght")


def test_every_function_that_is_offered_is_one_that_expressions_may_call(root):
    source = (root / "studio" / "src" / "expressions" / "functions.ts").read_text()
    forms = re.findall(r'^  of\("(@?\w+)', source, re.MULTILINE)
    assert len(forms) > 50
    compiler = Compiler()
    for name in forms:
        known = name == "if" or name in BUILTINS or (name.startswith("@") and compiler.expression(f'"a" | {name}'))
        assert known, name
    compiler.close()


def with_orders(serving, orders) -> None:
    """Instances of the flow that have come to its second step, and one that never does."""
    serving.call(serving.engine.publish(ORDERED))
    for order in orders:
        serving.call(serving.engine.start("shop/pay", order, id=order["order"]))
        serving.call(serving.engine.result(order["order"], 10))


ORDERED = FLOW.replace(
    "do:\n", 'do:\n- early:\n    if: ${ .order == "early" }\n    set: { done: true }\n    then: end\n', 1
).replace("currency: EUR }", "currency: EUR, order: '${ .order }' }")


def test_an_expression_is_tried_on_the_data_of_an_instance_that_ran_by_mouse(page, serving):
    with_orders(serving, [{"order": "A-17"}, {"order": "early"}])
    page.goto("/workflows/shop/pay/edit?sel=/do/2/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ true }")
    field.click()
    field.fill("${ .order }")
    inspector = page.get_by_label("Inspector")
    data = inspector.get_by_label("Data for Only if")
    expect(data.locator("option:checked")).to_have_text("the data of a trial")
    data.select_option("A-17 (completed)")
    expect(inspector.get_by_text('= "A-17"')).to_be_visible()
    expect(page).to_have_url(re.compile(r"data=A-17"))
    data.select_option("early (completed)")
    expect(inspector.get_by_text("It did not come this far: with the data of a trial.")).to_be_visible()
    expect(inspector.get_by_text('= "A-17"')).to_have_count(0)


def test_an_expression_is_tried_on_the_data_of_an_instance_by_keyboard_and_completed_with_them(page, serving):
    with_orders(serving, [{"order": "A-17"}])
    page.goto("/workflows/shop/pay/edit?sel=/do/2/charge&data=A-17")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ true }")
    field.focus()
    expect(page.get_by_label("Data for Only if")).to_have_value("A-17")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("${ .ord")
    offered = page.get_by_role("listbox", name="Completions")
    expect(offered.get_by_role("option")).to_contain_text(["A-17"])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Inspector").get_by_text('= "A-17"')).to_be_visible()
    tab_onto(page, page.get_by_label("Data for Only if"))
    page.keyboard.press("Home")
    expect(page.get_by_label("Data for Only if").locator("option:checked")).to_have_text(
        "made-up data: a trial does not come here"
    )
    expect(page.get_by_label("Inspector").get_by_text('= "A-17"')).to_have_count(0)
