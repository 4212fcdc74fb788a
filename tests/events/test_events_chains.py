"""Choreography: workflows that start on, or wake at, each other's events are one chain, which can be looked at."""

from __future__ import annotations

import pytest

from counterpoint import Engine, function
from counterpoint.engine.clock import VirtualClock
from counterpoint.errors import NotFound

pytestmark = pytest.mark.anyio


def document(name, tasks, head=""):
    return f"document: {{dsl: '1.0.3', namespace: shop, name: {name}, version: '1.0.0'}}\n{head}\ndo:\n{tasks}"


ORDER = document(
    "order",
    """
- reserve: {call: step, with: {}, compensate: {do: [{release: {call: step, with: {}}}]}}
- ordered: {emit: {event: {with: {type: shop.ordered, data: {order: 7}}}}}
- shipped: {listen: {to: {one: {with: {type: shop.shipped}}}}}
""",
)
BILL = document(
    "bill",
    """
- sub: {run: {workflow: {namespace: shop, name: charge, version: '1.0.0'}}}
- billed: {emit: {event: {with: {type: shop.billed}}}}
""",
    "schedule: {on: {one: {with: {type: shop.ordered}}}}",
)
CHARGE = document("charge", "- charge: {set: {charged: true}}")
SHIP = document(
    "ship",
    "- shipped: {emit: {event: {with: {type: shop.shipped}}}}",
    "schedule: {on: {all: [{with: {type: shop.ordered}}, {with: {type: shop.billed}}]}}",
)
WATCH = document("watch", "- see: {listen: {to: {one: {with: {type: shop.shipped}}}}}")


@function
async def step() -> str:
    return "done"


async def test_a_chain_shows_who_started_and_woke_whom():
    told = []
    async with Engine.embedded(None, functions=[step], clock=VirtualClock()) as engine:
        engine.on_emitted(told.append)
        for each in (CHARGE, BILL, SHIP):
            await engine.publish(each)
        await engine.run_schedules()
        await engine.start(await engine.publish(WATCH), id="watcher")
        await engine.start(await engine.publish(ORDER), id="o-7")
        assert (await engine.result("o-7", timeout=5)).status == "completed"
        assert (await engine.result("watcher", timeout=5)).status == "completed"
        chain = await engine.service.chains.read("o-7")
        by_workflow = {each.workflow.split("/")[1].split(":")[0]: each for each in chain.instances}
        assert set(by_workflow) == {"order", "bill", "charge", "ship", "watch"}
        assert {each.correlation for name, each in by_workflow.items() if name != "watch"} == {"o-7"}
        assert by_workflow["watch"].correlation == "watcher", "it has only taken an event of this chain"
        assert by_workflow["order"].left_to_undo == ["/do/0/reserve"]
        events = {each.type: each for each in chain.events}
        ordered, billed, shipped = (events[f"shop.{each}"] for each in ("ordered", "billed", "shipped"))
        bill, ship = by_workflow["bill"].id, by_workflow["ship"].id
        assert (ordered.emitted_by, sorted(ordered.started), ordered.woke) == ("o-7", sorted([bill, ship]), [])
        assert (billed.emitted_by, billed.started) == (bill, [ship])
        assert (shipped.emitted_by, shipped.started, sorted(shipped.woke)) == (ship, [], ["o-7", "watcher"])
        for instance in chain.instances:
            if instance.correlation == "o-7":
                assert (await engine.service.chains.read(instance.id)).correlation == "o-7"
    assert {event["correlationid"] for event in told} == {"o-7"}
    by_type = {event["type"]: event for event in told}
    assert "causationid" not in by_type["shop.ordered"]
    assert by_type["shop.billed"]["causationid"] == by_type["shop.ordered"]["id"]
    assert by_type["shop.shipped"]["causationid"] == by_type["shop.billed"]["id"]


async def test_what_starts_on_an_event_from_outside_takes_over_its_correlation():
    event = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "shop.ordered", "correlationid": "story-1"}
    async with Engine.embedded(None, functions=[step], clock=VirtualClock()) as engine:
        for each in (CHARGE, BILL):
            await engine.publish(each)
        await engine.run_schedules()
        await engine.deliver(event)
        while not engine.runtime.idle:
            await engine.runtime.clock.sleep_until(engine.runtime.clock.now() + 1)
        chain = await engine.service.chains.read("story-1")
    assert sorted(each.workflow for each in chain.instances) == ["shop/bill:1.0.0", "shop/charge:1.0.0"]
    [outside] = [each for each in chain.events if each.emitted_by is None]
    assert (outside.id, len(outside.started)) == ("1", 1)


async def test_a_chain_is_read_in_pages_and_nothing_is_no_chain():
    async with Engine.embedded(None, functions=[step], clock=VirtualClock()) as engine:
        for each in (CHARGE, BILL, SHIP):
            await engine.publish(each)
        await engine.run_schedules()
        await engine.start(await engine.publish(ORDER), id="o-7")
        await engine.result("o-7", timeout=5)
        found, after = [], 0
        while after is not None:
            page = await engine.service.chains.read("o-7", after, 1)
            found += [each.id for each in page.instances]
            after = page.next
        assert sorted(found) == sorted(each.id for each in (await engine.service.chains.read("o-7")).instances)
        with pytest.raises(NotFound, match="no chain 'nobody'"):
            await engine.service.chains.read("nobody")
