"""Order of what goes out: kept for each key, so that one slow event does not hold up all others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from counterpoint.brokers.transport import Outgoing
from counterpoint.values.json import JsonObject


def key_of(event: JsonObject) -> str | None:
    """`partitionkey` (the extension of CloudEvents), or else `subject`; events with neither have no order."""
    key = event.get("partitionkey", event.get("subject"))
    return None if key is None else str(key)


async def in_order(outgoing: Sequence[Outgoing], publish: Callable[[Outgoing], Awaitable[None]]) -> None:
    """Publish events of one key one after the other, different keys at the same time.

    Returns or raises when nothing is on its way any more; raises the first error.
    """
    lanes: dict[str | int, list[Outgoing]] = {}
    for position, each in enumerate(outgoing):
        key = key_of(each.event)
        lanes.setdefault(position if key is None else key, []).append(each)

    async def follow(lane: list[Outgoing]) -> None:
        for each in lane:
            await publish(each)

    results = await asyncio.gather(*map(follow, lanes.values()), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
