"""The studio's files as the server gives them: cached or not, compressed or not, and allowed to do little."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import expect

from counterpoint.studio import built

pytestmark = pytest.mark.xdist_group("studio")


@pytest.fixture
def client(serving):
    with httpx2.Client(base_url=serving.url, trust_env=False) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/workflows", "/workflows/shop/checkout/edit", "/instances/some"])
def test_every_page_is_the_same_file_and_loads_only_what_is_ours(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.findall(r"""(?:src|href)=["'](?!/)""", answer.text)


def test_each_answer_has_a_nonce_of_its_own(client):
    nonces = set()
    for _ in range(2):
        answer = client.get("/workflows")
        [nonce] = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
        nonces.add(nonce)
    assert len(nonces) == 2


def test_files_are_kept_for_ever_and_come_compressed_where_that_is_taken(client):
    path = next(each for each in built().files if each.endswith(".js"))
    plain = client.get(f"/{path}", headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in plain.headers["cache-control"]
    assert "content-encoding" not in plain.headers
    compressed = client.get(f"/{path}", headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.text == plain.text
    head = client.head(f"/{path}", headers={"Accept-Encoding": "identity"})
    assert (head.text, head.headers["content-length"]) == ("", plain.headers["content-length"])


@pytest.mark.parametrize("path", ["/assets/none.js", "/assets/../pyproject.toml", "/none"])
def test_what_is_no_file_of_the_studio_is_the_api_s_to_answer(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nowhere", "/workflow/shop/pay", "/assets/none.js"])
def test_a_browser_is_shown_a_page_at_an_address_that_nobody_knows(client, path):
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "nonce-" in answer.headers["content-security-policy"]
    assert answer.headers["content-length"] == str(len(answer.content))
    head = client.head(path, headers=BROWSER)
    assert (head.status_code, head.content) == (404, b"")


def test_what_the_api_knows_it_answers_to_a_browser_too(client):
    assert client.get("/health/live", headers=BROWSER).status_code == 200
    assert client.get("/openapi.json", headers=BROWSER).headers["content-type"].startswith("application/")
    missing = client.get("/v1/instances/nobody", headers=BROWSER)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_the_page_says_that_there_is_none_and_leads_on(page):
    page.goto("/nowhere")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="Instances").click()
    expect(page).to_have_url("/instances")


def test_the_api_stands_behind_the_pages(client):
    assert client.get("/health/live").status_code == 200
    assert client.get("/v1/definitions").json() == {"items": []}
    assert client.post("/workflows").status_code in (404, 405)
