"""Sub-workflows: whoever debugs an instance debugs those that it awaits, however long they have been running."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.application.debugging.sessions import Breaks
from counterpoint.application.debugging.stepper import Mode
from counterpoint.errors import Conflict
from counterpoint.stores.memory import MemoryStore
from tests.debugging.workshop import HEAD, MoodyStore, Workshop, turns, walk, where

pytestmark = pytest.mark.anyio

GO = {"specversion": "1.0", "id": "1", "source": "/t", "type": "go"}
RUN = "do:\n- {task}: {{run: {{workflow: {{namespace: debug, name: {run}, version: '1.0.0'}}{more}}}}}\n"


def runs(name: str, run: str, more: str = "") -> str:
    """A workflow that runs another, as its task `run a/an NAME`."""
    return HEAD.format(name=name) + RUN.format(task=f"run {run}", run=run, more=more)


MIDDLE = runs("middle", "listening")
TOP = runs("top", "middle")
SLOW = HEAD.format(name="slow") + "do:\n- wait: {wait: {seconds: 30}}\n- act: {call: act, with: {what: slow}}\n"
AFAR = runs("afar", "slow")
STARTER = runs("starter", "listening", ", await: false") + "- rest: {wait: {seconds: 1}}\n"
LATER = HEAD.format(name="later") + (
    "do:\n- hear: {listen: {to: {one: {with: {type: go}}}}}\n"
    "- inner: {run: {workflow: {namespace: debug, name: trip, version: '1.0.0'}}}\n"
)


async def started(it: Workshop, name: str) -> str:
    """An instance that has begun, with the sub-workflows that it awaits."""
    id = await it.engine.start(name, {})
    await turns()
    return id


async def tree(it: Workshop) -> list[str]:
    """All instances, what awaits before what is awaited: the id of the one begins with that of the other."""
    return sorted(each.id for each in await it.engine.list())


async def test_sub_workflows_that_run_already_are_held_with_what_awaits_them(workshop) -> None:
    async with workshop(None, MIDDLE, TOP) as it:
        top = await started(it, "top")
        session = await it.sessions.attach(top, "ada", breakpoints=[Breaks(task="act")], stop_on_entry=False)
        ids = await tree(it)
        assert [await it.held_by(each) for each in ids] == ["ada", "ada", "ada"]
        assert list(session.stage.instances()) == ids
        await it.engine.deliver(GO)
        view = await session.settled(5)
        assert (where(session), view.stop.at.instance, it.acted) == ("act", ids[2], [])
        assert [frame.task for frame in view.stop.stack] == ["run listening", "run middle"]
        await walk(session, Mode.CONTINUE)
        assert (it.acted, session.view().state) == (["heard"], "ended")


async def test_a_sub_workflow_that_begins_while_what_awaits_it_is_being_held_is_held_too(workshop) -> None:
    store = MoodyStore()
    async with workshop(store, LATER, runs("top", "later")) as it:
        top = await started(it, "top")
        store.writes.clear()
        attaching = asyncio.create_task(it.sessions.attach(top, "ada"))
        await turns()  # the outermost is being held
        signalling = asyncio.create_task(it.engine.signal((await tree(it))[1], GO))
        await turns()
        store.writes.set()
        session = await attaching
        await signalling
        await session.settled(5)
        assert (where(session), it.acted) == ("car", [])
        assert await walk(session, Mode.CONTINUE) == [None]


async def test_a_sub_workflow_that_waits_outside_memory_is_held_and_its_tasks_can_be_named(workshop) -> None:
    store = MemoryStore()
    async with workshop(store, SLOW, AFAR) as it:
        id = await started(it, "afar")
    async with workshop(MemoryStore(store.contents)) as it:
        _, slow = await tree(it)
        assert it.engine.runtime.live(slow) is None
        session = await it.sessions.attach(id, "ada", breakpoints=[Breaks(task="act")], stop_on_entry=False)
        assert await it.held_by(slow) == "ada"
        it.clock.advance(30_000)
        await session.settled(5)
        assert (where(session), it.acted) == ("act", [])


async def test_a_sub_workflow_that_nobody_awaits_is_not_held(workshop) -> None:
    store = MoodyStore()
    async with workshop(store, STARTER) as it:
        store.finds.clear()
        id = await started(it, "starter")  # it is about to start the other
        store.writes.clear()
        store.finds.set()
        await turns()
        attaching = asyncio.create_task(it.sessions.attach(id, "ada"))
        await turns()
        store.writes.set()
        session = await attaching
        await turns()
        _, other = await tree(it)
        assert (list(session.stage.instances()), await it.held_by(other)) == ([id], None)


async def test_a_sub_workflow_that_is_cancelled_with_what_awaits_it_is_undone_stepwise(workshop) -> None:
    async with workshop() as it:
        session = await it.debug(Breaks(task="pay"), definition="outer")
        await it.engine.cancel(session.stage.id, reason="not wanted")
        await it.until(lambda: where(session) == "giveCarBack")
        assert "back" not in it.acted
        await walk(session, Mode.CONTINUE)
        assert (it.acted[-1], session.view().state) == ("back", "ended")


async def test_who_debugs_a_sub_workflow_is_named_to_who_wants_what_awaits_it_and_can_be_taken_over(workshop) -> None:
    async with workshop(None, MIDDLE) as it:
        middle = await started(it, "middle")
        _, inner = await tree(it)
        first = await it.sessions.attach(inner, "ada")
        with pytest.raises(Conflict, match=f"instance {inner}, which {middle} awaits, is being debugged by ada"):
            await it.sessions.attach(middle, "bob")
        assert (first.ended, await it.held_by(middle)) == (None, None)
        second = await it.sessions.attach(middle, "bob", takeover=True)
        assert (first.ended, await it.held_by(inner)) == ("bob has taken it over", "bob")
        assert "InstanceReleased" not in await it.history(inner)
        with pytest.raises(Conflict, match="take over that"):
            await it.sessions.attach(inner, "ada", takeover=True)
        await it.engine.deliver(GO)
        await second.settled(5)
        assert (where(second), it.acted) == ("act", [])
