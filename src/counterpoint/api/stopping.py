"""Stopping: what waits on behalf of a client ends at once when the server is told to stop, or the client has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from litestar import Request

from counterpoint.errors import LimitExceeded

T = TypeVar("T")
_DISCONNECT: Final = "http.disconnect"


class Stopping:
    """Knows the streams that are open, and wakes them."""

    def __init__(self, streams_max: int) -> None:
        self._streams_max = streams_max
        self._streams: set[asyncio.Event] = set()
        self._event = asyncio.Event()

    @property
    def asked(self) -> bool:
        """Whether the server was told to stop."""
        return self._event.is_set()

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def stop(self) -> None:
        """End what waits."""
        self._event.set()
        for stream in self._streams:
            stream.set()

    def refuse_more(self) -> None:
        """Raises LimitExceeded where another stream would be one too many."""
        if len(self._streams) >= self._streams_max:
            raise LimitExceeded("streams_max", self._streams_max, hint="try again later")

    @contextmanager
    def stream(self, moved: asyncio.Event) -> Iterator[None]:
        """A stream is open; `moved` is set when the server is told to stop."""
        self._streams.add(moved)
        if self.asked:
            moved.set()
        try:
            yield
        finally:
            self._streams.discard(moved)

    async def unless(self, work: Coroutine[Any, Any, T], request: Request[Any, Any, Any]) -> T | None:
        """What the work gives; None where the server is told to stop first, or the client of `request` has gone.

        The work is then cancelled; what it has made durable stays. The body of the request must have been read.
        """
        waits = (asyncio.ensure_future(self._event.wait()), asyncio.ensure_future(_gone(request)))
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task, *waits}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for each in (*waits, task):
                each.cancel()


async def _gone(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != _DISCONNECT:
        pass
