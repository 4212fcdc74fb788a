"""A process that receives events and is killed before it has acknowledged them: says which, and waits for its end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from servers import Server
from transports import TRANSPORTS

from counterpoint.values.json import JsonObject


class There(Server):
    """A broker that somebody else has started."""

    name = "there"

    def __init__(self, address: str) -> None:
        super().__init__(Path())
        self._address = address

    @property
    def address(self) -> str:
        return self._address


async def main(name: str, address: str, place: str) -> None:
    """Receive for ever."""
    transport = TRANSPORTS[name](There(address))
    transport.place, transport.dead = place, f"{place}.dead"

    async def accept(events: Sequence[JsonObject]) -> None:
        print(" ".join(each["id"] for each in events), flush=True)
        await asyncio.Event().wait()

    await transport.source(**transport.soon).run(accept)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
