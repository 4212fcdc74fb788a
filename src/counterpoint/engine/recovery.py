"""Recovery: what an engine does first on a store, whether its predecessor stopped or was killed."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from counterpoint.engine.dispatch import Dispatch
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.engine.population import Population
from counterpoint.errors import CounterpointError, StoreUnavailable
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, InstanceRow, Record, Store, Summary

_ROWS: Final = 500
_WAITING_ROWS: Final = 10_000
_log = logging.getLogger("counterpoint.engine")


async def recover(store: Store, population: Population, dispatch: Dispatch, clock: Clock, limits: EngineLimits) -> None:
    """Index what waits, load what is unfinished, and send out everything that is owed. Raises StoreUnavailable."""
    children: list[tuple[str, str]] = []
    after = 0
    while waiting := await store.waiting(after, _WAITING_ROWS):
        for row in waiting:
            population.send_away(row.number)
            dispatch.listeners.add(row.number, row.listens)
            if row.wake_at is not None:
                dispatch.timers.add(row.wake_at, row.number, 0, "")
            if row.parent is not None:
                children.append((row.id, row.parent))
        after = waiting[-1].number
    lives: list[Live] = []
    after = 0
    while active := await store.active(after, _ROWS):
        records = await store.read_many([row.number for row in active])
        for row in active:
            live = await _admit(population, row, records[row.number])
            if live is not None:
                lives.append(live)
                if row.parent is not None:
                    children.append((row.id, row.parent))
        after = active[-1].number
    # All that owe something are in memory now, so that a child finds its parent.
    for id, parent in children:
        dispatch.children.adopt(id, parent)
    for live in lives:
        # A row may say too little: it was written by an older version, or time has passed since.
        summary = live.summary(clock.now(), limits.evict_after_ms)
        if summary is not None:
            dispatch.committer.write(partial(_add, summary))
        dispatch.resume(live)
        if live.instance.hold is not None:  # debug sessions end with their engine
            dispatch.let_go(live)


def _add(summary: Summary, batch: Batch) -> None:
    batch.summaries.append(summary)


async def _admit(population: Population, row: InstanceRow, records: list[Record]) -> Live | None:
    """One instance that cannot be read must not keep the others from going on."""
    try:
        return await population.admit(row.number, records, row)
    except StoreUnavailable:
        raise
    except CounterpointError as error:
        _log.error("instance %s cannot be taken up and is left as it is: %s", row.id, error, extra={"instance": row.id})
        return None
