"""A server that asks for a token: the studio asks the person for it, once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.studio.conftest import Serving

pytestmark = pytest.mark.xdist_group("studio")
TOKEN = "a-token-of-this-test"


def test_the_token_is_asked_for_and_kept_for_this_tab(browser, bundle):
    with Serving(TOKEN) as serving:
        context = browser.new_context(base_url=serving.url)
        page = context.new_page()
        page.goto("/workflows")
        dialog = page.get_by_role("dialog", name="This server asks for a token")
        expect(dialog).to_be_visible()
        for wrong in ("not-the-right-one", "no-header-has-this-—-✓"):
            page.get_by_label("API token").fill(wrong)
            page.keyboard.press("Enter")
            expect(dialog).to_be_visible()
            expect(dialog).to_contain_text("was not the right one")
        page.get_by_label("API token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
        expect(dialog).to_be_hidden()
        context.close()
