"""Asking an engine for something: the one that holds the store, or, where nobody does, one of our own for a moment.

Both take the same way, the store's inbox. What is asked for is durable before anything is said about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from counterpoint.application.definitions import PUBLISH
from counterpoint.application.reading import Reader
from counterpoint.application.requesting import Requester
from counterpoint.application.views import InstanceView
from counterpoint.bootstrap import Engine, open_reader, open_requester
from counterpoint.cli.exits import Exit, Refusal
from counterpoint.cli.options import MEMORY, Ask
from counterpoint.cli.settings import engine_of
from counterpoint.cli.terminal import Streams
from counterpoint.dsl import load
from counterpoint.errors import InvalidInput, StoreLocked
from counterpoint.values.json import JsonObject

_POLL_SECONDS: Final = 0.03
_RESTING: Final = frozenset({"waiting", "suspended", "completed", "faulted", "cancelled"})


class Asking:
    """Requests to an engine, and what has become of instances."""

    def __init__(self, requester: Requester, reader: Reader, engine: Engine | None, seconds_max: float) -> None:
        self.requester = self._requester = requester
        self.reader = self._reader = reader
        self._engine = engine
        self._seconds_max = seconds_max

    @property
    def ours(self) -> bool:
        """Whether the engine runs in this process, so that instances go on only as long as it does."""
        return self._engine is not None

    async def request(self, kind: str, body: JsonObject) -> JsonObject:
        """See `Requester.request`. Raises Refusal where nobody answers in time."""
        try:
            return await self._requester.request(kind, body, self._seconds_max)
        except TimeoutError:
            raise self._unanswered() from None

    async def publish_document(self, text: bytes, source: str) -> tuple[str, bool]:
        """Publish a document; its reference, and whether it was new. Raises InvalidDocument, Conflict."""
        if self._engine is not None:
            reference, new = await self._engine.service.definitions.publish(text, source)
            return str(reference), new
        load(text, source=source)  # so that what is wrong is told with its place before anybody is asked
        answer = await self.request(PUBLISH, {"document": text.decode("utf-8"), "source": source})
        return answer["reference"], answer["new"]

    async def publish(self, event: JsonObject) -> int | None:
        """See `Requester.offer`; with an engine of our own, also until it is quiet again."""
        try:
            offered = await self._requester.offer(event, self._seconds_max)
        except TimeoutError:
            raise self._unanswered() from None
        engine = self._engine
        if engine is not None:

            async def idle() -> bool:
                return engine.runtime.idle

            await self._until(idle)
        return offered

    async def at_rest(self, id: str) -> InstanceView:
        """The instance once it has ended, waits or is suspended; as it stands where that takes too long."""

        async def resting() -> bool:
            return (await self._reader.find(id)).status in _RESTING

        await self._until(resting)
        return await self._reader.inspect(id)

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Return when it holds, or when the time is up. Only looking tells: it may be another process's doing."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds_max
        while not await holds() and loop.time() < end:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)

    def _unanswered(self) -> Refusal:
        return Refusal(
            f"no engine has answered within {self._seconds_max:g} s; "
            "the request stays posted and is handled when one does"
        )


@asynccontextmanager
async def asking(ask: Ask, streams: Streams) -> AsyncIterator[Asking]:
    """Everything that is needed to ask. Raises Refusal where there is no store, InvalidInput."""
    require_store(ask.store)
    engine: Engine | None = engine_of(ask.store, ask.options, streams)
    assert engine is not None
    try:
        await engine.open()
    except StoreLocked:
        engine = None
    requester, reader = open_requester(ask.store), open_reader(ask.store)
    try:
        yield Asking(requester, reader, engine, ask.seconds_max)
    finally:
        await requester.close()
        await reader.close()
        if engine is not None:
            await engine.close()


def require_store(store: str) -> None:
    """Raises Refusal where there is no such store: looking must not make one."""
    if store == MEMORY:
        raise InvalidInput("a store in memory ends with its process: there is nothing to find in it")
    if not Path(store).is_file():
        hint = "name the one to use with --store or COUNTERPOINT_STORE; `counterpoint run` makes one"
        raise Refusal(f"there is no store {store}; {hint}", Exit.STORE)
