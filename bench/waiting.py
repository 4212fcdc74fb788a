"""Many waiting instances: half sleep for a day, half listen to an event; the peak memory of their engine."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from counterpoint import Engine

WAITING = 100_000
AT_ONCE = 500

SLEEPER = """
document: {dsl: '1.0.3', namespace: bench, name: sleeper, version: '1.0.0'}
do:
- rest: {wait: {days: 1}}
"""
LISTENER = """
document: {dsl: '1.0.3', namespace: bench, name: listener, version: '1.0.0'}
do:
- hear:
    listen:
      to: {one: {with: {type: org.example.never}}}
"""


def peak_bytes(folder: Path) -> int:
    """The peak resident memory of a process that holds them all."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_hold, args=(theirs, str(folder / "waiting.db")))
    process.start()
    theirs.close()
    peak: int = mine.recv()
    process.join()
    return peak


def _hold(answer: Connection, path: str) -> None:
    asyncio.run(_wait(path))
    unit = 1 if sys.platform == "darwin" else 1024
    answer.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


async def _wait(path: str) -> None:
    async with Engine.embedded(path) as engine:
        refs = [await engine.publish(text) for text in (SLEEPER, LISTENER)]
        numbers = iter(range(WAITING))

        async def worker() -> None:
            for number in numbers:
                await engine.start(refs[number % 2], input={"number": number}, id=f"waiting-{number}")

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        for number in (0, WAITING - 1):
            assert (await engine.inspect(f"waiting-{number}")).status == "waiting"
