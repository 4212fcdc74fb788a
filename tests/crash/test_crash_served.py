"""The server is killed under load: no start that it has acknowledged is lost, and none happens twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import httpx2
import pytest

from tests.crash.document import SHAPES
from tests.crash.oracle import violations
from tests.crash.served import REQUEST_SECONDS_MAX, Clients, Served, torment
from tests.crash.world import World

KILLS = 5
ORDERS = [f"order-{number:05}-{SHAPES[number % len(SHAPES)]}" for number in range(120)]


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_a_killed_server_has_lost_no_start_and_doubled_none(tmp_path: Path) -> None:
    asyncio.run(_look(tmp_path))


async def _look(folder: Path) -> None:
    with World(seed=5) as world:
        served = Served(folder, world.url)
        address = f"http://127.0.0.1:{served.port}"
        async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=REQUEST_SECONDS_MAX) as client:
            clients = Clients(served, client)
            try:
                await torment(served, clients, ORDERS, KILLS, random.Random(5))
                ends = {order: {await clients.end(order)} for order in ORDERS}
                await asyncio.gather(*(clients.one(order) for order in ORDERS))
                found = (await client.get("/v1/instances", params={"limit": 1_000})).json()["items"]
            finally:
                await served.kill()
    print(f"{KILLS} kills, {len(ORDERS)} sagas, {clients.repeated} requests repeated")
    assert clients.repeated > 0
    assert clients.changed == []
    assert violations(world.ledger, ends, ORDERS) == []
    of_their_own = [each["id"] for each in found if each["parent"] is None]
    assert sorted(of_their_own) == sorted(clients.ids[order] for order in ORDERS)
