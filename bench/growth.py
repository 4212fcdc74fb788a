"""A long loop and a wide fork: how long they take, and whether the cost of a step grows with their size.

In memory: what could grow is the engine's own work, and a disk's moods would hide it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from counterpoint import Engine, function

ITERATIONS = 10_000
BRANCHES = 1_000


@dataclass(frozen=True)
class Result:
    """Seconds at full size, and time(n) / time(n/4) / 4: 1 is linear, 4 is quadratic."""

    seconds: float
    growth: float


def loop() -> Result:
    """A `for` over `ITERATIONS` items that calls a function for each."""
    return asyncio.run(_measure(_loop, ITERATIONS))


def fork() -> Result:
    """A `fork` of `BRANCHES` branches that each call a function."""
    return asyncio.run(_measure(_fork, BRANCHES))


@function
async def note(number: int) -> dict[str, int]:
    """What every iteration and every branch calls."""
    return {"number": number}


async def _measure(document: Callable[[int], str], size: int) -> Result:
    async with Engine.embedded(functions=[note]) as engine:
        await _time(engine, document(size // 4))
        quarter = min([await _time(engine, document(size // 4)) for _ in range(3)])
        whole = min([await _time(engine, document(size)) for _ in range(3)])
    return Result(whole, whole / quarter / 4)


async def _time(engine: Engine, document: str) -> float:
    ref = await engine.publish(document)
    begun = time.perf_counter()
    id = await engine.start(ref, input={})
    view = await engine.result(id, timeout=120.0)
    elapsed = time.perf_counter() - begun
    assert view.status == "completed", view
    return elapsed


def _loop(size: int) -> str:
    return f"""
document: {{dsl: '1.0.3', namespace: bench, name: loop-{size}, version: '1.0.0'}}
do:
- go:
    for: {{each: item, in: '${{ [range({size})] }}'}}
    do:
    - note: {{call: note, with: {{number: '${{ $item }}'}}}}
"""


def _fork(size: int) -> str:
    branch = "      - branch{0}: {{call: note, with: {{number: {0}}}}}\n"
    branches = "".join(branch.format(number) for number in range(size))
    return f"""
document: {{dsl: '1.0.3', namespace: bench, name: fork-{size}, version: '1.0.0'}}
do:
- spread:
    fork:
      branches:
{branches}"""
