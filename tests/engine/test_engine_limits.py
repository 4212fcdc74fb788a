"""Limits: each is reached with an error that names it, and harms nobody else."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import EngineLimits, function
from counterpoint.errors import InvalidInput, LimitExceeded
from counterpoint.plan.model import Limits
from tests.engine.documents import STEPS, document

pytestmark = pytest.mark.anyio
FORK = """
- all:
    fork:
      branches:
      - a: {call: step, with: {name: a}}
      - b: {call: step, with: {name: b}}
      - c: {call: step, with: {name: c}}
      - d: {call: step, with: {name: d}}
"""


async def test_the_output_of_an_effect_may_be_too_large(engine_on, store):
    @function
    async def step(name: str) -> str:
        return "x" * 200_000

    async with engine_on(store, functions=[step], limits=EngineLimits(payload_bytes_max=100_000)) as engine:
        await engine.start(await engine.publish(document(STEPS)), id="one")
        view = await engine.result("one", timeout=5)
    assert view.status == "faulted"
    assert "payload_bytes_max of 100,000 exceeded, got 200,0" in view.error["detail"]


async def test_an_input_may_be_too_large(engine_on, store):
    async with engine_on(store, limits=EngineLimits(payload_bytes_max=100_000)) as engine:
        ref = await engine.publish(document("- note: {set: {a: 1}}"))
        with pytest.raises(LimitExceeded, match="payload_bytes_max"):
            await engine.start(ref, {"big": "x" * 200_000}, id="one")
        assert await engine.start(ref, {"small": "x"}, id="one") == "one"


async def test_only_so_many_effects_of_an_instance_are_in_flight(engine_on, store):
    now, most = 0, 0

    @function
    async def step(name: str) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(5):
            await asyncio.sleep(0)
        now -= 1

    async with engine_on(store, functions=[step], limits=EngineLimits(effects_per_instance_max=2)) as engine:
        await engine.start(await engine.publish(document(FORK)), id="one")
        assert (await engine.result("one", timeout=5)).status == "completed"
    assert most == 2


async def test_only_so_many_effects_are_in_flight_in_all(engine_on, store):
    now, most = 0, 0

    @function
    async def step(name: str) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(5):
            await asyncio.sleep(0)
        now -= 1

    async with engine_on(store, functions=[step], limits=EngineLimits(effects_in_flight_max=3)) as engine:
        ref = await engine.publish(document(FORK))
        ids = [await engine.start(ref) for _ in range(4)]
        views = await asyncio.gather(*(engine.result(id, timeout=5) for id in ids))
        assert {view.status for view in views} == {"completed"}
    assert most == 3


async def test_too_many_requests_at_once_are_refused(engine_on, store):
    async with engine_on(store, limits=EngineLimits(commands_queued_max=10)) as engine:
        ref = await engine.publish(document("- note: {set: {a: 1}}"))
        answers = await asyncio.gather(*(engine.start(ref) for _ in range(50)), return_exceptions=True)
    refused = [each for each in answers if isinstance(each, LimitExceeded)]
    assert len(refused) == 40
    assert "commands_queued_max" in str(refused[0])


async def test_a_history_may_not_grow_without_end(engine_on, store):
    @function
    async def step(name: str) -> None:
        return None

    endless = "- a: {call: step, with: {name: a}}\n- b: {set: {x: 1}, then: a}"
    limits = EngineLimits(workflow=Limits(transitions_max=20))
    async with engine_on(store, functions=[step], limits=limits) as engine:
        await engine.start(await engine.publish(document(endless)), id="one")
        view = await engine.result("one", timeout=5)
    assert "transitions_max" in view.error["detail"]


async def test_what_is_no_json_is_refused(engine_on, store):
    async with engine_on(store) as engine:
        ref = await engine.publish(document("- note: {set: {a: 1}}"))
        with pytest.raises(InvalidInput, match="no JSON value"):
            await engine.start(ref, {"when": object()})


async def test_an_effect_may_not_last_for_ever(engine_on, store, still_clock):
    @function
    async def step(name: str) -> None:
        await asyncio.Event().wait()

    limits = EngineLimits(effect_duration_ms_max=1_000)
    async with engine_on(store, functions=[step], limits=limits, clock=still_clock) as engine:
        await engine.start(await engine.publish(document(STEPS)), id="one")
        for _ in range(10):
            await asyncio.sleep(0)
        still_clock.advance(2_000)
        view = await engine.result("one", timeout=5)
    assert (view.error["status"], "effect_duration_ms_max" in view.error["detail"]) == (408, True)


async def test_a_payload_of_10_mb_is_stored_once_and_passed_by_reference(engine_on, store):
    @function
    async def step(order: list) -> list:
        return order

    steps = "\n".join(f"- s{number}: {{call: step, with: {{order: '${{ . }}'}}}}" for number in range(5))
    async with engine_on(store, functions=[step]) as engine:
        await engine.start(await engine.publish(document(steps)), ["x" * 1000] * 10_000, id="one")
        view = await engine.result("one", timeout=10)
    assert len(view.output) == 10_000
    assert len(store.contents.blobs) == 1
    assert sum(len(record.body) for record in store.contents.journal[1].values()) < 2_000


async def test_a_wide_fork_is_spread_over_transitions(engine_on, store):
    @function
    async def step(name: str) -> str:
        return name

    branches = "\n".join(f"      - b{number}: {{call: step, with: {{name: b{number}}}}}" for number in range(1_200))
    async with engine_on(store, functions=[step]) as engine:
        await engine.start(await engine.publish(document(f"- all:\n    fork:\n      branches:\n{branches}")), id="one")
        view = await engine.result("one", timeout=30)
    assert view.output == [f"b{number}" for number in range(1_200)]


async def test_an_instance_that_never_rests_leaves_others_their_turn(engine_on, store):
    endless = document("- a: {set: {x: 1}, then: b}\n- b: {set: {x: 2}, then: a}", "endless")
    async with engine_on(store, limits=EngineLimits(workflow=Limits(steps_max=100_000))) as engine:
        await engine.start(await engine.publish(endless), id="endless")
        await engine.start(await engine.publish(document("- note: {set: {a: 1}}")), id="short")
        assert (await engine.result("short", timeout=5)).status == "completed"
        assert (await engine.inspect("endless")).status == "running"
        assert "steps_max" in (await engine.result("endless", timeout=30)).error["detail"]
