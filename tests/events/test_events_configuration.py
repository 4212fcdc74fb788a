"""The configuration of a server: what is wrong is told all at once, where it stands, before anything is opened."""

from __future__ import annotations

import base64

import pytest

from counterpoint import Engine
from counterpoint.bootstrap.configuration import Configuration, read_configuration
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.signatures import Hmac

KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()
WHOLE = """
events:
  sources:
    - name: shop
      from: {type: http, signature: {type: hmac, keys: [shopNew, shopOld], toleranceMsMax: 60000}}
      sources: ["/shop/*"]
  sinks:
    - name: billing
      to:
        type: http
        endpoint: https://billing.example/events
        signature: {type: hmac, keys: [billing]}
      types: ["com.example.*"]
      lifecycle: true
"""


def said(text):
    with pytest.raises(InvalidDocument) as refused:
        read_configuration(text, "serve.yaml")
    return [(each.position.line, each.position.column, each.message) for each in refused.value.diagnostics]


def test_a_whole_configuration():
    events = read_configuration(WHOLE, "serve.yaml").events
    [source], [sink] = events.sources, events.sinks
    assert source.from_.signature == Hmac(keys=("shopNew", "shopOld"), tolerance_ms_max=60_000)
    assert (sink.name, sink.to.endpoint, sink.lifecycle) == ("billing", "https://billing.example/events", True)


@pytest.mark.parametrize("text", ["{}", "events: {}", "events: {sinks: []}"])
def test_nothing_is_a_configuration(text):
    assert read_configuration(text, "serve.yaml") == Configuration()


def test_all_that_is_wrong_is_told_at_once_with_its_place():
    text = """
events:
  sources:
    - name: shop
      from: {type: http, signature: {type: hmac, keys: shopNew}}
  sinks:
    - name: billing
      to: {type: http, endpont: https://billing.example}
    - to: {type: http, endpoint: https://billing.example}
    - name: third
      to: {type: pigeon}
  snks: []
"""
    found = said(text)
    assert [line for line, _, _ in found] == [5, 8, 9, 11, 3]
    assert "array" in found[0][2]
    assert "endpont" in found[1][2]
    assert "name" in found[2][2]
    assert "pigeon" in found[3][2]
    assert "snks" in found[4][2]


def test_what_the_shape_cannot_say_is_told_with_its_place_too():
    text = """
events:
  sinks:
    - {name: a b, to: {type: http, endpoint: https://x.example}}
    - {name: c, emitted: false, to: {type: http, endpoint: https://x.example}}
    - name: c
      to: {type: http, endpoint: https://x.example, mode: binary, signature: {type: jws, keys: [k]}}
"""
    found = said(text)
    assert sorted(line for line, _, _ in found) == [4, 5, 6, 7]


@pytest.mark.parametrize("text", ["- a", "events: [", "events: {sinks: 7}", "other: 1"])
def test_what_is_none_is_refused(text):
    assert said(text)


@pytest.mark.anyio
async def test_keys_that_are_missing_are_named_before_the_store_is_opened(tmp_path):
    events = read_configuration(WHOLE, "serve.yaml").events
    engine = Engine.embedded(tmp_path / "s.db", events=events, secrets={"shopNew": KEY, "shopOld": "whsec_"})
    with pytest.raises(InvalidInput) as refused:
        await engine.open()
    assert "there is no secret 'billing'" in refused.value.message
    assert "'shopOld' is no key" in refused.value.message
    assert not (tmp_path / "s.db").exists()
