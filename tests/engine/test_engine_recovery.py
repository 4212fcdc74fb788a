"""Recovery: what a crash interrupts goes on, late timers fire once, waiting instances leave memory and return."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import EngineLimits, Refused, function
from tests.engine.documents import LISTEN, SAGA, STEPS, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio
DAY_MS = 86_400_000


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


@function(name="refuse")
async def step_refused() -> None:
    raise Refused("no")


async def test_every_moment_of_a_saga_survives_a_crash(engine_on, store):
    """The store is copied as each batch becomes durable; an engine on each copy brings the saga to the same end."""
    copies = []

    @function
    async def refuse() -> None:
        raise ValueError("no")

    original = store.append

    async def append(batch):
        await original(batch)
        copies.append(store.after_a_crash())

    store.append = append
    async with engine_on(store, functions=[step, refuse]) as engine:
        ref = await engine.publish(document(SAGA))
        await engine.start(ref, id="one")
        view = await engine.result("one", timeout=5)
        assert (view.status, view.saga) == ("faulted", "compensated")
    assert len(copies) >= 4
    for copy in copies:
        async with engine_on(copy, functions=[step, refuse]) as engine:
            view = await engine.result("one", timeout=5)
            assert (view.status, view.saga) == ("faulted", "compensated")
            assert [task.name for task in view.tasks] == ["reserve", "ship", "release"]


async def test_a_timer_that_was_due_while_nobody_was_there_fires_once(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await engine.start(await engine.publish(document(WAIT_A_DAY)), id="one")
    still_clock.advance(3 * DAY_MS)
    async with engine_on(store.after_a_crash(), clock=still_clock) as engine:
        view = await engine.result("one", timeout=5)
        assert view.status == "completed"
        assert [task.ended_at for task in view.tasks] == [still_clock.now()]


async def test_waiting_instances_leave_memory_and_come_back(engine_on, store, still_clock):
    limits = EngineLimits(instances_in_memory_max=5)
    async with engine_on(store, clock=still_clock, limits=limits) as engine:
        ref = await engine.publish(document(WAIT_A_DAY))
        ids = [await engine.start(ref) for _ in range(50)]
        assert len(engine.runtime.population) <= 5
        still_clock.advance(DAY_MS)
        views = await asyncio.gather(*(engine.result(id, timeout=5) for id in ids))
        assert {view.status for view in views} == {"completed"}


async def test_a_listening_instance_comes_back_for_its_event(engine_on, store):
    limits = EngineLimits(instances_in_memory_max=0)
    async with engine_on(store, limits=limits) as engine:
        ref = await engine.publish(document(LISTEN))
        ids = [await engine.start(ref) for _ in range(3)]
        assert len(engine.runtime.population) == 0
        await engine.deliver(rung(bell=1))
        views = [await engine.result(id, timeout=5) for id in ids]
        assert [view.output for view in views] == [[{"bell": 1}]] * 3


async def test_after_a_restart_waiting_instances_are_known_but_not_loaded(engine_on, store):
    async with engine_on(store) as engine:
        ref = await engine.publish(document(LISTEN))
        ids = [await engine.start(ref) for _ in range(3)]
    async with engine_on(store.after_a_crash()) as engine:
        assert len(engine.runtime.population) == 0
        await engine.deliver(rung())
        assert {(await engine.result(id, timeout=5)).status for id in ids} == {"completed"}


async def test_an_event_that_is_durable_is_handled_after_a_crash(engine_on, store):
    async with engine_on(store) as engine:
        ref = await engine.publish(document(LISTEN))
        await engine.start(ref, id="one")
        delivery = asyncio.ensure_future(engine.deliver(rung(bell=2)))
        await delivery
        crashed = store.after_a_crash()
    async with engine_on(crashed) as engine:
        assert (await engine.result("one", timeout=5)).output == [{"bell": 2}]
        assert not crashed.contents.messages


async def test_a_suspended_instance_is_found_after_a_restart(engine_on, store):
    async with engine_on(store, functions=[step]) as engine:
        ref = await engine.publish(document(WAIT_A_DAY + "\n" + STEPS.strip()))
        await engine.start(ref, id="one")
        await engine.suspend("one", "lunch")
        assert (await engine.inspect("one")).status == "suspended"
    async with engine_on(store.after_a_crash(), functions=[step]) as engine:
        await engine.resume("one")
        assert (await engine.result("one", timeout=5)).status == "completed"


async def test_a_deadline_of_an_effect_ends_it(engine_on, store, still_clock):
    @function(name="step")
    async def hang(name: str) -> None:
        await asyncio.Event().wait()

    tasks = "- first: {call: step, with: {name: a}, timeout: {after: {seconds: 5}}}"
    async with engine_on(store, functions=[hang], clock=still_clock) as engine:
        await engine.start(await engine.publish(document(tasks)), id="one")
        still_clock.advance(5_000)
        view = await engine.result("one", timeout=5)
    assert view.status == "faulted"
    assert view.error["status"] == 408


async def test_what_may_have_happened_before_a_crash_is_undone_although_it_is_refused_after_it(engine_on, store):
    began, done = asyncio.Event(), []

    @function(name="step")
    async def act_and_hang(name: str) -> None:
        done.append(name)
        began.set()
        await asyncio.Event().wait()

    @function(name="step")
    async def refuse_to_reserve(name: str) -> None:
        if name == "reserve":
            raise Refused("not now")
        done.append(name)

    async with engine_on(store, functions=[act_and_hang, step_refused]) as engine:
        await engine.start(await engine.publish(document(SAGA)), id="one")
        await began.wait()
        crashed = store.after_a_crash()
    async with engine_on(crashed, functions=[refuse_to_reserve, step_refused]) as engine:
        view = await engine.result("one", timeout=5)
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert done == ["reserve", "release"]
