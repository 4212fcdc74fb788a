"""axe finds nothing on any page, in both themes, at the level WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHARGES = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: { call: charge, compensate: { do: [ { refund: { call: charge } } ] } }
- again: { call: charge }
"""
PAGES = {
    "workflows": ("/workflows", "Workflows"),
    "workflow": ("/workflows/shop/checkout", "checkout"),
    "workflow that is not there": ("/workflows/shop/none", "There is no such workflow"),
    "compare": ("/workflows/shop/checkout/compare/1.0.0...1.1.0", "Compare"),
    "compare texts": ("/workflows/shop/checkout/compare/1.0.0...1.1.0?view=text", "Compare"),
    "designer": ("/workflows/shop/checkout/edit", "checkout"),
    "designer with text": ("/workflows/shop/checkout/edit?yaml=1&sel=/do/0/createOrder", "checkout"),
    "what if": ("/workflows/shop/checkout/edit?mode=whatif&sel=/do/3/scheduleDelivery", "checkout"),
    "debug": ("/workflows/shop/checkout/edit?mode=debug", "checkout"),
    "templates": ("/workflows/new", "A new workflow"),
    "new workflow": ("/workflows/new?template=blank", "new-workflow"),
    "instances": ("/instances", "Instances"),
    "instances narrowed": ("/instances?status=completed&since=1h&createdFrom=2026-01-31T08:00:00Z", "Instances"),
    "no instances": ("/instances?status=cancelled", "Instances"),
    "attention": ("/attention", "Attention"),
    "insights": ("/insights", "Insights"),
    "instance": ("/instances/one", "one"),
    "instance debugged": ("/instances/one?debug=1", "one"),
    "instance with a step and a place": ("/instances/one?sel=/do/0/createOrder&at=1", "one"),
    "instance that is not there": ("/instances/none", "There is no such instance"),
    "compare the same": ("/workflows/shop/checkout/compare/1.0.0...1.0.0", "Compare"),
    "timeline": ("/instances/one?view=timeline", "one"),
    "events": ("/instances/one?view=events", "one"),
}


@pytest.fixture(scope="session")
def axe(root: Path) -> str:
    """The checker itself, from the studio's development packages."""
    source = root / "studio" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip("axe is not installed: `make studio` installs it")
    return source.read_text()


def later(checkout):
    """A later version: one step more, another undo, and an input that was not required before."""
    return (
        checkout.replace("version: '1.0.0'", "version: '1.1.0'")
        .replace("\noutput:\n", "\n- rest: { wait: { milliseconds: 1 } }\noutput:\n")
        .replace('"/releases"', '"/released"')
        .replace("quantity: { type: integer, minimum: 1 }", "quantity: { type: integer, minimum: 2 }")
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page, serving, checkout, order, axe, name, theme):
    definition = serving.call(serving.engine.publish(checkout))
    serving.call(serving.engine.publish(later(checkout)))
    serving.call(serving.engine.start(definition, input=order, id="one"))
    serving.call(serving.engine.result("one", 10))
    path, heading = PAGES[name]
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    told = [f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]]
    assert told == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_a_session_is_stopped(page, serving, checkout, axe, theme):
    serving.call(serving.engine.publish(checkout))
    page.emulate_media(color_scheme=theme)
    page.goto("/workflows/shop/checkout/edit?mode=debug")
    page.get_by_label("Step 1 of").press("b")
    page.get_by_role("button", name="Start debugging").click()
    expect(page.get_by_role("button", name="Continue")).to_be_enabled()
    expect(page.get_by_label("stopped here")).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_panel_of_any_kind_of_step(page, serving, axe, theme):
    page.emulate_media(color_scheme=theme)
    told = []
    for path, tab in every_panel(serving):
        page.goto(path)
        panel = page.get_by_label("Inspector")
        panel.get_by_role("tab", name=tab).click()
        for offer in panel.get_by_label("What can be added").get_by_role("button").all_inner_texts()[:6]:
            button = panel.get_by_role("button", name=f"Add {offer.strip()}", exact=True)
            if button.count():
                button.first.click()
        page.evaluate(axe)
        found = page.evaluate(
            "levels => axe.run('.designer-side', { runOnly: levels })",
            LEVELS,
        )["violations"]
        told += [f"{path} {tab}: {each['id']} {each['nodes'][0]['html'][:160]}" for each in found]
        page.evaluate("localStorage.clear()")
    assert told == []


def every_panel(serving):
    """The addresses of all kinds of steps and of the workflow itself, with the tabs of their panels."""
    text = (Path(__file__).parent / "kinds.yaml").read_text()
    serving.call(serving.engine.publish(text))
    steps = [next(iter(each)) for each in yaml.safe_load(text)["do"]]
    address = "/workflows/shop/kinds/edit"
    yield from ((f"{address}?sel=/do/{index}/{name}", "Step") for index, name in enumerate(steps))
    yield from ((f"{address}?sel=/do/0/order", tab) for tab in ("Data", "Undo"))
    yield from ((address, tab) for tab in ("Workflow", "Data", "Parts", "Running"))


