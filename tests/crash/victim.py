"""The process that is killed: an engine on the harness's database, reporting each fact as soon as it is durable."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from typing import Any

from counterpoint import Engine, NetworkPolicy, errors
from tests.crash.document import documents, shape_of

RESULT_TIMEOUT_SECONDS = 60.0

Fact = tuple[str, ...]
"""`("ready",)`, `("started", order)`, `("ended", order, status, saga)`, `("done",)`."""


def run(facts: Connection, path: str, url: str, begin: list[str], pending: list[str]) -> None:
    """Start the orders of `begin`, wait for them and for those of `pending`, and report."""
    asyncio.run(_run(facts, path, url, begin, pending))


async def _run(facts: Connection, path: str, url: str, begin: list[str], pending: list[str]) -> None:
    async with Engine.embedded(path, network=NetworkPolicy.development()) as engine:
        published = {name: await engine.publish(text) for name, text in documents(url).items()}
        facts.send(("ready",))

        async def see_through(order: str, start: bool) -> None:
            if start:
                await _start(engine, published[shape_of(order)], order)
                facts.send(("started", order))
            view = await engine.result(order, timeout=RESULT_TIMEOUT_SECONDS)
            facts.send(("ended", order, view.status, view.saga or ""))

        work = [see_through(order, True) for order in begin] + [see_through(order, False) for order in pending]
        await asyncio.gather(*work)
    facts.send(("done",))


async def _start(engine: Engine, ref: Any, order: str) -> None:
    try:
        await engine.start(ref, input={"order": order}, id=order)
    except errors.Conflict:
        """It was started in an earlier life that was killed before it could say so."""
