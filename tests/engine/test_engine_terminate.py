"""Termination and signals on a running engine: sub-workflows end with their parent, also after a crash."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import function
from counterpoint.errors import Conflict, InvalidInput, Outdated
from tests.engine.documents import LISTEN, document, rung

pytestmark = pytest.mark.anyio
PARENT = "- part: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}"
CHILD = """
- act:
    call: step
    with: {name: act}
    compensate: {do: [{undo: {call: step, with: {name: undo}}}]}
- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
"""


@pytest.fixture
def acted():
    """The names of the steps that were called."""
    return []


@pytest.fixture
def step(acted):
    """A function that notes its calls."""

    @function
    async def step(name: str) -> str:
        acted.append(name)
        return name

    return step


async def begun(engine):
    """Start a parent, and give the id of its child once that waits for an event."""
    await engine.publish(document(CHILD, "child"))
    await engine.start(await engine.publish(document(PARENT, "parent")), id="p")
    while not (rows := await engine.list(workflow="child", waits_for="event")):
        await asyncio.sleep(0)
    return rows[0].id


async def test_sub_workflows_are_terminated_with_their_parent_and_undo_nothing(engine_on, store, step, acted):
    async with engine_on(store, functions=[step]) as engine:
        child = await begun(engine)
        await engine.terminate("p", "it loops")
        assert (await engine.result("p")).status == "cancelled"
        view = await engine.result(child)
        assert (view.status, view.saga, view.reason) == ("cancelled", None, "its parent was terminated")
        assert acted == ["act"]
        with pytest.raises(Conflict, match="ended already"):
            await engine.terminate("p")


async def test_a_crash_between_a_parent_and_its_child_undoes_nothing_either(engine_on, store, step, acted):
    async with engine_on(store, functions=[step]) as engine:
        child = await begun(engine)
        crashed = None

        append = store.append

        async def dying(batch):
            nonlocal crashed
            await append(batch)
            crashed = crashed or store.after_a_crash()

        store.append = dying
        await engine.terminate("p")
        store.append = append
    assert crashed is not None
    async with engine_on(crashed, functions=[step]) as engine:
        view = await engine.result(child, 5)
        assert (view.status, view.reason) == ("cancelled", "its parent was terminated")
        assert acted == ["act"]


async def test_a_signal_reaches_one_instance_and_says_whether_it_was_taken(engine_on, store):
    async with engine_on(store) as engine:
        reference = await engine.publish(document(LISTEN))
        for id in ("one", "two"):
            await engine.start(reference, id=id)
        assert await engine.signal("one", rung("1") | {"type": "org.example.other"}) is False
        assert await engine.signal("one", rung("2", bell=7)) is True
        assert (await engine.result("one")).output == [{"bell": 7}]
        assert (await engine.inspect("two")).status == "waiting"
        with pytest.raises(Conflict, match="ended already"):
            await engine.signal("one", rung("3"))
        with pytest.raises(InvalidInput):
            await engine.signal("two", {"type": "x"})


async def test_an_operation_is_refused_where_the_instance_has_moved_on(engine_on, store):
    async with engine_on(store) as engine:
        await engine.start(await engine.publish(document(LISTEN)), id="one")
        seen = (await engine.inspect("one")).sequence
        await engine.suspend("one", "a colleague was faster")
        instances = engine.service.instances
        for ask in (instances.cancel, instances.terminate, instances.resume, instances.compensate):
            with pytest.raises(Outdated, match=f"transitions by now, not {seen}"):
                await ask("one", expected=seen)
        await instances.resume("one", "my turn", expected=seen + 1)
        reasons = [each.get("reason") for each in await engine.history("one") if each["type"] == "InstanceResumed"]
        assert reasons == ["my turn"]
