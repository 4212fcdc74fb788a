"""The page of a workflow: its versions, their state, and what may be done with each."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

HEARS = """document: {{ dsl: '1.0.3', namespace: shop, name: approve, version: '{version}', title: Approve a refund }}
do:
- hear: {{ listen: {{ to: {{ one: {{ with: {{ type: shop.approved }} }} }} }} }}
- tell: {{ set: {{ approved: true }} }}
"""


@pytest.fixture
def published(serving):
    for version in ("1.9.0", "1.10.0", "1.9.1"):
        serving.call(serving.engine.publish(HEARS.format(version=version)))


def row(page, version):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=version, exact=True))


def choose(page, version, item):
    page.get_by_role("button", name=f"What to do with {version}").press("Enter")
    page.get_by_role("menuitem", name=item, exact=True).press("Enter")


def test_versions_stand_highest_first_with_their_instances(page, serving, published):
    serving.call(serving.engine.start("shop/approve:1.9.0", id="one"))
    page.goto("/workflows")
    page.get_by_role("link", name="approve").click()
    expect(page.get_by_role("heading", level=1, name="approve")).to_be_visible()
    expect(page.locator("table:not(.latest) tbody tr td:first-child a")).to_have_text(["1.10.0", "1.9.1", "1.9.0"])
    expect(row(page, "1.10.0")).to_contain_text("newest")
    expect(row(page, "1.10.0")).to_contain_text("none")
    row(page, "1.9.0").get_by_role("link", name="1 waiting").click()
    expect(page.get_by_role("link", name="one", exact=True)).to_be_visible()


def test_a_version_is_deprecated_by_keyboard_alone_with_a_date_and_a_replacement(page, serving, published):
    page.goto("/workflows/shop/approve")
    choose(page, "1.9.0", "Deprecate …")
    page.get_by_label("Cannot be started from").fill("2099-06-30")
    page.get_by_label("What to start instead").fill("shop/none:^1")
    page.get_by_label("Reason").fill("it is slow")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("shop/none")
    expect(page.get_by_label("Reason")).to_have_value("it is slow"), "nothing typed is lost"
    page.get_by_label("What to start instead").fill("approve:^1.10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for told in ("deprecated", "from 30 June 2099 on", "instead: shop/approve:^1.10", "it is slow"):
        expect(row(page, "1.9.0")).to_contain_text(told)
    choose(page, "1.9.0", "Take the deprecation back …")
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(row(page, "1.9.0")).not_to_contain_text("deprecated")


def test_what_the_server_refuses_is_told_and_a_change_by_somebody_else_is_not_overruled(page, serving, published):
    serving.call(serving.engine.start("shop/approve:1.10.0", id="one"))
    page.goto("/workflows/shop/approve")
    choose(page, "1.10.0", "Retire …")
    page.get_by_label("Reason").fill("it is wrong")
    page.get_by_role("button", name="Retire for good").click()
    expect(page.get_by_role("alert")).to_contain_text("1 instance")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)  # it gives the focus back as it goes
    choose(page, "1.9.1", "Retire …")
    serving.call(serving.engine.service.definitions.life.deprecate("shop/approve:1.9.1"))
    page.get_by_label("Reason").fill("it is wrong")
    page.get_by_role("button", name="Retire for good").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed it")
    page.get_by_role("button", name="Cancel").click()
    expect(row(page, "1.9.1")).to_contain_text("deprecated")
    choose(page, "1.9.1", "Retire …")
    page.get_by_label("Reason").fill("it is wrong")
    page.get_by_role("button", name="Retire for good").click()
    expect(row(page, "1.9.1")).to_contain_text("retired")


def test_a_workflow_that_is_not_there_is_said_so(page, serving, published):
    page.goto("/workflows/shop/none")
    expect(page.get_by_role("heading", name="There is no such workflow")).to_be_visible()
    page.get_by_role("link", name="All workflows").click()
    page.get_by_role("link", name="approve").click()
    expect(row(page, "1.10.0")).to_be_visible()
