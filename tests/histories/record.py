"""Record histories with the engine as it is now.

    python -m tests.histories.record [scenario ...]

Writes `recorded/{scenario}-{release}.jsonl`; a file that is there already stays as it is.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import counterpoint
from counterpoint import Engine
from counterpoint.engine.clock import VirtualClock
from counterpoint.stores.sqlite import SqliteStore
from tests.histories.histories import RECORDED, History, replay, write
from tests.histories.scenarios import FUNCTIONS, SCENARIOS, Scenario

INSTANCE = "recorded"


def main() -> None:
    """The command line."""
    RECORDED.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SCENARIOS:
        path = RECORDED / f"{name}-{counterpoint.__version__}.jsonl"
        if path.exists():
            print(f"{path.name} is there already")
            continue
        with tempfile.TemporaryDirectory() as folder:
            histories = asyncio.run(_record(SCENARIOS[name], Path(folder) / "engine.db"))
        write(path, histories)
        print(f"{path.name}: {' '.join(str(len(each.records)) for each in histories)} transitions")


async def _record(scenario: Scenario, path: Path) -> list[History]:
    async with Engine.embedded(str(path), functions=FUNCTIONS, clock=VirtualClock()) as engine:
        for document in scenario.children:
            await engine.publish(document)
        ref = await engine.publish(scenario.document)
        id = await engine.start(ref, input=scenario.input, id=INSTANCE)
        await scenario.drive(engine, id)
    return await _journal(path)


async def _journal(path: Path) -> list[History]:
    """Every instance of a database, oldest first."""
    store = SqliteStore(path, mode="reader")
    try:
        texts = {each.number: each.text for each in await store.definitions()}
        histories = []
        for row in reversed(await store.browse()):
            records = [record.body for record in await store.read(row.number)]
            document = texts[row.definition]
            histories.append(History(document, counterpoint.__version__, records, replay(document, records)))
        return histories
    finally:
        await store.close()


if __name__ == "__main__":
    main()
