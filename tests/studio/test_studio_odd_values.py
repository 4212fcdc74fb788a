"""What is odd but allowed: ids and names that an address escapes, lists whose items are no texts, a broken draft."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

HEAD = "document: {{ dsl: '1.0.3', namespace: shop, name: {name}, version: '1.0.0' }}\n"
WAITS = HEAD.format(name="waits") + "do:\n- hear: { listen: { to: { one: { with: { type: shop.paid } } } } }\n"
ODD = "a/b ~1 %25 #x ?y"
NAMED = HEAD.format(name="named") + f'do:\n- first: {{ set: {{ a: 1 }} }}\n- "{ODD}": {{ set: {{ b: 1 }} }}\n'
LISTS = (
    HEAD.format(name="lists")
    + """input:
  schema:
    document:
      type: object
      properties:
        sizes: { type: array, items: { type: integer } }
        flags: { type: array, items: { type: boolean } }
        kinds: { type: array, items: { enum: [a, b] } }
do:
- hear: { listen: { to: { one: { with: { type: shop.paid } } } } }
"""
)


@pytest.mark.parametrize("id", ["a%2Fb", "a/b", "100%", "%2e%2e", "ü é"])
def test_an_instance_is_reached_whatever_its_id(page, serving, id):
    reference = str(serving.call(serving.engine.publish(WAITS)))
    for each in {"a/b", id}:
        serving.call(serving.engine.start(reference, id=each))
    page.goto("/instances")
    page.get_by_role("link", name=id, exact=True).click()
    for _ in range(2):
        expect(page.get_by_role("heading", level=1)).to_have_text(id)
        expect(page.get_by_text("hear").first).to_be_visible()
        page.reload()


def test_a_step_is_selected_whatever_its_name(page, serving):
    serving.call(serving.engine.publish(NAMED))
    page.goto("/workflows/shop/named/edit")
    page.get_by_label(f"Step 2 of 2: {ODD}").click()
    for _ in range(2):
        expect(page.get_by_label("Inspector").get_by_label("Name", exact=True)).to_have_value(ODD)
        page.reload()


def test_items_of_a_list_are_fields_of_their_kind(page, serving):
    serving.call(serving.engine.publish(LISTS))
    page.goto("/workflows/shop/lists?start=1")
    dialog = page.get_by_role("dialog")
    for name in ("Sizes", "Flags", "Kinds"):
        dialog.get_by_role("button", name=f"Add to {name}").click()
    dialog.get_by_label("Sizes 1").press_sequentially("42")
    dialog.get_by_label("Flags 1").select_option("yes")
    dialog.get_by_label("Kinds 1").select_option("b")
    dialog.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/instances/*")
    [listed] = serving.call(serving.engine.service.list({}))
    found = serving.call(serving.engine.inspect(listed.row.id))
    assert found.input == {"sizes": [42], "flags": [True], "kinds": ["b"]}


def test_a_draft_that_cannot_be_read_is_shown_as_such_after_a_reload(page, serving):
    serving.call(serving.engine.publish(NAMED))
    page.goto("/workflows/shop/named/edit?yaml=1")
    text = page.get_by_label("The document as YAML")
    expect(text).to_be_visible()
    text.press("Control+End")
    page.keyboard.insert_text("- broken: { set: { b: 2\n")
    stale = page.get_by_text("The text cannot be read. This is how it was before.")
    for _ in range(2):
        expect(stale).to_be_visible()
        expect(page.get_by_label("Step 1 of 2: first")).to_be_visible()
        page.reload()


@pytest.mark.parametrize("path", ["/insights", "/workflows/shop/named"])
def test_a_narrow_page_does_not_scroll_into_nothing(page, serving, path):
    reference = str(serving.call(serving.engine.publish(NAMED)))
    serving.call(serving.engine.result(serving.call(serving.engine.start(reference))))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(path)
    expect(page.get_by_text("first" if path == "/insights" else "1.0.0").first).to_be_attached()
    page.evaluate("scrollTo(5000, 0)")
    assert page.evaluate("scrollX") == 0


def test_a_document_keeps_its_line_ends(page, serving):
    text = NAMED.replace("\n", "\r\n")
    serving.call(serving.engine.publish(text))
    page.goto("/workflows/shop/named/edit")
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    expect(page.get_by_text("draft", exact=True)).to_be_hidden()
    page.get_by_label("Step 1 of 2: first").press("Delete")
    expect(page.get_by_label(f"Step 1 of 1: {ODD}")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Version").fill("1.1.0")
    dialog.get_by_role("button", name="Publish 1.1.0").click()
    expect(dialog).to_contain_text("1.1.0")
    expect(dialog.get_by_role("heading", name="Published shop/named")).to_be_visible()
    stored = serving.engine.service.definitions.find("shop/named:1.1.0").text
    assert stored == text.replace("1.0.0", "1.1.0").replace("- first: { set: { a: 1 } }\r\n", "")


@pytest.mark.parametrize("asked", ["view=nonsense", "at=99999", "at=x&view=%00"])
def test_what_an_address_names_and_there_is_not_is_left_aside(page, serving, asked):
    reference = str(serving.call(serving.engine.publish(WAITS)))
    serving.call(serving.engine.start(reference, id="one"))
    page.goto(f"/instances/one?{asked}")
    expect(page.get_by_role("button", name="Graph", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("hear").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 1000, 640])
def test_names_without_a_break_leave_everything_in_its_place(page, serving, width):
    long = "n" * 63
    document = f"document: {{ dsl: '1.0.3', namespace: {long}, name: {long}, version: '1.0.0' }}\n"
    document += f"do:\n- {long}:\n    set: {{ a: 1 }}\n- {'m' * 63}:\n    call: {'f' * 63}\n"
    call = "{ call: http, with: { method: get, endpoint: 'https://example.com' } }"
    document += f"use: {{ functions: {{ {'f' * 63}: {call} }} }}\n"
    serving.call(serving.engine.publish(document))
    page.set_viewport_size({"width": width, "height": 900})
    for query in ("", "yaml=1&sel=%2Fdo%2F0%2F" + long):
        page.goto(f"/workflows/{long}/{long}/edit?{query}")
        expect(page.get_by_label(f"Step 1 of 2: {long}")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_way_back_of_a_draft_is_to_what_it_was_opened_from(page, serving):
    serving.call(serving.engine.publish(NAMED))
    page.goto("/workflows/shop/named/edit?yaml=1")
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+Home")
    for _ in "document: { dsl: '1.0.3', namespace: shop":
        page.keyboard.press("ArrowRight")
    page.keyboard.type("s")
    way = page.get_by_title("All of shop/named")
    expect(way).to_have_text("shops /")
    way.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("named")
    expect(page.get_by_role("alert")).to_have_count(0)


ALIASES = (
    HEAD.format(name="aliases")
    + """do:
