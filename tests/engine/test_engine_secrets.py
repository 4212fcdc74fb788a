"""Secrets: functions see values, expressions see tokens, and nothing that is written sees either."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from counterpoint import function
from counterpoint.engine.secrets import Veil
from tests.engine.documents import document

pytestmark = pytest.mark.anyio
HEAD = "use: {secrets: [apiKey, login]}"
SECRETS = {"apiKey": "s3cr3t-value", "login": {"user": "ada", "password": "correct horse"}}
TASKS = """
- use:
    call: show
    with: {header: '${ "Bearer " + $secrets.apiKey }', login: '${ $secrets.login }'}
"""


async def test_a_secret_reaches_the_function_and_the_caller_but_never_the_store(engine_on, store):
    seen = []

    @function
    async def show(header: str, login: dict) -> dict:
        seen.append((header, login))
        return {"echo": f"sent {header}", "password": login["password"]}

    lifecycle = []
    async with engine_on(store, functions=[show], secrets=SECRETS) as engine:
        engine.on_lifecycle(lifecycle.append)
        await engine.start(await engine.publish(document(TASKS, head=HEAD)), id="one")
        view = await engine.result("one", timeout=5)
        history = str(await engine.history("one"))
    assert seen == [("Bearer s3cr3t-value", {"user": "ada", "password": "correct horse"})]
    assert view.output == {"echo": "sent Bearer s3cr3t-value", "password": "correct horse"}
    stored = b"".join(record.body for records in store.contents.journal.values() for record in records.values())
    for hidden in ("s3cr3t-value", "correct horse"):
        assert hidden.encode() not in stored
        assert hidden not in history
        assert hidden not in str(lifecycle)


async def test_a_secret_in_an_error_is_hidden(engine_on, store):
    @function
    async def show(header: str, login: dict) -> None:
        raise ValueError(f"{header} was refused")

    async with engine_on(store, functions=[show], secrets=SECRETS) as engine:
        await engine.start(await engine.publish(document(TASKS, head=HEAD)), id="one")
        view = await engine.result("one", timeout=5)
    assert "was refused" in view.error["detail"]
    assert "s3cr3t-value" not in view.error["detail"]


async def test_a_missing_secret_is_an_authorization_error(engine_on, store):
    async with engine_on(store, secrets={"apiKey": "only this one"}) as engine:
        await engine.start(await engine.publish(document("- a: {set: '${ $secrets.login }'}", head=HEAD)), id="one")
        view = await engine.result("one", timeout=5)
    assert (view.status, view.error["status"]) == ("faulted", 403)


class Vault(dict):
    """Secrets for a veil."""


def test_what_is_hidden_is_revealed_again():
    veil = Veil(("a", "b"), Vault(a="value-of-a", b={"c": "value-of-a-and-more", "n": 12345}))
    data = {"x": ["value-of-a", "value-of-a-and-more!"], "value-of-a": 1, "n": 5}
    hidden = veil.hide(data)
    assert "value-of-a" not in str(hidden)
    assert veil.reveal(hidden) == data
    assert veil.reveal(veil.tokens) == {"a": "value-of-a", "b": {"c": "value-of-a-and-more", "n": 12345}}


def test_data_without_secrets_is_left_as_it_is():
    veil = Veil(("a",), Vault(a="value-of-a"))
    data = {"x": [1, "y", None]}
    assert veil.hide(data) is data
    assert veil.reveal(data) is data


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("user", ["", "b", "bo", "bob", "ärger", "a\x7f"])
@pytest.mark.parametrize("secret", ["s3cr3t-value", "abcd", "päss?>~wörd", 'say "hi" & go/+'])
def test_what_the_engine_makes_of_a_secret_is_hidden_and_revealed(user, secret):
    veil = Veil(("a",), Vault(a=secret))
    basic = encoded(f"{user}:{secret}")
    clients = encoded(f"{user}:{quote(secret, safe='')}")
    forms = [basic, basic.rstrip("="), basic.replace("+", "-").replace("/", "_"), clients, encoded(secret)]
    forms += [quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]]
    for form in forms:
        for echoed in (form, f"Basic {form}", f'{{"Authorization": "Basic {form}"}}'):
            hidden = veil.hide({"echoed": echoed})["echoed"]
            assert form not in hidden
            assert "secret:a" in hidden
            assert veil.reveal(hidden) == echoed


@pytest.mark.parametrize("before", [b"", b"\xff", b"\xff\x00", b"\xff\xfe\xfd"])
def test_a_secret_in_base64_of_what_is_no_text_is_hidden(before):
    veil = Veil(("a",), Vault(a="s3cr3t-value"))
    echoed = base64.b64encode(before + b"s3cr3t-value" + b"\x80\x81").decode()
    for form in (echoed, f"xx{echoed}", "⟦" + encoded("⟦secret:a⟧ s3cr3t-value")):
        hidden = veil.hide(form)
        assert "secret:a|base64" in hidden
        assert veil.reveal(hidden) == form


def test_base64_without_secrets_is_left_as_it_is():
    veil = Veil(("a",), Vault(a="s3cr3t-value"))
    data = {"x": [encoded("bob:something else"), encoded("⟦secret:a⟧")]}
    assert veil.hide(data) is data
