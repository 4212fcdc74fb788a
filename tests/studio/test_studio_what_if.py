"""What if: a step fails, the undo order is drawn and told; verification tells its stories."""

from __future__ import annotations

import pytest
import yaml
from playwright.sync_api import expect

from counterpoint.application import what_if
from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

BOOKING = "/workflows/processes/travel-booking/edit"


@pytest.fixture
def booking(serving, root) -> str:
    """The travel booking, published; its text."""
    text = (root / "examples" / "processes" / "travel-booking.yaml").read_text()
    serving.call(serving.engine.publish(text))
    return text


def test_a_step_that_fails_shows_the_undo_order_that_the_kernel_gives_by_mouse(page, booking):
    fault = {"task": "confirmTrip", "error": {"type": "communication", "status": 422}}
    expected = [each.task for each in what_if(booking, {"trip": "text"}, faults=[fault], unanswered="generate").undos]
    page.goto(BOOKING)
    page.get_by_role("button", name="What-if").click()
    page.get_by_label("Step 6 of 6: confirmTrip").click()
    story = page.get_by_label("What happens").get_by_role("button")
    expect(story).to_have_text([f"{each} is undone" for each in expected])
    expect(page.get_by_label("The workflow ends undone")).to_have_count(0)
    expect(page.get_by_text("No effect is left behind")).to_be_visible()
    expect(page.get_by_label("Undo closeTrip of openTrip, undone as number 4")).to_be_visible()
    story.last.click()
    expect(page.get_by_label("Step 1 of 6: openTrip")).to_be_focused()
    expect(page.get_by_role("heading", name="If confirmTrip is refused")).to_be_visible()


def test_an_undo_that_fails_too_waits_for_a_person(page, booking):
    page.goto(f"{BOOKING}?mode=whatif&sel=/do/2/confirmTrip")
    page.get_by_label("The first undo fails too").check()
    expect(page.get_by_text("It waits for a person")).to_be_visible()
    expect(page.get_by_text("cannot be undone")).to_be_visible()


def test_a_trial_is_saved_as_a_scenario_that_holds(page, booking, tmp_path, root):
    from counterpoint.cli.main import main

    page.goto(f"{BOOKING}?mode=whatif&sel=/do/2/confirmTrip")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a test").click()
    saved = tmp_path / "travel-booking.scenarios.yaml"
    download.value.save_as(saved)
    assert yaml.safe_load(saved.read_text())["scenarios"][0]["expect"]["saga"] == "compensated"
    (tmp_path / "travel-booking.yaml").write_text(booking)
    assert main(["test", str(saved)]) == 0


def test_a_finding_is_opened_and_its_story_drawn_by_mouse(page, serving, booking):
    broken = booking.replace("    compensate:\n", "    metadata:\n", 1).replace("1.0.0", "1.1.0", 1)
    serving.call(serving.engine.publish(broken))
    page.goto(f"{BOOKING}?mode=whatif")
    page.get_by_role("button", name="Verify").click()
    finding = page.get_by_label("Verification").get_by_role("group").first
    expect(finding).to_contain_text("openTrip", timeout=60_000)
    finding.locator("summary").click()
    expect(finding.get_by_text("openTrip took place and is left behind: it has no undo")).to_have_count(2)
    finding.get_by_role("button", name="Show openTrip").first.click()
    expect(page.get_by_role("heading", name="If openTrip is refused")).to_be_visible()


def test_a_failure_is_supposed_and_its_story_followed_by_keyboard_alone(page, booking):
    page.goto(BOOKING)
    expect(page.get_by_label("Step 1 of 6: openTrip")).to_be_visible()
    tab_to(page, "What-if", "BUTTON")
    page.keyboard.press("Enter")
    tab_to(page, "Step 1 of 6: openTrip")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Step 6 of 6: confirmTrip")).to_be_focused()
    page.keyboard.press("f")
    expect(page.get_by_text("No effect is left behind")).to_be_visible()
    tab_to(page, "is undone", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Step 5 of 6: bookCar")).to_be_focused()
    expect(page.get_by_role("heading", name="If confirmTrip is refused")).to_be_visible()
    expect(page.get_by_label("Undo closeTrip of openTrip, undone as number 4")).to_be_visible()
    tab_to(page, "What goes wrong", "SELECT")
    page.keyboard.press("ArrowDown")
    tab_to(page, "The first undo fails too", "INPUT")
    page.keyboard.press("Space")
    expect(page.get_by_text("It waits for a person")).to_be_visible()


def test_a_finding_is_opened_and_its_story_drawn_by_keyboard_alone(page, serving, booking):
    broken = booking.replace("    compensate:\n", "    metadata:\n", 1).replace("1.0.0", "1.1.0", 1)
    serving.call(serving.engine.publish(broken))
    page.goto(f"{BOOKING}?mode=whatif")
    expect(page.get_by_label("Step 1 of 6: openTrip")).to_be_visible()
    tab_to(page, "Verify", "BUTTON")
    page.keyboard.press("Enter")
    finding = page.get_by_label("Verification").get_by_role("group").first
    expect(finding).to_contain_text("openTrip", timeout=60_000)
    tab_to(page, "openTrip", "SUMMARY")
    page.keyboard.press("Enter")
    expect(finding.get_by_text("openTrip took place and is left behind: it has no undo")).to_have_count(2)
    tab_to(page, "Show openTrip", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="If openTrip is refused")).to_be_visible()
