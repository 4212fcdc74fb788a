"""Every strategy, over every transport, in every situation: the same outcome.

A transport is a function that takes an engine and gives a context manager with `send(events)`, which returns once the
events are durable. Another one joins by a line in `TRANSPORTS`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NamedTuple

import httpx2
import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, listen

pytestmark = pytest.mark.anyio

Event = dict[str, Any]
Send = Callable[[Sequence[Event]], Awaitable[None]]
Transport = Callable[[Engine], AbstractAsyncContextManager[Send]]


@asynccontextmanager
async def inprocess(engine: Engine) -> AsyncIterator[Send]:
    async def send(events: Sequence[Event]) -> None:
        for event in events:
            await engine.deliver(event)

    yield send


@asynccontextmanager
async def http(engine: Engine) -> AsyncIterator[Send]:
    async with (
        listen(engine.service, Address.of("127.0.0.1:0"), Access(None)) as address,
        httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client,
    ):

        async def send(events: Sequence[Event]) -> None:
            headers = {"Content-Type": "application/cloudevents-batch+json"}
            answer = await client.post("/v1/events", content=json.dumps(list(events)), headers=headers)
            assert answer.status_code == 202, answer.text

        yield send


TRANSPORTS: dict[str, Transport] = {"inprocess": inprocess, "http": http}


def event(kind: str, n: int, order: str = "o-1") -> Event:
    return {
        "specversion": "1.0",
        "id": f"{kind}-{n}-{order}",
        "source": "/test",
        "type": f"m.{kind}",
        "data": {"kind": kind, "n": n, "order": order},
    }


A1, A2, A3, B1 = event("a", 1), event("a", 2), event("a", 3), event("b", 1)
STRANGER = event("a", 9, "o-2")
"""Of another correlation."""


class Strategy(NamedTuple):
    """What a task listens to, the events that satisfy it in this order, and what it gives."""

    listen: str
    events: list[Event]
    gives: Callable[[Sequence[Event]], list[Any]]


def data(events: Sequence[Event]) -> list[Any]:
    return [each["data"] for each in events]


MATCH = "{with: {type: m.%s}, correlate: {order: {from: '${ .data.order }', expect: o-1}}}"
A, B = MATCH % "a", MATCH % "b"
STRATEGIES = {
    "one": Strategy(f"to: {{one: {A}}}", [A1], lambda sent: data(sent[:1])),
    "any": Strategy(f"to: {{any: [{A}, {B}]}}", [B1], lambda sent: data(sent[:1])),
    "all": Strategy(f"to: {{all: [{A}, {B}]}}", [A1, B1], data),
    "until": Strategy(f"to: {{any: [{A}], until: '${{ length == 3 }}'}}", [A1, A2, A3], data),
    "until an event": Strategy(
        f"to: {{any: [{A}], until: {{one: {B}}}}}",
        [A1, A2, B1],
        lambda sent: [each["data"] for each in sent if each["type"] == "m.a"],
    ),
    "foreach": Strategy(
        f"to: {{any: [{A}], until: '${{ length == 3 }}'}}\n    foreach: {{item: it, do: [{{pick: "
        "{set: {n: '${ $it.n }'}}}]}",
        [A1, A2, A3],
        lambda sent: [{"n": each["data"]["n"]} for each in sent],
    ),
}
SITUATIONS = ["plain", "duplicate", "late", "reordered", "before-listen"]


def hears(strategy: Strategy) -> str:
    head = "document: {dsl: '1.0.3', namespace: test, name: hears, version: '1.0.0'}"
    return f"{head}\ndo:\n- hear:\n    listen:\n      {strategy.listen}\n"


async def waits(engine: Engine, id: str) -> None:
    """Until the instance listens: no event has come before."""
    while (await engine.inspect(id)).status != "waiting":
        await asyncio.sleep(0)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
@pytest.mark.parametrize("transport", TRANSPORTS.values(), ids=TRANSPORTS)
async def test_the_outcome_is_the_same(transport: Transport, strategy: Strategy, situation: str) -> None:
    async with Engine.embedded(None) as engine, transport(engine) as send:
        ref = await engine.publish(hears(strategy))
        events = list(strategy.events)
        if situation == "before-listen":
            # What came before anybody listened is not heard, and its repetition is none: it is a duplicate.
            await send([event("a", 7), STRANGER])
            while await engine.runtime.store.inbox_size():
                await asyncio.sleep(0)
        await engine.start(ref, id="ears")
        await waits(engine, "ears")
        if situation == "before-listen":
            await send([event("a", 7)])
        if situation == "duplicate":
            for each in events:
                await send([each, each])
                await send([each])
        elif situation == "reordered":
            closing = events[-1:] if "until:" in strategy.listen and "{one:" in strategy.listen else []
            events = [*reversed(events[: len(events) - len(closing)]), *closing]
            await send(events)
        else:
            await send([STRANGER, *events])
        view = await engine.result("ears", timeout=10)
        assert (view.status, view.output) == ("completed", strategy.gives(events))
        if situation == "late":
            await send([event("a", 8), event("b", 8)])
            while await engine.runtime.store.inbox_size():
                await asyncio.sleep(0)
            assert (await engine.inspect("ears")).output == view.output
