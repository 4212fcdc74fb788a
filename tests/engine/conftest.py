"""What the tests of the engine share: engines on a virtual clock, and stores that can be watched and broken."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from counterpoint import Engine, NetworkPolicy
from counterpoint.dsl import load
from counterpoint.engine.clock import VirtualClock
from counterpoint.errors import StoreUnavailable
from counterpoint.expressions import Compiler
from counterpoint.history import Codec, fold
from counterpoint.kernel.invariants import violations
from counterpoint.plan import compile_plan
from counterpoint.ports.store import Batch
from counterpoint.stores.memory import Contents, MemoryStore


class WatchedStore(MemoryStore):
    """The store in memory; counts what is written, and refuses to write while it is `broken`."""

    def __init__(self, contents: Contents | None = None) -> None:
        super().__init__(contents)
        self.batches: list[Batch] = []
        self.broken = False

    async def append(self, batch: Batch) -> None:
        """As every store; counts."""
        if self.broken:
            raise StoreUnavailable("the disk is full; nothing was written")
        await super().append(batch)
        self.batches.append(batch)

    def after_a_crash(self) -> WatchedStore:
        """A store that holds what is durable now, as a process finds it after this one was killed."""
        self.contents.holder, holder = None, self.contents.holder
        survived = copy.deepcopy(self.contents)
        self.contents.holder = holder
        return WatchedStore(survived)


@pytest.fixture
def clock() -> VirtualClock:
    """Time that jumps to the next timer whenever nothing else is to do."""
    return VirtualClock()


@pytest.fixture
def still_clock() -> VirtualClock:
    """Time that only moves when it is told to."""
    return VirtualClock(jumps=False)


@pytest.fixture
def store() -> Iterator[WatchedStore]:
    """A store; after the test every journal in it must fold to a sound state."""
    store = WatchedStore()
    yield store
    asyncio.run(_fold_all(store))


async def _fold_all(store: WatchedStore) -> None:
    compiler, codec, reader = Compiler(), Codec(), MemoryStore(store.contents)
    plans = {each.number: compile_plan(load(each.text), compiler) for each in store.contents.definitions}
    for row in store.contents.instances.values():
        records = store.contents.journal[row.number].values()
        transitions = [await codec.read(record.body, reader.blob, row.id) for record in records]
        instance = fold(plans[row.definition], transitions)
        assert violations(instance) == []
        assert instance.status.value == row.status


@pytest.fixture
def engine_on(clock: VirtualClock) -> Callable[..., Engine]:
    """Makes an engine on a store; the options are those of `Engine.embedded`."""

    def make(store: MemoryStore, **options: Any) -> Engine:
        options.setdefault("clock", clock)
        return Engine.embedded(store=store, network=NetworkPolicy.development(), **options)

    return make


@pytest.fixture
def anyio_backend() -> str:
    """The engine runs on asyncio."""
    return "asyncio"
