"""Traces of real engines, as an OTLP receiver sees them: parents, times, links, and what goes out with calls."""

from __future__ import annotations

import pytest
from opentelemetry import trace

from counterpoint import Invocation, Refused, function
from counterpoint.ports.telemetry import CALLER as CALLER_OF
from counterpoint.telemetry.sampling import Sampler
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.values.trace_context import trace_context
from tests.engine.documents import SAGA, STEPS, document

pytestmark = pytest.mark.anyio

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RETRIED = """
- order:
    try: [{charge: {call: shaky, with: {}}}]
    catch: {retry: {delay: {seconds: 30}, limit: {attempt: {count: 3}}}}
"""
PARENT = """
- ship: {run: {workflow: {namespace: test, name: parcel, version: '1.0.0', input: {}}}}
"""
EMITS = "- tell: {emit: {event: {with: {type: org.example.rung, source: https://example.com/desk}}}}"
HEARS = "- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}"
seen: list[Invocation] = []


@function
async def step(name: str, invocation: Invocation) -> dict[str, str]:
    seen.append(invocation)
    return {"name": name}


@function
async def refuse() -> None:
    raise Refused("no such address")


@function
async def shaky(invocation: Invocation) -> str:
    seen.append(invocation)
    if len(seen) < 3:
        raise ConnectionError("try again")
    return "charged"


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


async def run(engine, *documents, **given):
    for each in documents:
        published = await engine.publish(each)
    id = await engine.start(published, **given)
    return await engine.result(id, timeout=20)


def named(collector, name):
    return [span for span in collector.once().values() if span.name == name]


async def test_an_instance_is_a_trace(engine_on, collector):
    async with engine_on(functions=[step]) as engine:
        await run(engine, document(STEPS), id="one")
    [root] = [span for span in collector.spans if not span.parent]
    assert (root.name, root.attributes["counterpoint.status"]) == ("workflow flow", "completed")
    assert {span.trace for span in collector.spans} == {root.trace}
    assert {span.attributes["counterpoint.instance.id"] for span in collector.spans} == {"one"}
    assert root.resource["service.name"] == "counterpoint"
    first, attempt = named(collector, "first")[0], named(collector, "first attempt")[0]
    assert (first.parent, attempt.parent) == (root.id, first.id)
    assert first.attributes["counterpoint.task.reference"] == "/do/0/first"
    assert attempt.kind == 3, "an attempt is a client's span"


async def test_retries_are_attempts_with_waits_between_them(engine_on, collector):
    async with engine_on(functions=[shaky]) as engine:
        await run(engine, document(RETRIED))
    [order] = named(collector, "order")
    attempts = sorted(named(collector, "attempt"), key=lambda span: span.started_at)
    assert [span.attributes["counterpoint.attempt"] for span in attempts] == [1, 2, 3]
    assert [span.error is None for span in attempts] == [False, False, True]
    assert attempts[0].attributes["error.type"] == "runtime"
    assert [attempts[n + 1].started_at - attempts[n].ended_at for n in (0, 1)] == [30_000, 30_000]
    assert {span.parent for span in (*attempts, *named(collector, "waiting"))} == {order.id}
    assert [span.parent for span in named(collector, "charge")] == [span.id for span in attempts]


async def test_what_is_called_is_told_the_span_of_its_attempt(engine_on, collector):
    async with engine_on(functions=[shaky]) as engine:
        await run(engine, document(RETRIED))
    attempts = sorted(named(collector, "charge attempt"), key=lambda span: span.started_at)
    assert [each.trace.span_id for each in seen] == [span.id for span in attempts]
    assert {each.trace.trace_id for each in seen} == {span.trace for span in attempts}


async def test_undos_stand_in_a_compensation_and_point_at_what_they_undo(engine_on, collector):
    async with engine_on(functions=[step, refuse]) as engine:
        await run(engine, document(SAGA))
    [root] = named(collector, "workflow flow")
    [compensation], [undo], [reserve] = (named(collector, each) for each in ("compensation", "undo reserve", "reserve"))
    assert (compensation.parent, undo.parent) == (root.id, compensation.id)
    assert undo.links == [(root.trace, reserve.id)]
    [attempt] = [span for span in named(collector, "attempt") if span.parent == undo.id]
    assert [span.parent for span in named(collector, "release")] == [attempt.id]
    assert (root.error, root.attributes["error.type"]) == ("no such address", "runtime")


async def test_a_sub_workflow_belongs_to_the_attempt_that_runs_it(engine_on, collector):
    async with engine_on(functions=[step]) as engine:
        await run(engine, document(STEPS, "parcel"), document(PARENT))
    [child], [attempt] = named(collector, "workflow parcel"), named(collector, "ship attempt")
    assert (child.trace, child.parent) == (attempt.trace, attempt.id)


async def test_an_instance_joins_the_trace_of_its_caller(engine_on, collector):
    with trace.use_span(trace.NonRecordingSpan(_span_context(CALLER))):
        async with engine_on(functions=[step]) as engine:
            view = await run(engine, document(STEPS))
            assert (await engine.history(view.id))[0]["labels"]["traceparent"] == CALLER
    [root] = named(collector, "workflow flow")
    assert f"00-{root.trace}-{root.parent}-01" == CALLER


