"""Logs as JSON: the fields of work and request, the access log, and no secret in any record, span or metric."""

from __future__ import annotations

import json
import logging

import pytest

from counterpoint import function
from counterpoint.telemetry.logs import formatter
from counterpoint.telemetry.settings import TelemetrySettings
from tests.engine.documents import document
from tests.telemetry.served_process import Serving

pytestmark = pytest.mark.anyio

SECRET = "hush-hush-1234"
FUNCTIONS = '''
"""Functions that log."""
import logging

from counterpoint import function

log = logging.getLogger("shop")


@function
async def charge(order: int) -> str:
    log.warning("charging %d", order, extra={"order": order})
    return "charged"
'''


@pytest.fixture
def records():
    """What is logged, as JSON objects."""
    found, handler = [], logging.Handler()
    handler.setFormatter(formatter("json"))
    handler.emit = lambda record: found.append(json.loads(handler.format(record)))
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


async def test_what_functions_log_tells_for_which_task(engine_on, collector, records):
    @function
    async def charge() -> None:
        logging.getLogger("shop").warning("charging %s", "A-17")

    async with engine_on(functions=[charge]) as engine:
        text = document("- pay: {call: charge, with: {}}")
        await engine.result(await engine.start(await engine.publish(text), id="one"), timeout=20)
        logging.getLogger("shop").warning("afterwards")
    [record, afterwards] = [each for each in records if each["logger"] == "shop"]
    [attempt] = [span for span in collector.spans if span.name == "pay attempt"]
    assert (record["message"], record["level"], record["instance"]) == ("charging A-17", "warning", "one")
    assert (record["workflow"], record["task"], record["attempt"]) == ("test/flow:1.0.0", "/do/0/pay", 1)
    assert (record["trace_id"], record["span_id"]) == (attempt.trace, attempt.id)
    assert "instance" not in afterwards


@pytest.mark.parametrize("head", ["use: {secrets: [key]}", 'input: {schema: {document: {"x-sensitive": true}}}'])
async def test_no_secret_gets_into_logs_spans_metrics_or_problems(engine_on, collector, records, head, caplog):
    @function
    async def leak(it: str) -> None:
        raise SystemError(f"no entry with {it}")

    class Leaking:
        """A connector that is not ours, and lets its exceptions out."""

        functions = frozenset({"outside"})

        async def invoke(self, invocation):
            raise RuntimeError(f"no answer to {invocation.arguments}")

        async def close(self):
            """Nothing."""

    given = "${ $secrets.key }" if "secrets" in head else "${ . }"
    tasks = f"- leak:\n    try: [{{in: {{call: leak, with: {{it: '{given}'}}}}}}]\n    catch: {{}}\n"
    text = document(tasks + f"- out: {{call: outside, with: {{it: '{given}'}}}}", head=head)
    settings = TelemetrySettings(traces=True, prometheus=True)
    options = {"functions": [leak], "connectors": [Leaking()], "secrets": {"key": SECRET}, "telemetry": settings}
    async with engine_on(**options) as engine:
        id = await engine.start(await engine.publish(text), SECRET)
        view = await engine.result(id, timeout=20)
        metrics = await engine.service.metered.text()
        history = await engine.history(id)
    logged = [each for each in records if each["logger"] == "counterpoint.engine"]
    assert any("no answer to" in json.dumps(each) for each in logged)
    assert view.status == "faulted"
    shown = [json.dumps(records), caplog.text, metrics.decode(), json.dumps(view.error), json.dumps(view.input)]
    shown += [str(body) for body in collector.bodies]
    shown += [json.dumps(each) for each in history] if "sensitive" in head else []
    if "secrets" in head:  # it is the input here too, which nothing marks
        shown.remove(json.dumps(view.input))
    assert not [text for text in shown if SECRET in text]


def test_a_server_logs_json_with_its_requests(tmp_path):
    (tmp_path / "shop.py").write_text(FUNCTIONS)
    arguments = ("--log-format", "json", "--log-level", "info", "--function", "shop.py")
    with Serving(tmp_path, *arguments) as serving:
        serving.publish(document("- pay: {call: charge, with: {order: 7}}"))
        headers = {"X-Request-Id": "my-request", "Authorization": f"Bearer {SECRET}"}
        id = serving.start("test/flow", wait=10, headers=headers)["id"]
        serving.client.get(f"/v1/instances/none?token={SECRET}")
        text = serving.stop()
    lines = [json.loads(line) for line in text.splitlines()]
    [charging] = [each for each in lines if each["logger"] == "shop"]
    assert (charging["order"], charging["instance"], charging["attempt"]) == (7, id, 1)
    [started] = [each for each in lines if each.get("request_id") == "my-request" and each["logger"].endswith("access")]
    assert (started["method"], started["route"], started["status"]) == ("POST", "/v1/instances", 201)
    assert started["duration_ms"] > 0
    assert any(each["logger"] == "counterpoint.serve" for each in lines)
    assert SECRET not in text


def test_a_server_logs_lines_for_people(tmp_path):
    with Serving(tmp_path, "--log-format", "text", "--log-level", "info") as serving:
        serving.client.get("/v1/instances")
        text = serving.stop()
    assert "GET /v1/instances 200" in text


async def test_what_is_off_leaves_no_trace_of_itself(engine_on, records):
    async with engine_on(telemetry=None) as engine:
        assert engine.service.metered is None
        assert not [each for each in engine.runtime.dispatch.__dict__.values() if "telemetry" in type(each).__module__]
    assert not records