- first:
    call: http
    with: &request
      method: post
      endpoint: https://payments.example.com/charges
    compensate: { none: only reads }
- second:
    call: http
    with: *request
    compensate: { none: only reads }
- third: &step
    set: { a: 1 }
- fourth: *step
"""
)


def test_what_an_alias_stands_for_is_shown_and_changed_in_the_text_only(page, serving):
    serving.call(serving.engine.publish(ALIASES))
    page.goto("/workflows/shop/aliases/edit")
    panel = page.get_by_label("Inspector")
    note = panel.get_by_text("Written by an alias: change it in the text.")
    page.get_by_label("Step 2 of 4: second").click()
    expect(panel.get_by_label("Method")).to_have_value("post")
    expect(panel.get_by_label("Method")).to_be_disabled()
    expect(note).to_have_count(1)
    expect(panel.get_by_role("button", name="Add Timeout")).to_be_enabled()
    page.get_by_label("Step 4 of 4: fourth, set").click()
    expect(panel.get_by_label("a", exact=True)).to_be_disabled()
    expect(note).to_have_count(1)
    expect(panel.get_by_label("Name", exact=True)).to_be_enabled()
    page.get_by_label("Step 1 of 4: first").click()
    expect(panel.get_by_label("Method")).to_be_enabled()
    expect(note).to_have_count(0)
