"""Gathering: the head and the body of an answer go out in one piece. uvicorn writes them one after the other, and each
write is a call of the system here and a packet, with a waking of its reader, there.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

_AT_ONCE: Final = 65_536
"""Bytes from which nothing is gathered: whoever writes more than its reader takes must be told."""


class Gathered:
    """A transport that writes once in a turn of the loop. In all else it is the transport that it stands for."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """See asyncio's `WriteTransport`."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)
        self._size += len(data)
        if self._size >= _AT_ONCE:
            self._flush()

    def close(self) -> None:
        """See asyncio's `BaseTransport`: what was written before goes out."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._held:
            data, self._held, self._size = b"".join(self._held), [], 0
            if not self._transport.is_closing():
                self._transport.write(data)
