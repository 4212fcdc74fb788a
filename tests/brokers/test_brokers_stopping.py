"""A source ends when it is told to, whatever its library makes of that."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from taking import Taking

from counterpoint.brokers.credentials import Credentials
from counterpoint.brokers.limits import BrokerLimits
from counterpoint.brokers.source import BrokerSource
from counterpoint.brokers.transport import BrokerFault


def test_a_source_stops_where_its_library_takes_the_cancellation_for_a_failure_to_connect() -> None:
    """As `asyncio.wait_for` of Python 3.11 does when both come at once: the server once waited for it forever."""

    async def scenario() -> None:
        opening = asyncio.Event()

        async def open_reception() -> NoReturn:
            opening.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise BrokerFault("the connection was refused") from None
            raise AssertionError("nothing sets that")

        source = BrokerSource("a test", open_reception, Credentials(), BrokerLimits())
        running = asyncio.create_task(source.run(Taking()))
        await opening.wait()
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=10)
        assert done and running.cancelled()

    asyncio.run(scenario())