async def test_code_that_is_called_is_in_the_span_of_its_attempt(engine_on, collector):
    contexts = []

    @function
    async def look() -> None:
        contexts.append(trace.get_current_span().get_span_context())

    async with engine_on(functions=[look]) as engine:
        await run(engine, document("- look: {call: look, with: {}}"))
    [attempt] = named(collector, "look attempt")
    assert [f"{each.span_id:016x}" for each in contexts] == [attempt.id]
    assert not trace.get_current_span().get_span_context().is_valid


async def test_events_carry_the_span_that_sends_them_and_listeners_link_to_it(engine_on, collector):
    async with engine_on() as engine:
        told = []
        engine.on_emitted(told.append)
        hearing = await engine.start(await engine.publish(document(HEARS, "hears")))
        view = await run(engine, document(EMITS, "emits"))
        await engine.result(hearing, timeout=20)
    [attempt], [hear] = named(collector, "tell attempt"), named(collector, "hear")
    assert told[0]["traceparent"] == f"00-{attempt.trace}-{attempt.id}-01"
    assert hear.links == [(attempt.trace, attempt.id)]
    assert attempt.attributes["messaging.destination.name"] == "org.example.rung"
    assert "traceparent" not in view.output, "what a workflow computes does not depend on who watches it"


async def test_an_event_that_starts_an_instance_is_its_parent(engine_on, collector):
    head = "schedule: {on: {one: {with: {type: org.example.rung}}}}"
    async with engine_on(functions=[step]) as engine:
        await engine.publish(document(STEPS, head=head))
        await engine.run_schedules()
        event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "org.example.rung", "traceparent": CALLER}
        await engine.deliver(event)
        while not (rows := await engine.list()):
            await engine.deliver(event)
        await engine.result(rows[0].id, timeout=20)
    [root] = named(collector, "workflow flow")
    assert f"00-{root.trace}-{root.parent}-01" == CALLER


@pytest.mark.parametrize("flags", ["00", "01"])
async def test_the_callers_decision_to_sample_counts(engine_on, collector, flags):
    settings = TelemetrySettings(traces=True, sampler=Sampler(1.0 if flags == "00" else 0.0))
    with trace.use_span(trace.NonRecordingSpan(_span_context(CALLER[:-2] + flags))):
        async with engine_on(functions=[step], telemetry=settings) as engine:
            await run(engine, document(STEPS))
    assert bool(collector.spans) is (flags == "01")
    assert {each.trace.trace_id for each in seen} == {CALLER[3:35]}
    assert {each.trace.sampled for each in seen} == {flags == "01"}


async def test_an_unsampled_trace_goes_on_unrecorded(engine_on, collector):
    settings = TelemetrySettings(traces=True, sampler=Sampler(0.0))
    async with engine_on(functions=[step], telemetry=settings) as engine:
        await run(engine, document(STEPS))
    assert not collector.spans
    assert len({each.trace.trace_id for each in seen}) == 1
    assert not any(each.trace.sampled for each in seen)


async def test_without_telemetry_what_came_with_the_start_is_handed_on(engine_on):
    async with engine_on(functions=[step], telemetry=None) as engine:
        await engine.publish(document(STEPS))
        live, start = await engine.runtime.operations.start(
            engine.runtime.library.find("flow"), {}, labels={"traceparent": CALLER, "tracestate": "a=b"}
        )
        await engine.runtime.committer.request(live, start)
        await engine.result(start.id, timeout=20)
    assert {each.trace for each in seen} == {trace_context(CALLER, "a=b")}


def _span_context(text):
    context = trace_context(text)
    return trace.SpanContext(
        int(context.trace_id, 16), int(context.span_id, 16), True, trace.TraceFlags(int(context.sampled))
    )


@pytest.mark.parametrize("caller", [None, CALLER])
async def test_a_fork_has_a_trace_of_its_own_with_a_link_to_its_origin(engine_on, collector, caller):
    listens = document("- one: {set: {a: 1}}\n- rest: {wait: {days: 1}}")
    async with engine_on() as engine:
        reference = str(await engine.publish(listens))
        token = CALLER_OF.set(None if caller is None else trace_context(caller, None))
        try:
            await engine.start(reference, id="origin")
        finally:
            CALLER_OF.reset(token)
        fork = await engine.fork("origin", 1, reason="once more", fork_id="fork")
        again = await engine.fork(fork, 1, reason="and again", fork_id="again")
        for id in ("origin", fork, again):
            await engine.terminate(id)
            await engine.result(id, timeout=20)
    roots = {span.attributes["counterpoint.instance.id"]: span for span in collector.spans if "workflow" in span.name}
    assert len({root.trace for root in roots.values()}) == 3
    for id, origin in ((fork, "origin"), (again, fork)):
        assert roots[id].links == [(roots[origin].trace, roots[origin].id)]
    assert not roots["origin"].links
