"""Two engines that know nothing of each other, playing together over a broker that is killed under them.

`kafka-mock` is librdkafka's mock of a cluster, and no Kafka: its brokers drop their connections and refuse new ones.
Mosquitto is stopped, not killed: it does not write before it acknowledges.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from servers import SERVERS, Server
from taking import until
from transports import TRANSPORTS, Transport

from counterpoint import Engine, function
from counterpoint.engine.routes import Destination, Route

ORDERS = 60
KILLS = 3
ORDER = """
document: {dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0'}
do:
- place:
    emit:
      event:
        with: {source: /shop, type: com.example.order.placed.v1, subject: '${ .order }', data: {order: '${ .order }'}}
- shipped:
    listen: {to: {one: {with: {type: com.example.order.shipped.v1, subject: '${ $workflow.input.order }'}}}}
"""
SHIPMENT = """
document: {dsl: '1.0.3', namespace: warehouse, name: shipment, version: '1.0.0'}
schedule: {on: {one: {with: {type: com.example.order.placed.v1}}}}
do:
- ship:
    call: ship
    with: {order: '${ $workflow.input[0].order }'}
- tell:
    emit:
      event:
        with:
          source: /warehouse
          type: com.example.order.shipped.v1
          subject: '${ $workflow.input[0].order }'
          data: {order: '${ $workflow.input[0].order }'}
"""


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(f"broker-{name}")) for name in SERVERS])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A broker of this test alone: it will be killed. Skips where its program is absent."""
    kind = SERVERS[request.param]
    if kind.program() is None:
        pytest.skip(f"{kind.name} is not installed (Debian package {kind.package}; .ci/servers installs it)")
    made = kind(tmp_path / kind.name)
    made.start()
    yield made
    made.close()


@asynccontextmanager
async def company(path: Path, says: Transport, hears: Transport, **options: Any) -> AsyncIterator[Engine]:
    """An engine whose workflows speak at one place of a broker, and hear what is said at another."""
    speaking = Destination(route=Route(name="broker"), sink=says.sink())
    source = hears.source()
    async with Engine.embedded(path, destinations=[speaking], **options) as engine:

        async def accept(events: Any) -> None:
            await engine.service.deliver(events)

        hearing = asyncio.create_task(source.run(accept))
        try:
            yield engine
        finally:
            hearing.cancel()
            await asyncio.wait({hearing})


def test_engines_play_together_and_a_broker_that_dies_loses_and_doubles_nothing(broker: Server, tmp_path: Path) -> None:
    shipped: Counter[str] = Counter()

    @function
    async def ship(order: str) -> None:
        shipped[order] += 1

    async def progress(beyond: int, started: int) -> None:
        await until(lambda: sum(shipped.values()) > beyond or len(shipped) == started, lambda: "a shipment")

    async def scenario() -> None:
        shop_says, warehouse_says = (TRANSPORTS[broker.name](broker) for _ in range(2))
        await shop_says.ready()
        await warehouse_says.ready()
        async with (
            company(tmp_path / "warehouse.db", warehouse_says, shop_says, functions=[ship]) as warehouse,
            company(tmp_path / "shop.db", shop_says, warehouse_says) as shop,
        ):
            await warehouse.publish(SHIPMENT)
            await warehouse.run_schedules()
            order = await shop.publish(ORDER)
            names = [f"order-{each}" for each in range(ORDERS)]
            share = ORDERS // (KILLS + 1)
            for first in range(0, ORDERS, share):
                for name in names[first : first + share]:
                    await shop.start(order, {"order": name}, id=name)
                if first:
                    await progress(sum(shipped.values()), first + share)
                    (broker.kill if shop_says.survives_kill else broker.stop)()
                    await asyncio.to_thread(broker.start)
            views = [await shop.result(name, timeout=60) for name in names]
            rows = await warehouse.list(workflow="warehouse/shipment", limit=1000)
        assert {view.status for view in views} == {"completed"}
        assert len(rows) == ORDERS
        assert shipped == Counter(dict.fromkeys(names, 1))

    asyncio.run(scenario())
