"""No wake-up is lost: an event reaches an instance that is being started, has left memory, or is coming back."""

from __future__ import annotations

import asyncio
import copy

import pytest

from counterpoint import Engine, EngineLimits
from counterpoint.engine.clock import VirtualClock
from counterpoint.stores.memory import Contents, MemoryStore

pytestmark = pytest.mark.anyio

HEAR = """
document: {dsl: '1.0.3', namespace: test, name: hear, version: '1.0.0'}
do:
- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
"""
NAP = HEAR.replace("name: hear", "name: nap").replace("do:\n", "do:\n- rest: {wait: {hours: 1}}\n")


def rung(id: str = "1") -> dict[str, object]:
    return {"specversion": "1.0", "id": id, "source": "/test", "type": "org.example.rung", "data": id}


class PausingStore(MemoryStore):
    """A store that stops at chosen calls until it is told to go on."""

    def __init__(self, contents: Contents | None = None) -> None:
        super().__init__(contents)
        self.paused: dict[str, asyncio.Event] = {}
        self.reached = asyncio.Event()

    def pause(self, name: str) -> asyncio.Event:
        """Stop at the next calls of this method; set the result to go on."""
        self.reached.clear()
        self.paused[name] = go = asyncio.Event()
        return go

    async def append(self, batch):
        before, after = self.paused.get("before append"), self.paused.get("after append")
        if before is not None and batch.created:
            self.reached.set()
            await before.wait()
        await super().append(batch)
        if after is not None and batch.created:
            self.reached.set()
            await after.wait()

    async def read(self, instance, *rest, **named):
        go = self.paused.get("read")
        if go is not None:
            self.reached.set()
            await go.wait()
        return await super().read(instance, *rest, **named)


def engine_on(store: MemoryStore, **limits: int) -> Engine:
    return Engine.embedded(None, store=store, clock=VirtualClock(jumps=False), limits=EngineLimits(**limits))


async def settle(engine: Engine) -> None:
    while not engine.runtime.idle:
        await asyncio.sleep(0)


@pytest.mark.parametrize("moment", ["before append", "after append"])
async def test_an_event_that_comes_while_the_instance_is_being_started(moment):
    """It was asked for first, so it hears what comes while its start is being written."""
    store = PausingStore()
    async with engine_on(store) as engine:
        hear = await engine.publish(HEAR)
        go = store.pause(moment)
        starting = asyncio.create_task(engine.start(hear, id="ears"))
        await store.reached.wait()
        delivering = asyncio.create_task(engine.deliver(rung()))
        for _ in range(20):
            await asyncio.sleep(0)
        go.set()
        store.paused.clear()
        await asyncio.gather(starting, delivering)
        assert (await engine.result("ears", timeout=5)).output == ["1"]


async def test_an_event_that_is_posted_by_another_process_while_the_instance_is_being_started():
    store = PausingStore()
    async with engine_on(store) as engine:
        hear = await engine.publish(HEAR)
        go = store.pause("after append")
        starting = asyncio.create_task(engine.start(hear, id="ears"))
        await store.reached.wait()
        await post(store, rung())
        engine.runtime.inbox.wake()
        for _ in range(20):
            await asyncio.sleep(0)
        go.set()
        store.paused.clear()
        await starting
        assert (await engine.result("ears", timeout=5)).output == ["1"]


async def test_an_event_for_an_instance_that_has_left_memory():
    store = PausingStore()
    async with engine_on(store, instances_in_memory_max=1) as engine:
        hear = await engine.publish(HEAR)
        for id in ("a", "b", "c"):
            await engine.start(hear, id=id)
        await settle(engine)
        assert len(engine.runtime.population) == 1
        await engine.deliver(rung())
        for id in ("a", "b", "c"):
            assert (await engine.result(id, timeout=5)).output == ["1"]


async def test_events_for_an_instance_that_is_coming_back():
    """The first event brings it back; the second one comes while its journal is being read."""
    store = PausingStore()
    both = HEAR.replace("{one: {with: {type: org.example.rung}}}", "{any: [], until: '${ length == 2 }'}")
    both = both.replace("any: []", "any: [{with: {type: org.example.rung}}]")
    async with engine_on(store, instances_in_memory_max=1) as engine:
        hear = await engine.publish(both)
        await engine.start(hear, id="ears")
        await engine.start(hear, id="other")
        await settle(engine)
        away = "ears" if engine.runtime.population.by_id("ears") is None else "other"
        go = store.pause("read")
        await engine.deliver(rung("1"))
        await store.reached.wait()
        await engine.deliver(rung("2"))
        go.set()
        store.paused.clear()
        assert (await engine.result(away, timeout=5)).output == ["1", "2"]


async def test_an_event_while_another_cause_brings_the_instance_back():
    store = PausingStore()
    async with engine_on(store, instances_in_memory_max=1) as engine:
        hear = await engine.publish(HEAR)
        await engine.start(hear, id="a")
        await engine.start(hear, id="b")
        await settle(engine)
        away = "a" if engine.runtime.population.by_id("a") is None else "b"
        go = store.pause("read")
        waking = asyncio.create_task(engine.result(away, timeout=5))
        await store.reached.wait()
        await engine.deliver(rung())
        go.set()
        store.paused.clear()
        assert (await waking).output == ["1"]


async def test_a_listening_instance_that_is_evicted_while_the_event_is_being_written():
    store = PausingStore()
    async with engine_on(store, instances_in_memory_max=2) as engine:
        hear, nap = await engine.publish(HEAR), await engine.publish(NAP)
        await engine.start(hear, id="ears")
        await settle(engine)
        go = store.pause("after append")
        crowd = [asyncio.create_task(engine.start(nap, id=f"nap-{n}")) for n in range(5)]
        await store.reached.wait()
        delivering = asyncio.create_task(engine.deliver(rung()))
        for _ in range(20):
            await asyncio.sleep(0)
        go.set()
        store.paused.clear()
        await asyncio.gather(delivering, *crowd)
        assert (await engine.result("ears", timeout=5)).output == ["1"]


@pytest.mark.parametrize("handled", [True, False])
async def test_a_crash_at_any_write_between_the_event_and_its_effect(handled):
    """What is durable at each moment is opened by another engine: the instance ends with the event, once."""
    store = PausingStore()
    copies: list[Contents] = []
    async with engine_on(store) as engine:
        hear = await engine.publish(HEAR)
        original = store.append

        async def append(batch):
            await original(batch)
            store.contents.holder, holder = None, store.contents.holder
            copies.append(copy.deepcopy(store.contents))
            store.contents.holder = holder

        store.append = append
        if handled:
            await engine.start(hear, id="ears")
        await engine.deliver(rung())
        if not handled:
            await engine.start(hear, id="ears")
        await settle(engine)
    heard = [each for each in copies if each.instances and (each.messages or each.answers)]
    assert heard
    for contents in heard:
        async with engine_on(MemoryStore(contents)) as engine:
            await settle(engine)
            await engine.deliver(rung())
            await settle(engine)
            view = await engine.inspect("ears")
            if handled:
                assert (view.status, view.output) == ("completed", ["1"])


async def post(store: MemoryStore, event: dict[str, object]) -> None:
    from counterpoint.application import Requester

    await Requester(MemoryStore(store.contents), VirtualClock(jumps=False)).deliver(event)
