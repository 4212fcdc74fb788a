"""Author a step with its undo: added, configured, repeated, bounded and taken back, by mouse and by keyboard alone."""

from __future__ import annotations

import re

import pytest
import yaml
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


def step(page, name: str):
    """A step on the canvas, wherever it stands."""
    return page.get_by_label(re.compile(rf"^Step \d+ of \d+: {name}\b"))


def check(page, serving) -> None:
    """The text says what was meant, the server takes it, and what was not touched is as it was."""
    expect(page.get_by_text("3/3 undoable")).to_be_visible()
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    text = text_of(page)
    assert [each for each in serving.engine.service.definitions.validate(text) if each.severity == "error"] == []
    kept = SAGA.splitlines()
    assert [line for line in text.splitlines() if line in kept] == kept
    document = yaml.safe_load(text)
    charge, repeated, ship = (next(iter(each.values())) for each in document["do"])
    reserve = repeated["try"][0]["reserve"]
    assert charge["compensate"] == {"none": "paid by hand"}
    assert ship["compensate"] == "takeBack"
    assert document["use"]["functions"]["takeBack"]["call"] == "http"
    assert repeated["catch"]["retry"]["limit"]["attempt"]["count"] == 3
    assert reserve["with"]["method"] == "put"
    assert reserve["with"]["endpoint"] == "https://shop.example.com/reservations"
    assert reserve["with"]["headers"] == {"X-Name": "value"}
    assert reserve["timeout"] == {"after": {"seconds": 10}}
    assert reserve["compensate"]["onFailure"] == "continue"
    assert reserve["compensate"]["do"][0]["undoReserve"]["with"]["endpoint"] == reserve["with"]["endpoint"]


def test_a_step_is_authored_with_its_undo_by_mouse(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    inspector = page.get_by_label("Inspector")

    def type_into(name: str, value: str) -> None:
        field = inspector.get_by_role("textbox", name=name, exact=True)
        field.click()
        field.fill(value)
        inspector.get_by_role("heading", level=2).click()

    def click(name: str) -> None:
        inspector.get_by_role("button", name=name, exact=True).click()

    page.get_by_role("button", name="Insert a step between charge and ship").click()
    page.get_by_role("option", name="Call a service").click()
    type_into("Name", "reserve")
    expect(inspector.get_by_role("heading", level=2)).to_have_text("reserve")
    inspector.get_by_label("Method").select_option("put")
    type_into("Address", "https://shop.example.com/reservations")
    click("Add Headers")
    click("Add Timeout")
    type_into("After", "10")
    inspector.get_by_role("tab", name="Undo").click()
    click("Add an undo")
    click("Add When the undo fails for good")
    inspector.get_by_role("combobox", name="When the undo fails for good").select_option("go on, and report it")
    inspector.get_by_role("tab", name="Step").click()
    click("Add a retry")
    type_into("Attempts at most", "3")

    step(page, "ship").click()
    inspector.get_by_role("tab", name="Undo").click()
    inspector.get_by_label("Function").fill("takeBack")
    click("Undo by a new function")

    step(page, "charge").click()
    inspector.get_by_role("tab", name="Undo").click()
    inspector.get_by_label("Reason").fill("paid by hand")
    click("Needs no undo")
    check(page, serving)


class Keyboard:
    """The panel, driven by keys and nothing else."""

    def __init__(self, page) -> None:
        self._keys = page.keyboard
        self.panel = page.get_by_label("Inspector")

    def reach(self, wanted) -> None:
        """Press Tab until it has the focus."""
        wanted.wait_for()
        for _ in range(120):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self._keys.press("Tab")
        raise AssertionError(f"not reached by keyboard: {wanted}")

    def type_into(self, name: str, value: str) -> None:
        self.reach(self.panel.get_by_role("textbox", name=name, exact=True))
        self.over(value)
        self._keys.press("Enter")

    def over(self, value: str) -> None:
        """Type over what stands in the field."""
        self._keys.press("Control+a")
        self._keys.insert_text(value)

    def press(self, name: str) -> None:
        self.open(self.panel.get_by_role("button", name=name, exact=True))

    def open(self, wanted) -> None:
        self.reach(wanted)
        self._keys.press("Enter")

    def choose(self, name: str, value: str) -> None:
        self.reach(self.panel.get_by_role("combobox", name=name, exact=True))
        self._keys.type(value)

    def tab(self, name: str) -> None:
        self.reach(self.panel.locator("[role=tab][data-state=active]"))
        self._keys.press("End" if name == "Undo" else "Home")


def test_a_step_is_authored_with_its_undo_by_keyboard_alone(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit")
    keys = Keyboard(page)

    keys.reach(step(page, "charge"))
    page.keyboard.press("a")
    expect(page.get_by_role("option", name="Call a service")).to_be_visible()
    page.keyboard.type("call a service")
    page.keyboard.press("Enter")
    keys.type_into("Name", "reserve")
    expect(keys.panel.get_by_role("heading", level=2)).to_have_text("reserve")
    keys.choose("Method", "put")
    keys.type_into("Address", "https://shop.example.com/reservations")
    keys.press("Add Headers")
    expect(keys.panel.get_by_role("combobox", name="Headers: form")).to_be_focused()
    keys.press("Add Timeout")
    keys.type_into("After", "10")
    keys.tab("Undo")
    keys.press("Add an undo")
    keys.press("Add When the undo fails for good")
    keys.choose("When the undo fails for good", "go on")
    keys.tab("Step")
    keys.press("Add a retry")
    keys.type_into("Attempts at most", "3")

    keys.open(step(page, "charge"))
    keys.tab("Undo")
    keys.reach(keys.panel.get_by_label("Reason"))
    keys.over("paid by hand")
    keys.press("Needs no undo")

    keys.open(step(page, "ship"))
    keys.tab("Undo")
    keys.reach(keys.panel.get_by_label("Function"))
    keys.over("takeBack")
    keys.press("Undo by a new function")
    check(page, serving)
