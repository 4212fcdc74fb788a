"""Starting up on a database with many unfinished instances, left there by a killed process."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench.sagas import document, functions
from counterpoint import Engine, EngineLimits, function

UNFINISHED = 10_000
LIMITS = EngineLimits(effects_in_flight_max=UNFINISHED, instances_in_memory_max=UNFINISHED)
"""All of them are stuck in an effect at the same time."""


@dataclass(frozen=True)
class Result:
    """Seconds until the engine takes commands, and until every instance has gone on to its end."""

    ready_seconds: float
    caught_up_seconds: float


def measure(folder: Path) -> Result:
    """Leave the instances behind in a process that dies, then start up on them."""
    path = str(folder / "startup.db")
    process = multiprocessing.get_context("spawn").Process(target=_leave_behind, args=(path,))
    process.start()
    process.join()
    return asyncio.run(_start_up(path))


def _leave_behind(path: str) -> None:
    asyncio.run(_strand(path))


async def _strand(path: str) -> None:
    """Start the instances, each stuck in its third step, and die without a goodbye."""
    stuck = asyncio.Semaphore(0)

    @function(name="reserveStock")
    async def never(order: str) -> None:
        stuck.release()
        await asyncio.Event().wait()

    others = [each for each in functions() if each.name != "reserveStock"]
    async with Engine.embedded(path, functions=[*others, never], limits=LIMITS) as engine:
        ref = await engine.publish(document())
        for number in range(UNFINISHED):
            await engine.start(ref, input={"order": str(number)}, id=f"stranded-{number}")
        for _ in range(UNFINISHED):
            await stuck.acquire()
        os._exit(0)


async def _start_up(path: str) -> Result:
    begun = time.perf_counter()
    async with Engine.embedded(path, functions=functions(), limits=LIMITS) as engine:
        ready = time.perf_counter() - begun
        views = await asyncio.gather(*(engine.result(f"stranded-{number}") for number in range(UNFINISHED)))
        caught_up = time.perf_counter() - begun
    assert all(view.status == "completed" for view in views)
    return Result(ready, caught_up)
