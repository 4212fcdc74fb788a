"""The engine's side of a source in tests: takes events, or does not, and remembers; and the events that are sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.source import BrokerSource
from counterpoint.engine.cloudevents import checked
from counterpoint.errors import SinkUnavailable
from counterpoint.values.json import JsonObject

SECONDS = 40.0
CLOSE_SECONDS = 2.0


class Taking:
    """An `Accept` with the engine's own check. What is in `refusals` is raised first, one for each call."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.calls: list[list[str]] = []
        self.events: list[JsonObject] = []
        self.open = asyncio.Event()
        self.open.set()
        """Cleared, the engine does not answer."""

    async def __call__(self, events: Sequence[JsonObject]) -> None:
        for each in events:
            checked(each)
        self.calls.append([each["id"] for each in events])
        await self.open.wait()
        if self.refusals:
            raise self.refusals.pop(0)
        self.events += events

    @property
    def ids(self) -> list[str]:
        """Of what was taken, each where it was first."""
        return list(dict.fromkeys(each["id"] for each in self.events))

    async def have(self, count: int) -> None:
        """Until as many different events were taken."""
        await until(lambda: len(self.ids) >= count, lambda: f"{count} events; there are {len(self.ids)}")


async def until(holds: Callable[[], bool], what: Callable[[], str], seconds: float = SECONDS) -> None:
    """Until it holds; fails when the time is up."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited for {what()}"
        await asyncio.sleep(0.01)


async def persist(sink: BrokerSink, events: Sequence[JsonObject]) -> None:
    """Send as the outbox does: again, until they are taken."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return await sink.send(events)
        except SinkUnavailable:
            assert time.monotonic() < end, "the sink does not find its broker again"
            await asyncio.sleep(0.05)


@asynccontextmanager
async def consuming(source: BrokerSource, taking: Taking) -> AsyncIterator[Taking]:
    """The source runs for as long as the context lasts. It must not fail, and must stop in time."""
    task = asyncio.create_task(source.run(taking))
    try:
        yield taking
    finally:
        assert not task.done(), task.exception()
        task.cancel()
        begun = time.monotonic()
        await asyncio.wait({task}, timeout=CLOSE_SECONDS * 5)
        lasted = time.monotonic() - begun
        assert task.cancelled(), "the source did not stop"
        assert lasted < CLOSE_SECONDS, f"it took {lasted:.1f} s to stop"
        await source.close()


def event(id: str | int, **members: object) -> JsonObject:
    """An event; `members` are added, or take the place of what it has."""
    return {"specversion": "1.0", "id": str(id), "source": "/tests", "type": "com.example.tested.v1", **members}


def events(count: int, first: int = 0, **members: object) -> list[JsonObject]:
    """Events with the ids `first`, `first + 1` ..."""
    return [event(each, **members) for each in range(first, first + count)]


def ids(count: int, first: int = 0) -> list[str]:
    return [str(each) for each in range(first, first + count)]
