"""A saga with a retry, a crash, a sub-workflow and an undo is one connected trace, with the times of its journal."""

from __future__ import annotations

from itertools import pairwise

from tests.telemetry.collector import Collector
from tests.telemetry.served_process import Serving
from tests.telemetry.traced_services import serving_calls

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PARCEL = """
document: {dsl: '1.0.3', namespace: test, name: parcel, version: '1.0.0'}
do: [{pack: {call: http, with: {method: post, endpoint: 'URL/pack'}}}]
"""
SAGA = """
document: {dsl: '1.0.3', namespace: test, name: order, version: '1.0.0'}
do:
- reserve:
    call: http
    with: {method: post, endpoint: 'URL/reserve?token=hush-hush'}
    compensate: {do: [{release: {call: http, with: {method: post, endpoint: 'URL/release'}}}]}
- charge:
    try: [{pay: {call: http, with: {method: post, endpoint: 'URL/pay'}}}]
    catch: {retry: {delay: {milliseconds: 50}, limit: {attempt: {count: 3}}}}
- ship: {run: {workflow: {namespace: test, name: parcel, version: '1.0.0', input: {}}}}
- hang: {call: http, with: {method: post, endpoint: 'URL/hang'}}
- tell: {call: http, with: {method: post, endpoint: 'URL/tell'}}
"""


def parents_resolve(collector: Collector) -> bool:
    found = collector.once()
    outside = {span.parent for span in found.values() if span.parent not in found}
    return "workflow order" in {span.name for span in found.values()} and outside == {CALLER[36:52]}


def test_one_connected_trace_across_a_crash(tmp_path, collector):
    with serving_calls() as services:
        services.failing["/tell"] = 422
        services.fails_first["/pay"] = 2
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with Serving(tmp_path, **environment) as serving:
            for text in (PARCEL, SAGA):
                serving.publish(text.replace("URL", services.url))
            id = serving.start("test/order", headers={"traceparent": CALLER})["id"]
            assert services.hanging.wait(30)
            serving.kill()
        services.released.set()
        with Serving(tmp_path, **environment) as serving:
            view = serving.client.get(f"/v1/instances/{id}?wait=20").json()
            history = serving.client.get(f"/v1/instances/{id}/history").json()["items"]
            assert (view["status"], view["saga"]) == ("faulted", "compensated")
            collector.until(lambda: parents_resolve(collector))
            serving.stop()
        called = dict(services.called)
    spans = collector.once()
    assert {span.trace for span in spans.values()} == {CALLER[3:35]}
    by_name = {
        name: [span for span in spans.values() if span.name == name] for name in {s.name for s in spans.values()}
    }
    expected = {"workflow order", "workflow parcel", "reserve", "charge", "pay", "ship", "pack", "hang", "tell"}
    assert expected | {"compensation", "undo reserve", "release", "attempt", "waiting"} <= set(by_name)

    [root], [parcel], [hang] = by_name["workflow order"], by_name["workflow parcel"], by_name["hang"]
    assert parcel.parent == by_name["ship attempt"][0].id
    assert [root.started_at, root.ended_at] == [history[0]["at"], history[-1]["at"]]
    started = {each["run"]: each["at"] for each in history if each["type"] == "TaskStarted"}
    ended = {each["run"]: each["at"] for each in history if each["type"] in ("TaskCompleted", "TaskFaulted")}
    for span in by_name["hang"] + by_name["charge"] + by_name["tell"]:
        run = span.attributes["counterpoint.task.run"]
        assert (span.started_at, span.ended_at) == (started[run], ended[run])
    waits = sorted(by_name["waiting"], key=lambda span: span.started_at)
    assert len(waits) == 2
    assert all(one.ended_at <= two.started_at for one, two in pairwise(waits))

    attempts = {f"00-{span.trace}-{span.id}-01": span for span in spans.values() if span.kind == 3}
    for path, traces in called.items():
        assert set(traces) <= set(attempts), f"{path} was called in a span that nobody has seen"
        assert all(attempts[each].attributes["url.full"].endswith(path) for each in traces)
    assert len(set(called["/pay"])) == 3
    assert len(called["/hang"]) == 2
    assert len(set(called["/hang"])) == 1, "begun before the crash and ended after it: one attempt, one span"
    assert not any(b"hush-hush" in body for body in collector.bodies), "the query of an address is shown to nobody"
    assert hang.attributes["counterpoint.status"] == "completed"
    assert (root.error is None, root.attributes["error.type"]) == (False, "communication")
