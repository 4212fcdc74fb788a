"""Nobody is held for ever: however a session ends, or is not even opened, what was held for it goes on."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.application.debugging.sessions import Breaks
from counterpoint.application.debugging.stepper import Mode
from counterpoint.errors import StoreUnavailable
from tests.debugging.workshop import HEAD, MoodyStore, turns, walk, where

pytestmark = pytest.mark.anyio

RETRY_MS = 5_000
TWINS = HEAD.format(name="twins") + (
    "do:\n- both:\n    fork:\n      branches:\n"
    "      - one: {run: {workflow: {namespace: debug, name: trip, version: '1.0.0'}}}\n"
    "      - two: {run: {workflow: {namespace: debug, name: trip, version: '1.0.0'}}}\n"
)
IMPATIENT = HEAD.format(name="impatient") + (
    "do:\n- guarded:\n    try:\n"
    "    - inner:\n"
    "        run: {workflow: {namespace: debug, name: trip, version: '1.0.0'}}\n"
    "        timeout: {after: PT5S}\n"
    "    catch: {do: [{late: {set: {late: true}}}]}\n"
)
OUTAGE = "the disk is full"


@pytest.mark.parametrize("seen", [False, True], ids=["unseen", "seen"])
@pytest.mark.parametrize("how", ["lease", "close", "close twice"])
async def test_what_a_session_held_goes_on_when_the_store_has_healed(workshop, how: str, seen: bool) -> None:
    """`seen`: the engine knows already that the store fails."""
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug(lease_ms=10_000)
        id = session.stage.id
        store.batches_left = 0
        if seen:
            with pytest.raises(StoreUnavailable, match=OUTAGE):
                await it.engine.start("trip", {})
        if how == "lease":
            it.clock.advance(10_000)
            await it.until(lambda: session.ended is not None)
        else:
            await session.end("enough")
        if how == "close twice":
            await session.end("enough")
        await turns()
        assert (session.view().state, await it.held_by(id), it.acted) == ("ended", "ada", [])
        store.batches_left = None
        assert await it.ended(id, RETRY_MS) == "completed"
        assert it.acted[-1] == "pay"


async def test_sub_workflows_go_on_with_what_awaits_them_when_the_store_has_healed(workshop) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug(definition="outer")
        assert await walk(session, Mode.INTO) == ["car"]
        store.batches_left = 0
        await session.end("enough")
        store.batches_left = None
        assert await it.ended(session.stage.id, RETRY_MS) == "completed"


async def test_an_end_that_the_store_refuses_ends_no_session(workshop) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug()
        store.batches_left = 0
        with pytest.raises(StoreUnavailable, match=OUTAGE):
            await it.engine.terminate(session.stage.id)
        session.stage.moved.set()  # it looks while what memory holds is not true
        await turns()
        assert session.view().state != "ended"
        store.batches_left = None
        await it.until(lambda: it.engine.runtime.committer.failure is None, RETRY_MS)
        await session.end("enough")
        assert await it.ended(session.stage.id) == "completed"


@pytest.mark.parametrize("child", [0, 1])
async def test_a_sub_workflow_that_has_just_ended_keeps_nobody_else_held(workshop, child: int) -> None:
    async with workshop(None, TWINS) as it:
        session = await it.debug(Breaks(task="car"), definition="twins")
        await it.until(lambda: len(session.stage.instances()) == 3)
        outer, *children = session.stage.instances()
        await asyncio.gather(session.end("enough"), it.engine.terminate(children[child]))
        assert await it.ended(outer) == "faulted"
        assert await it.ended(children[1 - child]) in ("completed", "cancelled")


@pytest.mark.parametrize("batches", [0, 1])
async def test_a_takeover_that_the_store_refuses_midway_holds_nobody(workshop, batches: int) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug(definition="outer")
        assert await walk(session, Mode.INTO) == ["car"]
        store.batches_left = batches
        with pytest.raises(StoreUnavailable, match=OUTAGE):
            await it.sessions.attach(session.stage.id, "bob", takeover=True)
        store.batches_left = None
        assert await it.ended(session.stage.id, RETRY_MS) == "completed"


async def test_an_instance_of_which_only_a_part_could_be_held_is_let_go(workshop) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug(definition="outer")
        await walk(session, Mode.INTO)
        await session.end("enough")
        store.batches_left = 1
        with pytest.raises(StoreUnavailable, match=OUTAGE):
            await it.sessions.attach(session.stage.id, "bob")
        store.batches_left = None
        assert await it.ended(session.stage.id, RETRY_MS) == "completed"


@pytest.mark.parametrize("ask", ["start", "attach"])
async def test_who_asks_for_a_session_and_goes_away_leaves_nobody_held(workshop, ask: str) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        if ask == "start":
            id, asking = "asked", it.sessions.start("trip", {}, "ada", id="asked")
        else:
            id = await it.engine.start("listening", {})
            asking = it.sessions.attach(id, "ada")
        store.writes.clear()
        task = asyncio.create_task(asking)
        await turns()
        task.cancel()
        await asyncio.wait([task])
        store.writes.set()
        await turns()
        assert (await it.held_by(id), it.sessions.all()) == (None, [])
        await it.engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "go"})
        assert await it.ended(id) == "completed"


async def test_a_sub_workflow_that_is_awaited_no_more_is_let_go_and_undoes_what_it_did(workshop) -> None:
    async with workshop(None, IMPATIENT) as it:
        session = await it.debug(Breaks(task="pay"), definition="impatient")
        inner = session.view().stop.at.instance
        assert (where(session), inner != session.stage.id) == ("pay", True)
        it.clock.advance(5_000)
        assert await it.ended(inner) == "cancelled"
        assert it.acted[-1] == "back"
        await session.settled(5)
        assert (session.view().state, where(session)) == ("stopped", "inner")


async def test_a_sub_workflow_that_begins_as_the_session_ends_is_let_go(workshop) -> None:
    store = MoodyStore()
    async with workshop(store) as it:
        session = await it.debug(definition="outer")
        store.finds.clear()
        await session.go(Mode.INTO)  # the sub-workflow is about to begin ...
        store.writes.clear()
        other = asyncio.create_task(it.engine.start("trip", {}))
        await turns()
        ending = asyncio.create_task(session.end("enough"))
        await turns()
        store.finds.set()
        await turns()  # ... and does, before what awaits it is let go
        store.writes.set()
        await asyncio.gather(ending, other)
        assert await it.ended(session.stage.id) == "completed"
