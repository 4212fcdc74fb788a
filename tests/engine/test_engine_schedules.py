"""Schedules: every, cron, after, on; durable, and made up for once."""

from __future__ import annotations

import asyncio

import pytest

from tests.engine.documents import document, rung

pytestmark = pytest.mark.anyio
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
NOTE = "- note: {set: {got: '${ $workflow.input }'}}"


async def rest() -> None:
    """Let the engine come to rest: nothing in these tests needs more rounds of the loop."""
    for _ in range(60):
        await asyncio.sleep(0)


async def rows(engine):
    return [row for row in reversed(await engine.list()) if row.status == "completed"]


async def test_every_starts_one_instance_an_interval_and_makes_up_for_one_missed(engine_on, store, still_clock):
    text = document(NOTE, head="schedule: {every: {minutes: 10}}")
    begun = still_clock.now()
    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await engine.publish(text)
        for _ in range(30):
            still_clock.advance(MINUTE_MS)
            await rest()
        assert [row.created_at - begun for row in await rows(engine)] == [
            10 * MINUTE_MS,
            20 * MINUTE_MS,
            30 * MINUTE_MS,
        ]
    still_clock.advance(5 * HOUR_MS)
    async with engine_on(store.after_a_crash(), clock=still_clock) as engine:
        await engine.run_schedules()
        await rest()
        assert len(await rows(engine)) == 4
        still_clock.advance(10 * MINUTE_MS)
        await rest()
        assert len(await rows(engine)) == 5


async def test_cron_is_read_in_utc(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await engine.publish(document(NOTE, head="schedule: {cron: '0 6 * * *'}"))
        await engine.run_schedules()
        begun = still_clock.now()
        for _ in range(24 * 2):
            still_clock.advance(HOUR_MS)
            await rest()
        assert [row.created_at - begun for row in await rows(engine)] == [6 * HOUR_MS, 30 * HOUR_MS]


async def test_after_waits_for_the_end_of_the_run_before(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await engine.publish(document("- rest: {wait: {minutes: 5}}", head="schedule: {after: {minutes: 10}}"))
        await engine.run_schedules()
        begun = still_clock.now()
        for _ in range(40):
            await rest()
            still_clock.advance(MINUTE_MS)
        await rest()
        starts = [row.created_at - begun for row in await rows(engine)]
    assert starts == [0, 15 * MINUTE_MS, 30 * MINUTE_MS]


async def test_one_event_starts_one_instance_with_its_data(engine_on, store):
    head = "schedule: {on: {one: {with: {type: org.example.rung, data: '${ .bell > 1 }'}}}}"
    async with engine_on(store) as engine:
        await engine.publish(document(NOTE, head=head))
        await engine.run_schedules()
        for number in (1, 2, 3):
            await engine.deliver(rung(str(number), bell=number))
        await engine.deliver(rung("3", bell=3))
        await rest()
        outputs = [(await engine.inspect(row.id)).output for row in await rows(engine)]
    assert outputs == [{"got": [{"bell": 2}]}, {"got": [{"bell": 3}]}]


async def test_all_events_are_collected_over_a_crash(engine_on, store):
    head = "schedule: {read: envelope, on: {all: [{with: {type: a}}, {with: {type: b}}]}}"
    first = {"specversion": "1.0", "id": "1", "source": "/x", "type": "a"}
    async with engine_on(store) as engine:
        await engine.publish(document(NOTE, head=head))
        await engine.run_schedules()
        await engine.deliver(first)
        await rest()
        assert not await rows(engine)
    async with engine_on(store.after_a_crash()) as engine:
        await engine.run_schedules()
        await engine.deliver({**first, "id": "2", "type": "b"})
        await rest()
        (row,) = await rows(engine)
        assert [event["type"] for event in (await engine.inspect(row.id)).output["got"]] == ["a", "b"]


async def test_the_highest_version_has_the_schedule(engine_on, store, still_clock):
    head = "schedule: {every: {minutes: 10}}"
    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        for version in ("1.9.0", "1.10.0", "1.2.0"):
            await engine.publish(document(NOTE, version=version, head=head))
        still_clock.advance(10 * MINUTE_MS)
        await rest()
        started = [(await engine.inspect(row.id)).workflow for row in await rows(engine)]
    assert started == ["test/flow:1.10.0"]
