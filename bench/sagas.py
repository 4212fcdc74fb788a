"""A saga of four in-process steps, every step durable before the next: throughput, latency, bytes on disk."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterpoint import Engine, function

STEPS = ("createOrder", "chargePayment", "reserveStock", "scheduleDelivery")
AT_ONCE = 200
SAGAS = 4000
RUNS = 3
ALONE = 300


@dataclass(frozen=True)
class Result:
    """Medians over the runs."""

    sagas_per_second: float
    alone_p50_ms: float
    bytes_per_saga: float


def document() -> str:
    """The saga: each step a call of a function, each with its undo."""
    return (
        f"document: {{dsl: '1.0.3', namespace: bench, name: saga, version: '1.0.0'}}\ndo:\n{''.join(map(_step, STEPS))}"
    )


def functions() -> list[Any]:
    """The steps and their undos: nothing but a small answer."""
    return [function(name=name)(_answer) for name in (*STEPS, *(f"undo{step}" for step in STEPS))]


def measure(folder: Path) -> Result:
    """Measure on a database in `folder`."""
    return asyncio.run(_measure(folder / "sagas.db"))


async def _answer(order: str) -> dict[str, Any]:
    return {"order": order, "ok": True}


def _step(name: str) -> str:
    return f"""\
- {name}:
    call: {name}
    with: {{order: '${{ .order }}'}}
    compensate:
      do:
      - undo:
          call: undo{name}
          with: {{order: '${{ .order }}'}}
"""


async def _measure(path: Path) -> Result:
    async with Engine.embedded(str(path), functions=functions()) as engine:
        ref = await engine.publish(document())
        await _many(engine, ref, "warm", SAGAS // 4)
        rates = [await _many(engine, ref, f"run{number}", SAGAS) for number in range(RUNS)]
        alone = [await _one(engine, ref, f"alone-{number}") for number in range(ALONE)]
    sagas = SAGAS // 4 + RUNS * SAGAS + ALONE
    return Result(statistics.median(rates), statistics.median(alone) * 1000, bytes_on_disk(path) / sagas)


async def _many(engine: Engine, ref: Any, label: str, count: int) -> float:
    """Sagas a second, `AT_ONCE` of them under way at any time."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await _one(engine, ref, f"{label}-{number}")

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - begun)


async def _one(engine: Engine, ref: Any, id: str) -> float:
    """Seconds for one saga."""
    begun = time.perf_counter()
    await engine.start(ref, input={"order": id}, id=id)
    view = await engine.result(id)
    elapsed = time.perf_counter() - begun
    assert view.status == "completed", view
    return elapsed


def bytes_on_disk(path: Path) -> int:
    """The size of a database whose journal has been folded into it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(each.stat().st_size for each in path.parent.glob(path.name + "*"))
