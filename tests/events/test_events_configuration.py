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
    assert [(line, column) for line, column, _ in found] == [(5, 56), (8, 24), (9, 7), (11, 18), (12, 3)]
    assert "array" in found[0][2]
    assert "unknown member `endpont`" in found[1][2]
    assert found[2][2] == "the member `name` is missing"
    assert found[3][2] == "there is no `type` `pigeon`"
    assert "unknown member `snks`" in found[4][2]


def hinted(text):
    with pytest.raises(InvalidDocument) as refused:
        read_configuration(text, "serve.yaml")
    return [str(each) for each in refused.value.diagnostics]


def test_what_is_not_known_is_told_with_what_was_meant_and_with_all_that_is_known_there():
    [told] = hinted('{"events": {"sinks": [{"nme": "a", "to": {"type": "http", "endpoint": "https://x.example"}}]}}')
    assert told == (
        "serve.yaml:1:24: error CP501: unknown member `nme` (did you mean `name`? known here: "
        "`emitted`, `lifecycle`, `name`, `sources`, `to`, `types`)"
    )
    [told] = hinted("telemetry: {metricsEvery: 5}")
    assert "did you mean `metricsEveryMs`? known here: `logs`, `metricSeriesMax`," in told
    [told] = hinted("telemetry: {sampler: {ratoi: 0.5}}")
    assert told.startswith("serve.yaml:1:23: ") and "did you mean `ratio`? known here: `parentBased`, `ratio`" in told
    [told] = hinted("events: {sources: [{name: a, from: {type: ntas, server: x}}]}")
    assert told.startswith("serve.yaml:1:43: ") and "did you mean `nats`? known here: `http`, `kafka`" in told
    [told] = hinted("events: {sources: [{name: a, from: {server: x}}]}")
    assert "the member `type` is missing (known here: `http`, `kafka`" in told
    [told] = hinted("colour: red")
    known = "`circuits`, `events`, `limits`, `telemetry`"
    assert told == f"serve.yaml:1:1: error CP501: unknown member `colour` (known here: {known})"
    [told] = hinted("limits: {instancesActivMax: 7}")
    assert "did you mean `instancesActiveMax`?" in told
    [told] = hinted("limits: {workflow: {stepMax: 7}}")
    assert "did you mean `stepsMax`?" in told


def test_limits_and_circuits_are_read_and_what_is_none_is_told_with_its_place():
    text = (
        "limits: {instancesActiveMax: 7, events: {inboxEventsMax: 8}, workflow: {stepsMax: 9}}\ncircuits: {openMs: 10}"
    )
    read = read_configuration(text, "serve.yaml")
    assert (read.limits.instances_active_max, read.limits.events.inbox_events_max) == (7, 8)
    assert (read.limits.workflow.steps_max, read.circuits.open_ms) == (9, 10)
    [told] = hinted("limits: {events: {inboxEventsMax: 0}}")
    assert told.startswith("serve.yaml:1:35: ") and "`inboxEventsMax` must be at least 1, not 0" in told
    [told] = hinted("circuits: {failuresMax: -1}")
    assert told.startswith("serve.yaml:1:") and "failures_max must be at least 0, not -1" in told


def test_what_is_cut_off_is_told_with_the_place_where_it_ends():
    for text, place in (('{"events": {"sinks": [}', "1:23"), ("events:\n  sinks: [\n", "3:1"), ('{"a": "b', "1:9")):
        [told] = hinted(text)
        assert told.startswith(f"serve.yaml:{place}: error CP003"), told


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