FAILS = """document: {{ dsl: '1.0.3', namespace: shop, name: fails-{0}, version: '1.0.0' }}
do:
- charge:
    set: {{ done: true }}
    compensate: {{ retry: {{ limit: {{ attempt: {{ count: 1 }} }} }}, do: [ {{ refund: {{ call: charge }} }} ] }}
- {1}: {{ raise: {{ error: {{ type: 'https://example.com/errors/refused', status: 422, detail: '{2}' }} }} }}
"""
LONG_NAME = "reconcileTheLedgerOfEveryWarehouseWithWhatTheCarrierHasBilled"
LONG_ERROR = "the ledger and the invoice of the carrier differ, " * 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_much_waits_for_a_person(page, serving, axe, theme):
    serving.broken.set()
    for number in range(6):
        serving.call(
            serving.engine.start(
                serving.call(serving.engine.publish(FAILS.format(number, "ship", "no"))), id=f"{number}"
            )
        )
        serving.call(serving.engine.result(f"{number}", 10))
    page.emulate_media(color_scheme=theme)
    page.goto("/attention")
    expect(page.get_by_text("6 causes hold up 6 instances")).to_be_visible()
    cause = page.get_by_role("article").first
    cause.get_by_text("Which one").click()
    cause.get_by_label("Reason").fill("it has been looked at")
    cause.get_by_role("button", name="Leave it").click()
    expect(cause.get_by_role("button", name="Do it for 1 instance")).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_failure_that_has_much_to_say_and_nothing_runs_out_of_its_panel(
    page, serving, axe, theme
):
    serving.call(
        serving.engine.start(serving.call(serving.engine.publish(FAILS.format(0, LONG_NAME, LONG_ERROR))), id="one")
    )
    serving.call(serving.engine.result("one", 10))
    page.emulate_media(color_scheme=theme)
    page.goto("/instances/one")
    failure = page.get_by_label("Error")
    expect(failure.get_by_role("heading")).to_contain_text(f"{LONG_NAME} failed")
    assert failure.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    failure.get_by_text("All of the error").click()
    expect(failure.locator("pre")).to_contain_text(LONG_ERROR.strip())
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


def started(page):
    page.goto("/workflows/shop/checkout")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("it is required").first).to_be_visible()


def as_json(page):
    page.goto("/workflows/shop/checkout")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="JSON").click()


def published(page):
    page.goto("/workflows/shop/checkout/edit?version=1.0.0")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog").get_by_label("Version", exact=True)).to_be_visible()


def deprecated(page):
    page.goto("/workflows/shop/checkout")
    page.get_by_role("button", name="What to do with 1.0.0").click()
    page.get_by_role("menuitem", name="Deprecate …").click()
    expect(page.get_by_label("Reason")).to_be_visible()


def forked(page):
    page.goto("/instances/one?at=1")
    page.get_by_role("button", name="Run again from here").click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="may be done once more")).to_be_visible()


def inserting(page):
    page.goto("/workflows/shop/checkout/edit")
    page.get_by_label("Step 1 of").press("a")
    expect(page.get_by_role("dialog", name="Insert a step").get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("opened", [started, as_json, published, deprecated, forked, inserting])
def test_axe_finds_nothing_in_a_dialog(page, serving, checkout, axe, opened, theme):
    serving.call(serving.engine.publish(checkout))
    serving.call(serving.engine.publish(later(checkout)))
    serving.call(serving.engine.start(serving.call(serving.engine.publish(CHARGES)), id="one"))
    serving.call(serving.engine.result("one", 10))
    page.emulate_media(color_scheme=theme)
    opened(page)
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


SERVICE = "openapi: 3.1.0\npaths: { /a: { post: { operationId: charge, summary: Take money, x-compensate: refund } } }"
CALLING = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge:
    if: ${ .a | lenght }
    call: openapi
    with: { document: { endpoint: 'https://payments.example.com/openapi.json' }, operationId: charge }
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_expressions_are_written_and_operations_chosen(page, serving, axe, theme):
    serving.call(serving.engine.publish(CALLING.replace("lenght", "length")))
    page.emulate_media(color_scheme=theme)
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    field = page.get_by_label("Only if", exact=True)
    expect(field).to_have_text("${ .a | length }")
    field.fill("${ .a | lenght }")
    expect(page.get_by_label("Inspector").get_by_text("unknown function lenght")).to_be_visible()
    page.evaluate(axe)
    told = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    page.get_by_role("button", name="Choose another operation").click()
    page.get_by_text("or give the document itself").click()
    page.get_by_label("or its text").fill(SERVICE)
    page.get_by_role("button", name="Read the text").click()
    expect(page.get_by_role("button", name="Take money")).to_be_visible()
    told += page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in told] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_while_the_text_is_written(page, serving, axe, theme):
    serving.call(serving.engine.publish(CALLING.replace("lenght", "length")))
    page.emulate_media(color_scheme=theme)
    with page.expect_response("**/v1/schemas/workflow"):
        page.goto("/workflows/shop/pay/edit?yaml=1")
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("- tell:\n    cal: http\n    ")
    expect(page.get_by_role("button", name="Change to call")).to_be_visible()
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("listbox", name="Completions")).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
