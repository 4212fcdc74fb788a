"""The checkout: its services act once for each key and refuse what they must, and the demonstration ends well."""

from __future__ import annotations

import subprocess
import sys

import httpx2
import pytest

from examples.checkout.shop import Shop
from shared_data import ROOT


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The four services, running."""
    with Shop(tmp_path_factory.mktemp("shop")) as running:
        yield running


def post(shop: Shop, service: str, path: str, body: dict[str, object], key: str | None = None) -> httpx2.Response:
    """Ask a service for something."""
    headers = {"Idempotency-Key": key} if key else {}
    return httpx2.post(shop.urls[service] + path, json=body, headers=headers, trust_env=False)


def test_the_same_key_acts_once_and_is_answered_the_same(shop):
    answers = [post(shop, "payments", "/charges", {"order": "once", "amount": 5}, key="k1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [answer.json() for answer in answers] == [{"charge": "charge-once", "amount": 5}] * 3
    assert [(line.action, line.requests) for line in shop.ledger("once")] == [("charged", 3)]


def test_without_a_key_every_request_acts(shop):
    for _ in range(2):
        post(shop, "orders", "/orders", {"order": "twice"})
    assert [line.action for line in shop.ledger("twice")] == ["created", "created"]


@pytest.mark.parametrize(
    ("service", "path", "body"),
    [
        ("payments", "/charges", {"amount": 0}),
        ("stock", "/reservations", {"article": "metronome", "quantity": 11}),
        ("delivery", "/deliveries", {"address": "the moon"}),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_line(shop, service, path, body):
    answer = post(shop, service, path, {"order": "refused", **body}, key=f"refused-{service}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert shop.ledger("refused") == []


@pytest.mark.parametrize(
    ("service", "path", "line"),
    [
        ("payments", "/refunds", "nothing to refund"),
        ("stock", "/releases", "nothing to release"),
        ("delivery", "/cancellations", "nothing to call off"),
    ],
)
def test_an_undo_of_what_never_happened_is_no_error(shop, service, path, line):
    order = f"never-{service}"
    assert post(shop, service, path, {"order": order}).status_code == 201
    assert [entry.action for entry in shop.ledger(order)] == [line]


def test_an_unavailable_service_does_nothing_and_recovers(shop):
    httpx2.put(shop.urls["stock"] + "/faults", json={"unavailable": 1}, trust_env=False)
    body = {"order": "busy", "article": "metronome", "quantity": 1}
    codes = [post(shop, "stock", "/reservations", body, key="busy").status_code for _ in range(2)]
    assert codes == [503, 201]
    assert [(line.action, line.requests) for line in shop.ledger("busy")] == [("reserved", 1)]


def test_a_ledger_survives_its_service(tmp_path):
    for _ in range(2):
        with Shop(tmp_path) as shop:
            post(shop, "payments", "/charges", {"order": "kept", "amount": 5}, key="kept")
            lines = [(line.action, line.requests) for line in shop.ledger("kept")]
    assert lines == [("charged", 2)]


def test_the_demonstration_holds():
    """`make demo`: success, undo, and `kill -9` without charging twice."""
    command = [sys.executable, str(ROOT / "examples" / "checkout" / "demo.py")]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "All three claims hold" in shown.stdout
