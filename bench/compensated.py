"""The saga of `sagas`, refused at its last step: three undos, every one durable before the next."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

from bench.sagas import AT_ONCE, STEPS, document, functions
from counterpoint import Engine, Refused, function

SAGAS = 2000
RUNS = 3


def rate(folder: Path) -> float:
    """Compensated sagas a second, `AT_ONCE` of them under way at any time: the median of the runs."""
    return asyncio.run(_measure(folder / "compensated.db"))


@function(name=STEPS[-1])
async def _refuse(order: str) -> None:
    raise Refused(f"nobody delivers {order}")


async def _measure(path: Path) -> float:
    calls = [each for each in functions() if each.name != STEPS[-1]]
    async with Engine.embedded(str(path), functions=[*calls, _refuse]) as engine:
        ref = await engine.publish(document())
        await _many(engine, ref, "warm", SAGAS // 4)
        return statistics.median([await _many(engine, ref, f"run{number}", SAGAS) for number in range(RUNS)])


async def _many(engine: Engine, ref: Any, label: str, count: int) -> float:
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            id = f"{label}-{number}"
            await engine.start(ref, input={"order": id}, id=id)
            view = await engine.result(id)
            assert (view.status, view.saga) == ("faulted", "compensated"), view

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - begun)
