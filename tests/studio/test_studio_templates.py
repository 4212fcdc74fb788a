"""Templates: each is sound, and ends consistent in every way in which it can go; the page that offers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

FOLDER = Path(__file__).parents[2] / "studio" / "src" / "designer" / "templates"
TEMPLATES = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.yaml"))}


def test_there_are_as_many_as_are_promised():
    assert set(TEMPLATES) >= {"checkout", "approval", "batch", "retry", "choreography"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_server_finds_nothing_wrong_with_a_template(serving, name):
    assert serving.engine.service.definitions.validate(TEMPLATES[name]) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_ends_consistent_in_every_way_in_which_it_can_go(serving, name):
    verdict = serving.call(serving.engine.service.rehearsing.verify(TEMPLATES[name]))
    assert verdict.findings == []
    assert verdict.unexplored == 0


def test_a_template_is_chosen_by_clicking(page, serving):
    page.goto("/workflows/new")
    expect(page.get_by_role("heading", name="A new workflow")).to_be_visible()
    expect(page.locator(".template")).to_have_count(len(TEMPLATES))
    page.get_by_role("link", name="Checkout saga").click()
    expect(page.get_by_role("heading", level=1, name="checkout")).to_be_visible()
    expect(page.get_by_text("3/3 undoable")).to_be_visible()


def test_a_template_is_chosen_by_keyboard_and_a_draft_of_it_is_kept(page, serving):
    page.goto("/workflows/new")
    page.get_by_role("link", name="Approval by a person").press("Enter")
    expect(page.get_by_role("heading", level=1, name="approval")).to_be_visible()
    page.get_by_label("Step 1 of").first.press("Delete")
    expect(page.get_by_text("draft", exact=True)).to_be_visible()
    page.goto("/workflows/new")
    expect(page.get_by_role("link", name="Approval by a person")).to_contain_text("goes on with your draft")
