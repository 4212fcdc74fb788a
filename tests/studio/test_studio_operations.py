"""Operations of a service, picked from its document: by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from counterpoint import NetworkPolicy
from tests.studio.conftest import Serving
from tests.studio.keyboard import tab_to

pytestmark = pytest.mark.xdist_group("studio")

SAGA = """# A comment that must stay.
document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- charge: # by card
    call: openapi
    with:
      document: { endpoint: 'https://payments.example.com/openapi.json' }
      operationId: unknown
"""
SERVICE = """
openapi: 3.1.0
paths:
  /charges:
    post:
      operationId: charge
      summary: Take money
      x-compensate: refund
      requestBody:
        content: { application/json: { schema: { required: [amount], properties: { amount: { type: number } } } } }
        required: true
  /charges/{id}:
    delete: { operationId: refund, parameters: [{ name: id, in: path, required: true, schema: { type: string } }] }
"""
CHARGED = (
    SAGA.replace("operationId: unknown", "operationId: charge") + "      parameters:\n        amount: ${ .amount }\n"
)


def text_of(page) -> str:
    """The document as the server would get it."""
    return page.evaluate("() => localStorage.getItem('counterpoint.draft.shop/pay:1.0.0')")


def test_an_operation_is_picked_from_a_text_with_its_parameters_and_its_undo(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").click()
    dialog = page.get_by_role("dialog", name="Choose an operation")
    dialog.get_by_text("or give the document itself").click()
    dialog.get_by_label("or its text").fill(SERVICE)
    dialog.get_by_role("button", name="Read the text").click()
    expect(dialog.get_by_text("2 operations")).to_be_visible()
    dialog.get_by_role("button", name="Take money").click()
    expect(dialog).to_be_hidden()
    assert text_of(page) == CHARGED
    page.get_by_role("button", name="Use it as the undo").click()
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    assert "          operationId: refund\n" in text_of(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert text_of(page) is None, "it is the text that it was"


def test_an_operation_is_picked_by_keyboard_alone(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").press("Enter")
    page.get_by_text("or give the document itself").press("Enter")
    page.get_by_label("or its text").focus()
    page.keyboard.insert_text(SERVICE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Find").focus()
    page.keyboard.type("take")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert text_of(page) == CHARGED


def test_an_address_that_calls_may_not_reach_is_refused_with_the_reason(page, serving):
    serving.call(serving.engine.publish(SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/0/charge")
    page.get_by_role("button", name="Choose another operation").click()
    page.get_by_label("Address of the service's OpenAPI document").fill("http://127.0.0.1:9/openapi.json")
    complaint = page.expect_console_message(lambda message: "422" in message.text)
    with complaint:
        page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("status").get_by_text("the document cannot be fetched")).to_be_visible()


READING_SAGA = """document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- hold: { call: charge, compensate: { do: [ { release: { call: charge } } ] } }
- list:
    call: openapi
    with:
      document: { endpoint: 'https://payments.example.com/openapi.json' }
      operationId: listCharges
"""
READING_SERVICE = """
openapi: 3.1.0
paths:
  /charges:
    get: { operationId: listCharges, summary: List what was charged }
    post: { operationId: charge, summary: Take money }
"""


def read_the_text(page, operation: str) -> None:
    """Picks an operation of the service from its document, which is sent along."""
    page.get_by_role("button", name="Choose another operation").click()
    dialog = page.get_by_role("dialog", name="Choose an operation")
    dialog.get_by_text("or give the document itself").click()
    dialog.get_by_label("or its text").fill(READING_SERVICE)
    dialog.get_by_role("button", name="Read the text").click()
    dialog.get_by_role("button", name=operation).click()
    expect(dialog).to_be_hidden()


def expect_an_effect_without_undo(page, operation: str) -> None:
    """It counts, on the drawing and among the problems."""
    expect(page.get_by_text("1/2 undoable")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: list, call, no undo")).to_be_visible()
    expect(page.get_by_role("button", name=f"list calls the operation {operation},")).to_be_visible()
    expect(page.get_by_role("tab", name="Undo 1 problem")).to_be_visible()


def expect_that_it_only_reads(page) -> None:
    """It counts no more, neither on the drawing nor among the problems."""
    expect(page.get_by_text("1/1 undoable")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: list, call")).to_be_visible()
    expect(page.get_by_label("Step 2 of 2: list, call, no undo")).to_have_count(0)
    expect(page.get_by_role("button", name="list calls the operation")).to_have_count(0)
    expect(page.get_by_role("tab", name="Undo", exact=True)).to_be_visible()


def test_an_operation_that_only_reads_needs_no_undo_once_its_document_is_known_by_mouse(page, serving):
    serving.call(serving.engine.publish(READING_SAGA))
    page.goto("/workflows/shop/pay/edit?sel=/do/1/list")
    expect_an_effect_without_undo(page, "listCharges")
    read_the_text(page, "List what was charged")
    expect_that_it_only_reads(page)
    page.reload()
    expect_that_it_only_reads(page)
    read_the_text(page, "Take money")
    expect_an_effect_without_undo(page, "charge")


class Described(BaseHTTPRequestHandler):
    """A service that says what it offers."""

    def do_GET(self) -> None:
        """Its document."""
        self.send_response(200)
        self.send_header("Content-Type", "application/yaml")
        self.end_headers()
        self.wfile.write(READING_SERVICE.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def described() -> Iterator[str]:
    """The address of the document of such a service, on this host."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Described) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/openapi.json"
        server.shutdown()
        thread.join()


class TestOfAServiceThatIsThere:
    """The server may call services on this host."""

    @pytest.fixture
    def serving(self, bundle: None) -> Iterator[Serving]:
        """Such a server."""
        with Serving(network=NetworkPolicy(loopback=True)) as started:
            yield started

    def test_a_document_that_is_read_says_what_only_reads_by_keyboard_alone(self, page, serving, described):
        saga = READING_SAGA.replace("https://payments.example.com/openapi.json", described)
        serving.call(serving.engine.publish(saga))
        page.goto("/workflows/shop/pay/edit?sel=/do/1/list")
        expect_an_effect_without_undo(page, "listCharges")
        tab_to(page, "Choose another operation", "BUTTON")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Address of the service's OpenAPI document")).to_have_value(described)
        tab_to(page, "Read it", "BUTTON")
        page.keyboard.press("Enter")
        expect(page.get_by_text("2 operations")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect_that_it_only_reads(page)
