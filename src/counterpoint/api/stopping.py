"""Stopping: what waits on behalf of a client ends at once when the server is told to stop, or the client has gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from litestar.types import Receive

from counterpoint.api.problems import ClientGone
from counterpoint.errors import LimitExceeded

T = TypeVar("T")
_DISCONNECT: Final = "http.disconnect"
_WATCHED_AFTER_SECONDS: Final = 0.2
_log = logging.getLogger("counterpoint.api")


class Stopping:
    """Knows the streams that are open and what waits, and ends both."""

    def __init__(self, streams_max: int) -> None:
        self._streams_max = streams_max
        self._streams: set[asyncio.Event] = set()
        self._ending: set[Callable[[], None]] = set()
        self._asked = False

    @property
    def asked(self) -> bool:
        """Whether the server was told to stop."""
        return self._asked

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def stop(self) -> None:
        """End what waits."""
        self._asked = True
        for stream in self._streams:
            stream.set()
        for end in list(self._ending):
            end()

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

    def add(self, end: Callable[[], None]) -> None:
        """Call `end` when the server is told to stop, until it is discarded. It has not been told yet."""
        self._ending.add(end)

    def discard(self, end: Callable[[], None]) -> None:
        """See `add`."""
        self._ending.discard(end)

    async def unless(self, work: Coroutine[Any, Any, T], receive: Receive, seconds_max: float) -> T | None:
        """What the work gives; None where the server is told to stop first, the client has gone, or the time is up.

        The work is then cancelled; what it has made durable stays. `receive` is that of the request (see ASGI), whose
        body must have been read.
        """
        try:
            async with asyncio.timeout(0 if self.asked else seconds_max) as scope:

                def end(_: object = None) -> None:
                    if not scope.expired():
                        scope.reschedule(0)

                watch = _Watch(receive, end)
                self._ending.add(end)
                try:
                    return await work
                finally:
                    self._ending.discard(end)
                    watch.stop()
        except TimeoutError:
            return None


async def unless_gone(work: Coroutine[Any, Any, T], receive: Receive) -> T:
    """What the work gives. Where the client goes first, the work is cancelled: it takes on no more, and what it has
    begun comes to its end. `receive` as for `Stopping.unless`. Raises ClientGone.
    """
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        working.cancel()
        await asyncio.wait({working})
        _log.info("the client has gone: what was not begun for it is left")
        raise ClientGone
    finally:
        working.cancel()
        gone.cancel()


class _Watch:
    """Tells that a client has gone. It begins after a while: most waits are over by then, and a task costs more."""

    def __init__(self, receive: Receive, told: Callable[[object], None]) -> None:
        self._receive = receive
        self._told = told
        self._gone: asyncio.Task[None] | None = None
        self._beginning = asyncio.get_running_loop().call_later(_WATCHED_AFTER_SECONDS, self._begin)

    def stop(self) -> None:
        """Tell nothing any more."""
        self._beginning.cancel()
        if self._gone is not None:
            self._gone.remove_done_callback(self._told)
            self._gone.cancel()

    def _begin(self) -> None:
        self._gone = asyncio.ensure_future(_gone(self._receive))
        self._gone.add_done_callback(self._told)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != _DISCONNECT:
        pass
