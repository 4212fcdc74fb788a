"""Small parts: the virtual clock, timers, listeners."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.engine.clock import SystemClock, VirtualClock
from counterpoint.engine.listeners import Listeners
from counterpoint.engine.timers import Timers

pytestmark = pytest.mark.anyio


async def rounds(count: int = 10) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_virtual_time_moves_when_it_is_told_to():
    clock, woken = VirtualClock(0, jumps=False), []

    async def sleep(until: int) -> None:
        await clock.sleep_until(until)
        woken.append((until, clock.now()))

    tasks = [asyncio.create_task(sleep(until)) for until in (300, 100, 200, 0)]
    await rounds()
    assert woken == [(0, 0)]
    clock.advance(200)
    await rounds()
    assert woken == [(0, 0), (100, 200), (200, 200)]
    clock.advance(100)
    await asyncio.gather(*tasks)
    assert woken[-1] == (300, 300)


async def test_virtual_time_jumps_only_while_there_is_nothing_else_to_do():
    clock, busy = VirtualClock(0), True
    clock.watch(lambda: not busy)
    sleeper = asyncio.create_task(clock.sleep_until(5_000))
    await rounds(50)
    assert clock.now() == 0
    busy = False
    await asyncio.wait_for(sleeper, 5)
    assert clock.now() == 5_000


async def test_the_machine_s_clock_sleeps_until_a_time_has_come():
    clock = SystemClock()
    until = clock.now() + 5
    await clock.sleep_until(until)
    assert clock.now() >= until


@given(st.lists(st.integers(min_value=-5, max_value=50), max_size=30))
def test_timers_fire_in_order_and_each_once(due):
    async def fire_all() -> list[int]:
        clock, fired = VirtualClock(0, jumps=False), []
        timers = Timers(clock, lambda number, run, name: fired.append(due[number]), lambda entry: True)
        for number, at in enumerate(due):
            timers.add(at, number, 0, "wait")
        for _ in range(51):
            await rounds(4)
            clock.advance(1)
        await rounds(4)
        await timers.close()
        return fired

    assert asyncio.run(fire_all()) == sorted(due)


async def test_timers_that_are_owed_no_longer_are_swept_out():
    timers = Timers(VirtualClock(0, jumps=False), lambda *_: None, lambda entry: entry[1] % 1_000 == 0)
    for number in range(50_000):
        timers.add(1_000_000 + number, number, 0, "timeout")
    assert len(timers) < 10_000
    await timers.close()


def test_listeners_are_found_by_type_and_by_any():
    listeners = Listeners()
    listeners.add(3, ["a", "b"])
    listeners.add(1, ["a"])
    listeners.add(2, ["*"])
    assert listeners.of("a") == [1, 2, 3]
    assert listeners.of("c") == [2]
    listeners.remove(3, ["a"])
    assert listeners.of("a") == [1, 2]
    assert listeners.of("b") == [2, 3]
