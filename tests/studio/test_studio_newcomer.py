"""The first journey: from an empty server to a saga of one's own that is undone, by mouse and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")


def expect_undone(page) -> None:
    """The second step fails, and the story says that the first one is undone."""
    story = page.get_by_label("What happens").get_by_role("button")
    expect(story).to_have_text(["callService is undone"])
    expect(page.get_by_label("Undo undoCallService of callService, undone as number 1")).to_be_visible()
    expect(page.get_by_text("No effect is left behind")).to_be_visible()


def test_a_first_saga_is_drawn_tried_and_published_by_mouse(page, serving):
    page.goto("/")
    page.get_by_role("link", name="New workflow").click()
    page.get_by_role("link", name="Blank").click()
    page.get_by_role("button", name="Insert a step as the first").first.click()
    page.get_by_role("option", name="Call a service").click()
    expect(page.get_by_label("Step 1 of 1: callService, call, no undo")).to_be_visible()
    page.get_by_role("button", name="add undo").click()
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    page.get_by_role("button", name="Insert a step after callService").click()
    page.get_by_role("option", name="Call a service").click()
    expect(page.get_by_text("1/2 undoable")).to_be_visible()
    page.get_by_role("button", name="What-if").click()
    page.get_by_label("Step 2 of 2: callService2").click()
    expect_undone(page)
    page.get_by_role("button", name="Design").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("default/new-workflow:0.1.0 is published")).to_be_visible()


def command(page, words: str) -> None:
    """What is found first by these words is done."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Commands")).to_be_focused()
    page.keyboard.type(words)
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def insert(page, words: str) -> None:
    expect(page.get_by_role("combobox", name="Insert a step")).to_be_focused()
    page.keyboard.type(words)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")


def test_a_first_saga_is_drawn_tried_and_published_by_keyboard_alone(page, serving):
    page.goto("/")
    expect(page.get_by_role("link", name="New workflow")).to_be_visible()
    command(page, "new workflow")
    expect(page.get_by_role("heading", name="A new workflow")).to_be_visible()
    blank = page.get_by_role("link", name="Blank")
    for _ in range(30):
        if blank.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="new-workflow")).to_be_visible()
    command(page, "add a step")
    insert(page, "ask another system")
    expect(page.get_by_label("Step 1 of 1: callService, call, no undo")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    page.keyboard.press("a")
    insert(page, "ask another system")
    expect(page.get_by_label("Step 2 of 2: callService2")).to_be_focused()
    command(page, "mode what")
    expect_undone(page)
    command(page, "mode design")
    command(page, "publish")
    publish = page.get_by_role("dialog").get_by_role("button", name="Publish")
    expect(publish).to_be_enabled()
    for _ in range(30):
        if publish.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("default/new-workflow:0.1.0 is published")).to_be_visible()
