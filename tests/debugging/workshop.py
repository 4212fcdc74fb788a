"""A workshop: an engine on a clock that stands still, workflows to debug, a store that fails or is slow on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from counterpoint import Engine
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.sessions import Breaks, DebugSessions
from counterpoint.application.debugging.stepper import Mode
from counterpoint.engine.clock import VirtualClock
from counterpoint.errors import StoreUnavailable
from counterpoint.ports.store import Batch, InstanceRow
from counterpoint.stores.memory import Contents, MemoryStore

HEAD = "document: {{dsl: '1.0.3', namespace: debug, name: {name}, version: '1.0.0'}}\n"
TRIP = HEAD.format(name="trip") + (
    "do:\n"
    "- car: {call: act, with: {what: car}, compensate: {do: [{giveCarBack: {call: act, with: {what: back}}}]}}\n"
    "- nights:\n"
    "    for: {each: night, in: '${ [1, 2, 3] }'}\n"
    "    do:\n"
    "    - book: {call: act, with: {what: '${ \"night \\($night)\" }'}}\n"
    "- pay: {call: act, with: {what: pay}}\n"
    "- thank: {set: {thanked: true, context: '${ $context }'}}\n"
)
OUTER = HEAD.format(name="outer") + (
    "do:\n- inner: {run: {workflow: {namespace: debug, name: trip, version: '1.0.0'}}}\n- last: {set: {done: true}}\n"
)
LISTENING = HEAD.format(name="listening") + (
    "do:\n- hear: {listen: {to: {one: {with: {type: go}}}}}\n- act: {call: act, with: {what: heard}}\n"
)


class MoodyStore(MemoryStore):
    """The store in memory. It writes and finds only while these events are set, and refuses what it cannot write."""

    def __init__(self, contents: Contents | None = None) -> None:
        super().__init__(contents)
        self.writes, self.finds = asyncio.Event(), asyncio.Event()
        self.writes.set()
        self.finds.set()
        self.batches_left: int | None = None
        """How many batches it still takes; None: all."""

    async def append(self, batch: Batch) -> None:
        """As every store."""
        await self.writes.wait()
        if self.batches_left is not None:
            if not self.batches_left:
                raise StoreUnavailable("the disk is full")
            self.batches_left -= 1
        await super().append(batch)

    async def find(self, id: str) -> InstanceRow | None:
        """As every store."""
        await self.finds.wait()
        return await super().find(id)


class Workshop:
    """An engine, what its functions have done, and its sessions."""

    def __init__(self, engine: Engine, acted: list[str], clock: VirtualClock) -> None:
        self.engine = engine
        self.acted = acted
        self.clock = clock

    @property
    def sessions(self) -> DebugSessions:
        return self.engine.service.debugging

    async def debug(self, *breakpoints: Breaks, definition: str = "trip", **options: Any) -> Session:
        options.setdefault("stop_on_entry", not breakpoints)
        session = await self.sessions.start(definition, {}, "ada", breakpoints=breakpoints, **options)
        await session.settled(5)
        return session

    async def history(self, id: str) -> list[str]:
        return [event["type"] for event in await self.engine.history(id)]

    async def held_by(self, id: str) -> str | None:
        return (await self.engine.moment(id)).held_by

    async def until(self, so: Callable[[], bool], step_ms: int = 0) -> None:
        """Let others have their turn until it is so, and let time pass meanwhile."""
        async with asyncio.timeout(5):
            while not so():
                self.clock.advance(step_ms)
                await asyncio.sleep(0)

    async def ended(self, id: str, step_ms: int = 0) -> str:
        """How an instance ends; time passes meanwhile."""
        result = asyncio.create_task(self.engine.result(id, 5))
        await self.until(result.done, step_ms)
        return (await result).status


def where(session: Session) -> str | None:
    """The task that it is stopped at."""
    stop = session.view().stop
    return None if stop is None else stop.at.task


def why(session: Session) -> str | None:
    stop = session.view().stop
    return None if stop is None else stop.reason


async def walk(session: Session, *modes: Mode) -> list[str | None]:
    """Where it is stopped after each."""
    found = []
    for mode in modes:
        await session.go(mode)
        await session.settled(5)
        found.append(where(session))
    return found


async def turns(count: int = 50) -> None:
    """Let whatever can be done without time be done."""
    for _ in range(count):
        await asyncio.sleep(0)
