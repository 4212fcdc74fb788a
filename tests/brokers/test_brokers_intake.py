"""A whole engine at a source: what it will never take is put aside, what it had is counted, and metrics tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from taking import event, until
from transports import SECRETS, Transport

from counterpoint import Engine, EngineLimits, function
from counterpoint.bootstrap.eventing import EventSettings, SourceEntry
from counterpoint.engine.limits import EventLimits
from counterpoint.telemetry.settings import TelemetrySettings

COLLECTS = """
document: {dsl: '1.0.3', namespace: test, name: collects, version: '1.0.0'}
do:
- hear:
    listen: {to: {any: [{with: {type: com.example.tested.v1}}], until: '${ length == 3 }'}}
- told: {set: {ids: '${ map(.id) }'}}
"""
STARTS = """
document: {dsl: '1.0.3', namespace: test, name: starts, version: '1.0.0'}
schedule: {on: {one: {with: {type: com.example.tested.v1}}}}
do:
- work: {call: work, with: {}}
"""


def whole(id: str, **members: Any) -> Any:
    return (msgspec.json.encode(event(id, **members)), "application/cloudevents+json", {})


def engine_at(transport: Transport, functions: Sequence[Any] = (), **limits: Any) -> Engine:
    source = SourceEntry(name="in", from_=transport.source_settings(**transport.common))
    return Engine.embedded(
        events=EventSettings(sources=(source,)),
        secrets=SECRETS,
        functions=functions,
        limits=EngineLimits(**limits),
        telemetry=TelemetrySettings(prometheus=True),
        schedules=True,
    )


def test_an_event_too_large_for_the_engine_is_put_aside_with_its_reason_and_the_others_go_on(
    transport: Transport,
) -> None:
    large = whole("large", data="x" * 200_000)

    async def scenario() -> str:
        async with engine_at(transport, payload_bytes_max=100_000) as engine:
            await engine.run_schedules()
            id = await engine.start(await engine.publish(COLLECTS.replace("map(.id)", "length")))
            await transport.raw(whole("1"), large, whole("2"), whole("1"), whole("3"))
            tally = engine.service.events.tallies["in"]
            await until(lambda: tally.accepted >= 4, lambda: f"four events and one other, {tally}")
            assert (await engine.result(id, timeout=20)).output == {"ids": 3}
            assert (tally.received, tally.duplicates, tally.put_aside, tally.pauses) == (5, 1, 1, 0)
            return (await engine.service.metered.text()).decode()

    told = asyncio.run(scenario())
    assert 'counterpoint_source_received_total{source="in"} 5.0' in told
    assert 'counterpoint_source_duplicates_total{source="in"} 1.0' in told
    assert 'counterpoint_source_refused_total{source="in"} 1.0' in told
    assert 'counterpoint_source_pauses_total{source="in"} 0.0' in told
    assert 'counterpoint_events_refused_total{reason="too_large"} 1.0' in told
    [(body, reason)] = asyncio.run(transport.dead_letters())
    assert body == large[0] and "payload_bytes_max of 100,000 exceeded" in reason


def test_a_source_waits_while_there_is_no_room_for_what_its_events_start_and_loses_none(transport: Transport) -> None:
    """Nothing is refused: what may not start yet is in the inbox, and when that is full, with the broker."""

    may_end = asyncio.Event()

    @function
    async def work() -> None:
        await may_end.wait()

    async def scenario() -> None:
        limits = {"instances_active_max": 1, "events": EventLimits(inbox_events_max=2)}
        async with engine_at(transport, functions=[work], **limits) as engine:
            await engine.run_schedules()
            await engine.publish(STARTS)
            tally = engine.service.events.tallies["in"]
            await transport.raw(*(whole(str(number)) for number in range(3)))
            await until(lambda: tally.accepted == 3, lambda: f"three events, {tally}")
            await transport.raw(whole("3"), whole("4"))
            await until(lambda: tally.pauses > 0, lambda: f"a pause, {tally}")
            assert len(await engine.list()) == 1
            may_end.set()
            await until(lambda: tally.accepted == 5, lambda: f"five events, {tally}")
            await until(lambda: engine.runtime.idle, lambda: "the end")
            assert [each.status for each in await engine.list()] == ["completed"] * 5
            assert tally.put_aside == 0
            assert engine.service.events.counters.overload == 0

    asyncio.run(scenario())
