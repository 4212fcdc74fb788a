"""Metrics of real engines: what they count, what /metrics gives, what is pushed, and how many series there may be."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from counterpoint import Refused, function
from counterpoint.telemetry import instruments
from counterpoint.telemetry.series import OTHER, Bounded, Distribution
from counterpoint.telemetry.settings import TelemetrySettings
from tests.engine.documents import SAGA, STEPS, document
from tests.telemetry.served_process import Serving
from tests.telemetry.traced_services import serving_calls

pytestmark = pytest.mark.anyio

PROMETHEUS = TelemetrySettings(prometheus=True)
STUCK = """
- reserve:
    call: step
    with: {name: reserve}
    compensate: {do: [{release: {call: refuse, with: {}}}], retry: {limit: {attempt: {count: 1}}}}
- ship: {call: refuse, with: {}}
"""


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


@function
async def refuse() -> None:
    raise Refused("no such address")


def samples(text: bytes | str) -> dict[str, float]:
    """Samples by name and labels, as they are written."""
    families = text_string_to_metric_families(text if isinstance(text, str) else text.decode())
    return {
        each.name + "".join(f" {label}={value}" for label, value in sorted(each.labels.items())): each.value
        for family in families
        for each in family.samples
    }


async def read(engine):
    return samples(await engine.service.metered.text())


async def test_what_a_saga_leaves(engine_on):
    async with engine_on(functions=[step, refuse], telemetry=PROMETHEUS) as engine:
        for text in (document(STEPS, "plain"), document(SAGA)):
            await engine.result(await engine.start(await engine.publish(text)), timeout=20)
        found = await read(engine)
    assert found["counterpoint_instances_started_total workflow=test/flow"] == 1
    assert found["counterpoint_instances_ended_total status=faulted workflow=test/flow"] == 1
    assert found["counterpoint_instances_ended_total status=completed workflow=test/plain"] == 1
    assert found["counterpoint_undos_total status=completed task=/do/0/reserve workflow=test/flow"] == 1
    ship = "status=faulted task=/do/1/ship workflow=test/flow"
    assert found[f"counterpoint_task_duration_seconds_count {ship}"] == 1
    assert found["counterpoint_store_commit_duration_seconds_count"] > 2
    assert found["counterpoint_store_batch_transitions_sum"] >= found["counterpoint_store_batch_transitions_count"]
    assert found["counterpoint_instances_in_memory"] == 0
    assert found["counterpoint_incidents_open"] == 0


async def test_incidents_are_open_until_a_person_decides_and_over_a_restart(engine_on, store):
    async with engine_on(store, functions=[step, refuse], telemetry=PROMETHEUS) as engine:
        id = await engine.start(await engine.publish(document(STUCK)))
        view = await engine.result(id, timeout=20)
        found = await read(engine)
        assert (found["counterpoint_incidents_total workflow=test/flow"], found["counterpoint_incidents_open"]) == (
            1,
            1,
        )
        retries = "counterpoint_retries_total task=/do/0/reserve workflow=test/flow"
        assert found[retries] == 1
    async with engine_on(store, functions=[step, refuse], telemetry=PROMETHEUS) as engine:
        while not engine.runtime.idle:
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 1)
        assert (await read(engine))["counterpoint_incidents_open"] == 1
        await engine.resolve(id, view.incidents[0].run, "skip", reason="enough")
        assert (await engine.result(id, timeout=20)).status == "faulted"
        assert (await read(engine))["counterpoint_incidents_open"] == 0


async def test_durations_are_the_historys(engine_on):
    async with engine_on(telemetry=PROMETHEUS) as engine:
        id = await engine.start(await engine.publish(document("- rest: {wait: {seconds: 90}}")))
        await engine.result(id, timeout=20)
        found = await read(engine)
    assert found["counterpoint_task_duration_seconds_sum status=completed task=/do/0/rest workflow=test/flow"] == 90
    assert found["counterpoint_instance_duration_seconds_sum status=completed workflow=test/flow"] == 90


async def test_more_tasks_than_may_have_series_are_told_together(engine_on):
    settings = TelemetrySettings(prometheus=True, metric_series_max=3)
    async with engine_on(functions=[step], telemetry=settings) as engine:
        tasks = "\n".join(f"- step{n}: {{call: step, with: {{name: a}}}}" for n in range(10))
        await engine.result(await engine.start(await engine.publish(document(tasks))), timeout=20)
        found = await read(engine)
    counts = {
        name: value for name, value in found.items() if name.startswith("counterpoint_task_duration_seconds_count")
    }
    assert len(counts) == 4
    assert counts[f"counterpoint_task_duration_seconds_count status=completed task={OTHER} workflow={OTHER}"] == 7


async def test_metrics_are_pushed(engine_on, collector):
    settings = TelemetrySettings(metrics=True, metrics_every_ms=50)
    async with engine_on(functions=[step], telemetry=settings) as engine:
        await engine.result(await engine.start(await engine.publish(document(STEPS))), timeout=20)
    duration = collector.metrics["counterpoint.task.duration"]
    assert (duration.unit, duration.histogram.aggregation_temporality) == ("s", 2)
    point = duration.histogram.data_points[0]
    assert point.count == sum(point.bucket_counts)
    assert not point.HasField("min")
    ended = collector.metrics["counterpoint.instances.ended"].sum
    assert (ended.is_monotonic, ended.data_points[0].as_int) == (True, 1)


@pytest.mark.parametrize("trouble", ["refuses", "hangs"])
async def test_an_exporter_in_trouble_holds_up_nothing(engine_on, collector, trouble):
    collector.status = 400 if trouble == "refuses" else 200
    if trouble == "hangs":
        collector.stalled.clear()
    settings = TelemetrySettings(traces=True, prometheus=True, spans_queued_max=20, spans_batch_max=5, stop_ms_max=200)
    async with engine_on(functions=[step], telemetry=settings) as engine:
        published = await engine.publish(document(STEPS))
        for _ in range(30):
            await engine.result(await engine.start(published), timeout=20)
        found = await read(engine)
    told = sum(found[f"counterpoint_telemetry_spans_total result={each}"] for each in ("exported", "failed", "dropped"))
    assert told + found["counterpoint_telemetry_spans_queued"] <= 150
    assert found["counterpoint_telemetry_spans_total result=dropped"] > 0 or trouble == "refuses"
    assert found["counterpoint_telemetry_spans_total result=exported"] == 0


def test_a_distribution_counts_each_value_once():
    distribution = Distribution((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 9.0):
        distribution.record(value)
    assert (distribution.counts, distribution.total) == ([2, 2, 1], 14.0)


def test_labels_beyond_the_limit_share_one_series():
    bounded = Bounded(2)
    assert [bounded.of(each) for each in ("a", "b", "c", "a", "d")] == [("a",), ("b",), (OTHER,), ("a",), (OTHER,)]


def test_instruments_have_units_and_names_of_their_own():
    names = [each.prometheus for each in instruments.ALL]
    assert len(names) == len(set(names))
    assert all(
        each.unit and each.description and bool(each.bounds) == (each.kind == "histogram") for each in instruments.ALL
    )


def test_a_server_tells_its_metrics_to_whoever_has_the_token(tmp_path):
    with serving_calls(), Serving(tmp_path, "--metrics", COUNTERPOINT_API_TOKEN="a-token-of-16-chars") as serving:
        assert serving.client.get("/metrics").status_code == 401
        headers = {"Authorization": "Bearer a-token-of-16-chars"}
        assert serving.client.get("/v1/instances/none", headers=headers).status_code == 404
        assert serving.client.get("/nowhere/at/all", headers=headers).status_code == 404
        answer = serving.client.get("/metrics", headers=headers)
        found = samples(answer.text)
        serving.stop()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    count = "http_server_request_duration_seconds_count"
    asked = "http_request_method=GET http_response_status_code=404 http_route=/v1/instances/{id}"
    assert found[f"{count} {asked}"] == 1
    assert found[f"{count} http_request_method=GET http_response_status_code=404 http_route=_OTHER"] == 1
    assert "token-of-16" not in answer.text


def test_a_server_without_metrics_says_how_to_have_them(tmp_path):
    with Serving(tmp_path) as serving:
        answer = serving.client.get("/metrics")
        assert (answer.status_code, "--metrics" in answer.json()["detail"]) == (404, True)
        serving.stop()
