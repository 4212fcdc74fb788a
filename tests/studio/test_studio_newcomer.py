"""The first journey: from an empty server to a saga that runs and is undone, by mouse and by keyboard alone.

The service that it calls is a real one on this host, which holds its answers until the test has seen what comes before.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from counterpoint import NetworkPolicy
from tests.studio.conftest import Serving
from tests.studio.keyboard import tab_onto

pytestmark = pytest.mark.xdist_group("studio")

HELD_SECONDS_MAX = 30
REFUSED = 409


class Hotel:
    """Books rooms, refuses every payment, and takes rooms back; the last two once the test lets it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_refuse, self.may_undo = threading.Event(), threading.Event()
        hotel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                pays = self.path == "/payments"
                if pays:
                    hotel.may_refuse.wait(HELD_SECONDS_MAX)
                self._answer(REFUSED if pays else 201)

            def do_DELETE(self) -> None:
                hotel.may_undo.wait(HELD_SECONDS_MAX)
                self._answer(200)

            def _answer(self, status: int) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hotel.asked.append(f"{self.command} {self.path} {status}")
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Answer what is still held, and stop."""
        self.may_refuse.set()
        self.may_undo.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hotel():
    opened = Hotel()
    yield opened
    opened.close()


@pytest.fixture
def serving(bundle):
    """A server whose calls may reach services on this host."""
    with Serving(network=NetworkPolicy(loopback=True)) as started:
        yield started


def expect_story(page) -> None:
    """The second step fails, and the story says that the first one is undone."""
    story = page.get_by_label("What happens").get_by_role("button")
    expect(story).to_have_text(["callService is undone"])
    expect(page.get_by_label("Undo undoCallService of callService, undone as number 1")).to_be_visible()
    expect(page.get_by_text("No effect is left behind")).to_be_visible()


def expect_run_and_undone(page, hotel) -> None:
    """Watched live: the second step runs, is refused, and the first one is undone; the end is told."""
    first, second = page.get_by_label("Step 1 of 2: callService,"), page.get_by_label("Step 2 of 2: callService2,")
    undo = page.get_by_label("Undo undoCallService of callService, undone as number 1")
    expect(first.get_by_text("completed")).to_be_visible()
    expect(second.get_by_text("running")).to_be_visible()
    expect(undo).to_have_count(0)
    hotel.may_refuse.set()
    expect(second.get_by_text("failed")).to_be_visible()
    expect(first.get_by_text("undoing")).to_be_visible()
    expect(undo).to_be_visible()
    assert hotel.asked == ["POST /rooms 201", "POST /payments 409"]
    hotel.may_undo.set()
    expect(first.get_by_text("undone", exact=True)).to_be_visible()
    expect(page.locator("header").get_by_text("failed", exact=True)).to_be_visible()
    expect(page.locator("header").get_by_text("undone", exact=True)).to_be_visible()
    assert hotel.asked == ["POST /rooms 201", "POST /payments 409", "DELETE /rooms 200"]


def test_a_first_saga_is_drawn_tried_published_and_run_to_its_undo_by_mouse(page, serving, hotel):
    page.goto("/")
    page.get_by_role("link", name="New workflow").click()
    page.get_by_role("link", name="Blank").click()
    address = page.get_by_label("Inspector").get_by_role("textbox", name="Address", exact=True)
    page.get_by_role("button", name="Insert a step as the first").first.click()
    page.get_by_role("option", name="Call a service").click()
    expect(page.get_by_label("Step 1 of 1: callService, call, no undo")).to_be_visible()
    address.fill(f"{hotel.url}/rooms")
    page.get_by_role("button", name="add undo").click()
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    page.get_by_role("button", name="Insert a step after callService").click()
    page.get_by_role("option", name="Call a service").click()
    expect(page.get_by_text("1/2 undoable")).to_be_visible()
    address.fill(f"{hotel.url}/payments")
    page.get_by_role("button", name="What-if").click()
    page.get_by_label("Step 2 of 2: callService2").click()
    expect_story(page)
    page.get_by_role("button", name="Design").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("default/new-workflow:0.1.0 is published")).to_be_visible()
    page.get_by_role("button", name="Start an instance").click()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    expect_run_and_undone(page, hotel)


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


def type_address(page, address: str) -> None:
    """Over the one that a step begins with; Enter on its box leads into the panel."""
    page.keyboard.press("Enter")
    tab_onto(page, page.get_by_label("Inspector").get_by_role("textbox", name="Address", exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(address)
    page.keyboard.press("Enter")


def press(page, button) -> None:
    expect(button).to_be_enabled()
    tab_onto(page, button)
    page.keyboard.press("Enter")


def test_a_first_saga_is_drawn_tried_published_and_run_to_its_undo_by_keyboard_alone(page, serving, hotel):
    page.goto("/")
    expect(page.get_by_role("link", name="New workflow")).to_be_visible()
    command(page, "new workflow")
    expect(page.get_by_role("heading", name="A new workflow")).to_be_visible()
    tab_onto(page, page.get_by_role("link", name="Blank"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="new-workflow")).to_be_visible()
    command(page, "add a step")
    insert(page, "ask another system")
    expect(page.get_by_label("Step 1 of 1: callService, call, no undo")).to_be_focused()
    type_address(page, f"{hotel.url}/rooms")
    command(page, "add an undo to callService")
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    command(page, "add a step")
    insert(page, "ask another system")
    expect(page.get_by_label("Step 2 of 2: callService2")).to_be_focused()
    type_address(page, f"{hotel.url}/payments")
    command(page, "mode what")
    expect_story(page)
    command(page, "mode design")
    command(page, "publish")
    press(page, page.get_by_role("dialog").get_by_role("button", name="Publish"))
    expect(page.get_by_text("default/new-workflow:0.1.0 is published")).to_be_visible()
    press(page, page.get_by_role("button", name="Start an instance"))
    press(page, page.get_by_role("dialog").get_by_role("button", name="Start", exact=True))
    expect_run_and_undone(page, hotel)
