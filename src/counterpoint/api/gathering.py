"""Gathering: the head and the body of an answer go out in one piece, at the end of a turn of the loop.

uvicorn writes them one after the other, and each write is a call of the system here and a packet, with a waking of its
reader, there. And of many readers that one turn has answers for, none is woken before the turn is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

_AT_ONCE: Final = 65_536
"""Bytes from which nothing is gathered: whoever writes more than its reader takes must be told."""


def _never() -> bool:
    return False


class Gathered:
    """A transport that writes once in a turn of the loop, and lets in what is on its way before it closes.

    In all else it is the transport that it stands for.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop, lingers: Callable[[], bool]) -> None:
        """`lingers`: whether something that is to be read first is still coming; whoever reads it closes again."""
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0
        self._lingers = lingers
        self._closing = False

    def write(self, data: bytes) -> None:
        """See asyncio's `WriteTransport`."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)
        self._size += len(data)
        if self._size >= _AT_ONCE:
            self._flush()

    def close(self) -> None:
        """See asyncio's `BaseTransport`: what was written before goes out, and the reader is told that it was all."""
        self._flush()
        if self._closing or self._transport.is_closing() or not self._lingers():
            self._transport.close()
        elif self._transport.can_write_eof():
            self._transport.write_eof()
        self._closing = True

    def lost(self) -> None:
        """The connection has ended: what was asked about lingering is let go, or the two would hold each other."""
        self._lingers = _never

    def is_closing(self) -> bool:
        """See asyncio's `BaseTransport`. Asked for with every request."""
        return self._closing or bool(self._transport.is_closing())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._held:
            data, self._held, self._size = b"".join(self._held), [], 0
            if not self.is_closing():
                self._transport.write(data)
