"""Read large, without motion, and in the colours of the system: nothing is lost, and states are still told apart."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

NESTED = """document: { dsl: '1.0.3', namespace: shop, name: visit, version: '1.0.0' }
input:
  schema:
    document:
      properties:
        order:
          properties:
            delivery:
              properties: { at: { type: string, format: date-time }, day: { type: string, format: date } }
do:
- hear: { listen: { to: { one: { with: { type: shop.paid } } } } }
"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "workflows": ("/workflows", "Workflows"),
    "designer": ("/workflows/shop/checkout/edit", "checkout"),
    "step": ("/workflows/shop/checkout/edit?sel=/do/0/createOrder", "checkout"),
    "instances": ("/instances", "Instances"),
    "instance": ("/instances/one", "one"),
    "attention": ("/attention", "Attention"),
}
WIDTHS = {640: "200 %", 320: "400 %"}
"""What is left of a window of 1280 pixels at that zoom."""


@pytest.fixture
def running(page, serving, checkout, order):
    """A server with the checkout, one instance of which failed."""
    definition = serving.call(serving.engine.publish(checkout))
    serving.call(serving.engine.start(definition, input=order, id="one"))
    serving.call(serving.engine.result("one", 10))
    return page


def open_page(page, name: str) -> None:
    path, heading = PAGES[name]
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.wait_for_load_state("networkidle")


def complaints(page, root) -> list[str]:
    """What axe finds."""
    source = root / "studio" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip("axe is not installed: `make studio` installs it")
    page.evaluate(source.read_text())
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_where_there_is_little_room(running, root, name, width):
    page = running
    page.set_viewport_size({"width": width, "height": 512 if width == 640 else 256})
    open_page(page, name)
    wide = page.evaluate("""() => [...document.querySelectorAll("body *")].filter((each) => {
      const box = each.getBoundingClientRect();
      const hidden = each.closest(".canvas, .react-flow, table, pre, .visually-hidden, .skip, .timeline");
      return !hidden && box.width > 0 && box.right > innerWidth + 1;
    }).map((each) => `${each.tagName} ${each.className}`.slice(0, 80))""")
    assert wide == [], f"at {WIDTHS[width]} these stand out at the right"
    assert complaints(page, root) == []


@pytest.mark.parametrize("view", ["graph", "timeline", "events"])
def test_what_stands_beside_the_data_of_an_instance_keeps_its_room_at_400_percent(running, view):
    page = running
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"/instances/one?view={view}")
    shown = page.get_by_label({"graph": "Workflow", "timeline": "Timeline", "events": "Events"}[view], exact=True)
    expect(shown.first).to_be_visible()
    assert shown.first.bounding_box()["width"] >= 300
    error = page.get_by_role("heading", name="createOrder failed")
    error.scroll_into_view_if_needed()
    expect(error).to_be_in_viewport()


def test_moments_within_what_is_asked_for_are_whole_at_400_percent(page, serving, dialog):
    serving.call(serving.engine.publish(NESTED))
    page.set_viewport_size({"width": 320, "height": 512})
    page.goto("/workflows/shop/visit?start=1")
    for name in ("At (may be left empty)", "Day (may be left empty)"):
        field = dialog.get_by_label(name, exact=True)
        has = field.evaluate("each => each.offsetWidth")
        wants = field.evaluate("each => { each.style.width = 'max-content'; return each.offsetWidth; }")
        assert has >= wants > 100, f"{name} is cut off"


def test_a_step_is_inserted_at_400_percent(running):
    page = running
    page.set_viewport_size({"width": 320, "height": 256})
    open_page(page, "designer")
    page.get_by_label("Step 1 of 4: createOrder").press("a")
    page.keyboard.type("pause")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 2 of 5: pause")).to_be_focused()
    expect(page.get_by_label("Step 2 of 5: pause")).to_be_in_viewport()
    publish = page.get_by_role("button", name="Publish")
    publish.scroll_into_view_if_needed()
    expect(publish).to_be_in_viewport()
    name = page.get_by_label("Inspector").get_by_label("Name", exact=True)
    name.scroll_into_view_if_needed()
    expect(name).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["designer", "instance"])
def test_states_are_told_apart_in_the_colours_of_the_system(running, root, name, theme):
    page = running
    page.emulate_media(forced_colors="active", color_scheme=theme)
    open_page(page, name)
    style = "each => { const { borderTopStyle, borderTopWidth } = getComputedStyle(each); "
    style += "return borderTopStyle + borderTopWidth; }"
    undo = page.locator(".undo-box").first.evaluate(style)
    card = page.locator(".card").last.evaluate(style)
    assert undo.startswith("dashed") and undo != card
    line = page.locator(".lines .line").first
    drawn = line.evaluate("each => getComputedStyle(each).stroke")
    ink = page.locator(".canvas").evaluate("each => getComputedStyle(each).color")
    assert drawn == ink, "a line is drawn in the system's ink"
    page.get_by_label("Step 1 of").click()
    chosen = page.locator(".react-flow__node.selected > div").first
    assert chosen.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    assert complaints(page, root) == []


def test_nothing_moves_where_motion_is_not_wanted(running):
    page = running
    page.emulate_media(reduced_motion="reduce")
    open_page(page, "designer")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    assert page.evaluate("document.getAnimations().filter((each) => each.effect.getTiming().duration > 0).length") == 0
