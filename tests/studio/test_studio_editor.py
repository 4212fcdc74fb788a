"""The text of a document beside its drawing: completed, explained and mended, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.keyboard import tab_to

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


@pytest.fixture
def editor(page, serving):
    """The text of the saga, with the cursor at its end."""
    serving.call(serving.engine.publish(SAGA))
    with page.expect_response("**/v1/schemas/workflow"):
        page.goto("/workflows/shop/pay/edit?yaml=1")
    opened = page.get_by_label("The document as YAML")
    opened.click()
    page.keyboard.press("Control+End")
    return opened


def options(page):
    return page.get_by_role("listbox", name="Completions").get_by_role("option")


def take(page, name):
    """Click an option until it is taken: a list that is just being asked for anew takes no click."""
    for _ in range(5):
        page.get_by_role("option", name=name).click()
        try:
            expect(options(page)).to_have_count(0, timeout=1_000)
            return
        except AssertionError:
            continue
    raise AssertionError(f"{name} is not taken")


def test_a_step_is_written_with_completion_by_keyboard_alone_and_the_drawing_follows(page, editor):
    page.keyboard.type("- tell:\n")
    page.keyboard.type("  ca")
    expect(options(page).first).to_contain_text("call")
    page.keyboard.press("Enter")
    page.keyboard.type("ht")
    expect(options(page)).to_have_text(["http"])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("wi")
    expect(options(page).first).to_contain_text("with")
    page.keyboard.press("Enter")
    page.keyboard.type("meth")
    expect(options(page).first).to_contain_text("method")
    page.keyboard.press("Enter")
    expect(options(page).first).to_have_text("get")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("endpoint: https://example.com/")
    expect(page.get_by_label("Step 3 of 3: tell")).to_be_visible()
    added = "- tell:\n    call: http\n    with:\n      method: get\n      endpoint: https://example.com/"
    assert text_of(page) == SAGA + added


def test_an_option_is_taken_by_mouse_and_names_of_other_steps_are_offered(page, editor):
    page.keyboard.type("    then: ")
    page.keyboard.press("Control+Space")
    expect(options(page).first).to_contain_text("charge")
    take(page, "exit")
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_visible()
    assert text_of(page) == SAGA + "    then: exit"


def test_a_function_of_the_server_is_completed_with_what_it_takes_by_keyboard_alone(page, editor):
    page.keyboard.type("- find:\n  call: loo")
    # That there is one option would not do: until the word is looked for, the list is still that of the member, `call`.
    expect(options(page)).to_contain_text(["look_up"])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("wi")
    expect(options(page).first).to_contain_text("with")
    page.keyboard.press("Enter")
    page.keyboard.type("or")
    expect(options(page)).to_have_text(["orderneeded"])
    page.keyboard.press("Enter")
    page.keyboard.type("o-1")
    expect(page.get_by_label("Step 3 of 3: find")).to_be_visible()
    assert text_of(page) == SAGA + "- find:\n    call: look_up\n    with:\n      order: o-1"


def test_a_function_of_the_server_is_taken_by_mouse(page, editor):
    page.keyboard.type("- find:\n  call: ")
    page.keyboard.press("Control+Space")
    expect(options(page).filter(has_text="Find an order. It changes nothing.")).to_have_count(1)
    take(page, "look_up")
    expect(page.get_by_label("Step 3 of 3: find")).to_be_visible()
    assert text_of(page) == SAGA + "- find:\n    call: look_up"


@pytest.mark.parametrize("late", ["**/v1/functions", "**/v1/schemas/workflow"])
def test_what_is_not_there_yet_is_offered_when_it_comes(page, serving, late):
    held, released = [], False

    def hold(route):
        if released:
            route.continue_()
        else:
            held.append(route)

    serving.call(serving.engine.publish(SAGA))
    page.route(late, hold)
    page.goto("/workflows/shop/pay/edit?yaml=1")
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("- find:\n  ")
    # Until the editor has looked, of itself, for words that go on with this.
    page.evaluate("async () => { for (let n = 0; n < 20; n += 1) await new Promise(requestAnimationFrame); }")
    page.keyboard.type("call: ")
    page.keyboard.press("Control+Space")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    offered = options(page).filter(has_text="Find an order. It changes nothing.")
    expect(offered).to_have_count(0)
    released = True  # whatever has not come so far passes when it comes
    for each in held:
        each.continue_()
    expect(offered).to_have_count(1)


def test_a_member_is_explained_where_the_mouse_rests(page, editor):
    page.get_by_text("with", exact=True).first.hover()
    expect(page.get_by_text("the arguments of the call")).to_be_visible()


BROKEN = SAGA.replace("with: { order: '${ .paid }' }", "wih: { order: '${ .paid }' }")


def test_a_problem_leads_to_its_place_in_the_text_and_is_mended_by_mouse_with_one_step_of_undo(page, editor):
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    assert text_of(page) == BROKEN
    problems = page.get_by_label("Problems")
    problems.get_by_role("button", name="unknown member").click()
    expect(page.get_by_label("Inspector").get_by_role("heading", name="ship")).to_be_visible()
    expect(editor).to_be_focused()
    expect(page.locator(".cm-lintRange-error")).to_have_text("wih")
    problems.get_by_role("button", name="Change to with").click()
    expect(problems).to_be_hidden()
    assert text_of(page) is None, "it is the text that it was"
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(problems.get_by_role("button", name="Change to with")).to_be_visible()
    assert text_of(page) == BROKEN


def test_a_problem_is_mended_by_keyboard_alone(page, editor):
    page.keyboard.type("    then: shp")
    fix = page.get_by_label("Problems").get_by_role("button", name="Change to ship")
    expect(fix).to_be_visible()
    fix.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Problems")).to_be_hidden()
    assert text_of(page) == SAGA + "    then: ship"


def test_the_drawing_stays_while_the_text_is_broken_and_the_problem_says_where(page, editor):
    page.keyboard.insert_text("- broken: { a: ")
    expect(page.get_by_text("The text cannot be read")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_visible()
    problem = page.get_by_label("Problems").get_by_role("button").first
    expect(problem).to_contain_text("CP003")
    problem.click()
    expect(editor).to_be_focused()
    assert text_of(page).startswith(SAGA)


WANTED = SAGA.replace("with: { order: '${ .paid }' }\n", "with: { order: '${ .paid }' }\n    if: ${ .paid }\n")


def test_the_text_is_edited_and_mended_the_drawing_follows_and_every_comment_stays_by_mouse(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    page.get_by_role("button", name="YAML").click()
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("    if: ${ .paid }\n    then: chrge\n")
    page.get_by_label("Problems").get_by_role("button", name="Change to charge").click()
    expect(page.get_by_label("Problems")).to_be_hidden()
    assert text_of(page) == WANTED + "    then: charge\n"
    page.get_by_label("Step 2 of 2: ship").click()
    page.get_by_label("Inspector").get_by_role("button", name="Remove Then").click()
    assert text_of(page) == WANTED
    for _ in range(3):
        page.get_by_role("button", name="Undo", exact=True).click()
    assert text_of(page) is None, "it is the text that it was"


def test_the_text_is_edited_and_mended_the_drawing_follows_and_every_comment_stays_by_keyboard_alone(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    tab_to(page, "Step 1 of 2: charge")
    page.keyboard.press("y")
    expect(page.get_by_label("The document as YAML")).to_be_visible()
    tab_to(page, "The document as YAML")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("    if: ${ .paid }\n    then: chrge\n")
    expect(page.get_by_label("Problems").get_by_role("button", name="Change to charge")).to_be_visible()
    # Tab indents here; after Escape it leaves.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    tab_to(page, "Change to charge", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_focused()
    expect(page.get_by_label("Problems")).to_be_hidden()
    expect(page.get_by_label("Step 2 of 2: ship")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Remove Then", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Inspector").get_by_role("button", name="Remove Then")).to_be_hidden()
    assert text_of(page) == WANTED


KNOWN = """document: { dsl: '1.0.3', namespace: shop, name: known, version: '1.0.0' }
do:
- basket: { set: { currency: EUR, items: [{ price: 3 }] } }
- tell: # a comment that stays
    set:
      first: ''
"""


def at_first(page, serving):
    """The text, with the cursor in an expression of its last step."""
    serving.call(serving.engine.publish(KNOWN))
    page.goto("/workflows/shop/known/edit?yaml=1")
    expect(page.get_by_label("Step 2 of 2: tell")).to_be_visible()
    tab_to(page, "The document as YAML")
    page.keyboard.press("Control+End")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")


def test_an_expression_inside_the_text_is_completed_with_known_data_by_keyboard_alone(page, serving):
    at_first(page, serving)
    page.keyboard.type("${ .cur")
    option = page.get_by_role("option", name="currency")
    expect(option).to_contain_text("EUR")
    page.keyboard.press("Enter")
    page.keyboard.type(" + $work")
    expect(page.get_by_role("option", name="$workflow")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("The document as YAML")).to_contain_text("first: '${ .currency + $workflow")


def test_an_expression_inside_the_text_is_completed_by_mouse(page, serving):
    at_first(page, serving)
    page.keyboard.type("${ .items[0].")
    page.get_by_role("option", name="price").click()
    expect(page.get_by_label("The document as YAML")).to_contain_text("${ .items[0].price")
