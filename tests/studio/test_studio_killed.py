"""The server is killed while pages are open, and comes back: pages go on where they were."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

COMMAND = Path(sys.executable).with_name("counterpoint")
DOCUMENT = """document: { dsl: '1.0.3', namespace: shop, name: letter, version: '1.0.0' }
do:
- write: { set: { text: Dear customer } }
- hear:
    listen:
      to:
        one:
          with: { type: com.example.answered.v1 }
- file: { set: { filed: true } }
"""
ANSWERED = {"specversion": "1.0", "id": "1", "source": "https://example.com/post", "type": "com.example.answered.v1"}


class Server:
    """A server process on one port and one store, through all its lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "letter.yaml").write_text(DOCUMENT)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"

    @contextmanager
    def life(self):
        """From start to `kill -9`."""
        address, store = self.url.removeprefix("http://"), self._folder / "killed.db"
        options = ["--http", address, "--store", store, "--quiet"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")}
        command = [COMMAND, "serve", self._folder / "letter.yaml", *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
            try:
                assert any(line.startswith("serving") for line in process.stderr)
                yield
            finally:
                process.kill()


@pytest.fixture
def opened(browser, bundle, tmp_path):
    """A page, and the server that will be killed under it."""
    server = Server(tmp_path)
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    yield context.new_page(), server
    context.close()


def test_a_page_that_watches_goes_on_after_the_server_was_killed(opened):
    page, server = opened
    with server.life():
        start = {"definition": "shop/letter", "id": "one", "input": {}}
        httpx2.post(f"{server.url}/v1/instances", json=start, trust_env=False).raise_for_status()
        page.goto("/instances/one")
        expect(page.get_by_label("Step 2 of 3: hear").get_by_text("waiting")).to_be_visible()
    away = page.get_by_text("The server cannot be reached. What is shown is as it was")
    expect(away).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Step 2 of 3: hear")).to_be_visible()
    with server.life():
        expect(away).to_be_hidden(timeout=20_000)
        event = {"content": json.dumps(ANSWERED), "headers": {"Content-Type": "application/cloudevents+json"}}
        httpx2.post(f"{server.url}/v1/events", **event, trust_env=False).raise_for_status()
        expect(page.get_by_label("Step 3 of 3: file, set, completed")).to_be_visible(timeout=20_000)


def test_a_draft_outlives_the_server_and_is_published_in_its_next_life(opened):
    page, server = opened
    with server.life():
        page.goto("/workflows/shop/letter/edit?yaml=1")
        expect(page.get_by_text("Valid")).to_be_visible()
    page.get_by_label("The document as YAML").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("- send: { set: { sent: true } }\n")
    expect(page.get_by_text("Not checked: the server cannot be reached")).to_be_visible(timeout=20_000)
    with server.life():
        expect(page.get_by_text("Valid")).to_be_visible(timeout=20_000)
        expect(page.get_by_label("Step 4 of 4: send")).to_be_visible()
