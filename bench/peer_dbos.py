"""The peer's side of the benchmark: DBOS Transact on its SQLite system database.

Runs under the python of `bench/.peer` (see `peer.py`) and prints one JSON object. The workflow is the one of
`sagas.py`: four in-process steps, each durable before the next begins. Both of its recommended ways (threads and
asyncio) and both journal modes can be asked for; `PRAGMA synchronous` is reported as its connections have it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID


@DBOS.step()
def step(order: str, number: int) -> dict[str, Any]:
    """One step: nothing but a small answer."""
    return {"order": order, "step": number}


@DBOS.workflow()
def checkout(order: str) -> dict[str, Any]:
    """Four steps on a thread."""
    for number in range(4):
        output = step(order, number)
    return output


@DBOS.step()
async def step_async(order: str, number: int) -> dict[str, Any]:
    """One step on the event loop."""
    return {"order": order, "step": number}


@DBOS.workflow()
async def checkout_async(order: str) -> dict[str, Any]:
    """Four steps on the event loop."""
    for number in range(4):
        output = await step_async(order, number)
    return output


def main() -> None:
    """Measure in the way that the command line asks for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--way", choices=["threads", "asyncio"], default="threads")
    options.add_argument("--journal", choices=["shipped", "wal"], default="shipped")
    options.add_argument("--workflows", type=int, default=400)
    options.add_argument("--at-once", type=int, default=200)
    options.add_argument("--alone", type=int, default=30)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_measure(Path(folder) / "peer.sqlite", chosen)))


def _measure(path: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.journal == "wal":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    config: DBOSConfig = {"name": "peer", "system_database_url": f"sqlite:///{path}", "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    empty = path.stat().st_size
    try:
        run = _run_threads if chosen.way == "threads" else _run_asyncio
        figures = run(chosen)
        pragmas = _pragmas()
    finally:
        DBOS.destroy()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        stored = connection.execute("SELECT count(*) FROM workflow_status WHERE status='SUCCESS'").fetchone()[0]
    return {
        "peer": f"DBOS Transact {version('dbos')}",
        "way": chosen.way,
        "journal": chosen.journal,
        **pragmas,
        **figures,
        "bytes_per_saga": (path.stat().st_size - empty) / stored,
    }


def _run_threads(chosen: argparse.Namespace) -> dict[str, float]:
    def batch(label: str, count: int) -> None:
        handles = [DBOS.start_workflow(checkout, f"{label}-{each}") for each in range(count)]
        for handle in handles:
            handle.get_result()

    batch("warm", 50)
    begun = time.perf_counter()
    for number in range(chosen.workflows // chosen.at_once):
        batch(f"batch{number}", chosen.at_once)
    elapsed = time.perf_counter() - begun
    alone = []
    for number in range(chosen.alone):
        begun = time.perf_counter()
        with SetWorkflowID(f"alone-{number}"):
            checkout(f"alone-{number}")
        alone.append(time.perf_counter() - begun)
    return _figures(chosen, elapsed, alone)


def _run_asyncio(chosen: argparse.Namespace) -> dict[str, float]:
    async def batch(label: str, count: int) -> None:
        handles = await asyncio.gather(
            *(DBOS.start_workflow_async(checkout_async, f"{label}-{each}") for each in range(count))
        )
        await asyncio.gather(*(handle.get_result() for handle in handles))

    async def everything() -> dict[str, float]:
        await batch("warm", 50)
        begun = time.perf_counter()
        for number in range(chosen.workflows // chosen.at_once):
            await batch(f"batch{number}", chosen.at_once)
        elapsed = time.perf_counter() - begun
        alone = []
        for number in range(chosen.alone):
            begun = time.perf_counter()
            await checkout_async(f"alone-{number}")
            alone.append(time.perf_counter() - begun)
        return _figures(chosen, elapsed, alone)

    return asyncio.run(everything())


def _figures(chosen: argparse.Namespace, elapsed: float, alone: list[float]) -> dict[str, float]:
    return {
        "sagas_per_second": chosen.workflows // chosen.at_once * chosen.at_once / elapsed,
        "alone_p50_ms": statistics.median(alone) * 1000,
    }


def _pragmas() -> dict[str, Any]:
    from dbos._dbos import _get_dbos_instance

    with _get_dbos_instance()._sys_db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        names = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
        return {
            "synchronous": names[driver.execute("PRAGMA synchronous").fetchone()[0]],
            "journal_mode": driver.execute("PRAGMA journal_mode").fetchone()[0],
        }


if __name__ == "__main__":
    main()
