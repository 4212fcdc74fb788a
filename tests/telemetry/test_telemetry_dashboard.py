"""The dashboard and the alert rules select nothing that a real engine does not export."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from counterpoint.telemetry import instruments
from shared_data import ROOT
from tests.telemetry.promql import of_dashboard, of_rules, selectors
from tests.telemetry.served_process import Serving
from tests.telemetry.traced_services import serving_calls

DASHBOARD = json.loads((ROOT / "deploy/grafana/counterpoint.json").read_text())
RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())
EXPRESSIONS = [*of_dashboard(DASHBOARD), *of_rules(RULES)]
OF_PROMETHEUS = {"job", "instance"}
"""Labels that Prometheus adds when it reads."""

SAGA = """
document: {dsl: '1.0.3', namespace: test, name: NAME, version: '1.0.0'}
do:
- reserve:
    call: http
    with: {method: post, endpoint: 'URL/reserve'}
    compensate:
      do: [{release: {call: http, with: {method: post, endpoint: 'URL/RELEASE'}}}]
      retry: {delay: {milliseconds: 1}, limit: {attempt: {count: 1}}}
- tell: {emit: {event: {with: {type: org.example.told, source: https://example.com/}}}}
- fall: {call: http, with: {method: post, endpoint: 'URL/fall'}}
"""
DOWN = """
document: {dsl: '1.0.3', namespace: test, name: down, version: '1.0.0'}
do:
- reach:
    try: [{ask: {call: http, with: {method: post, endpoint: 'URL/down'}}}]
    catch: {retry: {delay: {milliseconds: 1}, limit: {attempt: {count: 3}}}}
"""
SINKS = """
circuits: {failuresMax: 2}
events:
  sources:
  - {name: in, from: {type: nats, servers: ['127.0.0.1:1'], stream: S}}
  sinks:
  - {name: outside, to: {type: http, endpoint: 'URL/events'}}
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The series of a real server that has been through everything: labels by the name of the sample."""
    from tests.telemetry.collector import collecting

    directory = tmp_path_factory.mktemp("served")
    with serving_calls() as services, collecting() as collector:
        services.failing |= {"/fall": 422, "/broken": 422, "/down": 503}
        (directory / "serve.yaml").write_text(SINKS.replace("URL", services.url))
        arguments = ("--metrics", "--config", "serve.yaml")
        with Serving(directory, *arguments, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/v1/traces") as serving:
            for name, release in (("undone", "release"), ("stuck", "broken")):
                text = SAGA.replace("NAME", name).replace("RELEASE", release).replace("URL", services.url)
                serving.publish(text)
                serving.start(f"test/{name}", wait=20)
            serving.publish(DOWN.replace("URL", services.url))
            serving.start("test/down", wait=20)
            text = serving.client.get("/metrics").text
            serving.stop()
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(dict(sample.labels))
    return found


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS, ids=[title for title, _ in EXPRESSIONS])
def test_every_expression_selects_what_exists(exported, title, expression):
    found, grouped = selectors(expression)
    assert found, expression
    labels_of_all = set(OF_PROMETHEUS)
    for metric, matchers in found:
        assert metric in exported, f"{title}: no engine exports {metric}"
        series = exported[metric]
        labels_of_all |= {label for each in series for label in each}
        for name, operator, value in matchers:
            if name in OF_PROMETHEUS:
                continue
            assert all(name in each for each in series), f"{title}: {metric} has no label {name}"
            if operator == "=":
                assert value in {each[name] for each in series}, f"{title}: {metric} never has {name}={value}"
            elif "$" not in value:
                re.compile(value)
    assert grouped <= labels_of_all, f"{title}: nothing has the label {grouped - labels_of_all}"


def test_variables_of_the_dashboard_ask_for_what_exists(exported):
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            inner, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]).groups()
            [(metric, _)] = selectors(inner)[0]
            assert metric in exported
            assert label in OF_PROMETHEUS | set(exported[metric][0])


def test_a_real_server_exports_every_instrument(exported):
    suffixes = {"counter": "_total", "gauge": "", "histogram": "_bucket"}
    missing = [each.name for each in instruments.ALL if each.prometheus + suffixes[each.kind] not in exported]
    assert not missing


def test_panels_have_places_of_their_own():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids)) and len(places) == len(set(places))
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


def test_every_alert_says_what_it_means():
    for group in RULES["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"] and rule["annotations"]["description"]
            assert rule["labels"]["severity"] in {"critical", "warning", "info"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('sum by (le, task) (rate(a_bucket{x="1", y=~"b}c"}[5m])) > 0', (["a_bucket"], {"le", "task"})),
        ("max(a + b) and c == 0", (["a", "b", "c"], set())),
    ],
)
def test_expressions_are_read(expression, expected):
    found, grouped = selectors(expression)
    assert ([each.metric for each in found], grouped) == expected


def test_what_is_not_understood_is_refused():
    with pytest.raises(ValueError, match="no function"):
        selectors("strange(a)")
