"""Group commit: what is written together, what happens only after it, and what a failing store does."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import function
from counterpoint.errors import ConnectorError, StoreUnavailable
from counterpoint.ports.connector import Completion, Invocation
from counterpoint.values.problem import Outcome, Problem
from tests.engine.documents import STEPS, document

pytestmark = pytest.mark.anyio


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


async def test_instances_that_are_started_at_once_share_one_append(engine_on, store):
    async with engine_on(store, functions=[step]) as engine:
        ref = await engine.publish(document(STEPS))
        ids = await asyncio.gather(*(engine.start(ref) for _ in range(200)))
        await asyncio.gather(*(engine.result(id) for id in ids))
    assert sum(len(batch.records) for batch in store.batches) == 600
    assert len(store.batches) == 3


async def test_what_comes_in_one_turn_of_the_loop_after_the_other_shares_an_append_as_long_as_more_comes(
    engine_on, store
):
    async def later(turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        await engine.start(ref)

    async with engine_on(store) as engine:
        ref = await engine.publish(document("- hear: {listen: {to: {one: {with: {type: a}}}}}"))
        await asyncio.gather(*(later(turns) for turns in (0, 1, 2)))
        assert len(store.batches) == 1
        await asyncio.gather(*(later(turns) for turns in (0, 9)))
        assert len(store.batches) == 3
        await asyncio.gather(*(later(turns) for turns in range(30)))  # it does not wait for ever
        assert len(store.batches) > 5


async def test_an_effect_goes_out_only_after_the_commit_that_owes_it(engine_on, store):
    durable: list[int] = []

    @function(name="step")
    async def look(name: str) -> None:
        durable.append(len(store.contents.journal[1]))

    async with engine_on(store, functions=[look]) as engine:
        id = await engine.start(await engine.publish(document(STEPS)))
        await engine.result(id)
    assert durable == [1, 2]


async def test_commands_that_change_nothing_write_nothing(engine_on, store):
    async with engine_on(store) as engine:
        ref = await engine.publish(document("- hear: {listen: {to: {one: {with: {type: a}}}}}"))
        await engine.start(ref, id="one")
        before = sum(len(batch.records) for batch in store.batches)
        await engine.deliver({"specversion": "1.0", "id": "1", "source": "/x", "type": "b"})
        assert (await engine.inspect("one")).status == "waiting"
    assert sum(len(batch.records) for batch in store.batches) == before


async def test_a_store_that_refuses_acknowledges_nothing_and_heals_by_itself(engine_on, store):
    began, go_on = asyncio.Event(), asyncio.Event()

    @function(name="step")
    async def wait(name: str) -> None:
        began.set()
        await go_on.wait()

    async with engine_on(store, functions=[wait]) as engine:
        ref = await engine.publish(document(STEPS))
        await engine.start(ref, id="underway")
        await began.wait()
        store.broken = True
        with pytest.raises(StoreUnavailable, match="disk is full"):
            await engine.start(ref, id="refused")
        go_on.set()
        for _ in range(20):
            await asyncio.sleep(0)
        store.broken = False
        view = await engine.result("underway", timeout=5)
        assert view.status == "completed"
        await engine.start(ref, id="refused")
        assert (await engine.result("refused", timeout=5)).status == "completed"


async def test_an_outcome_that_was_refused_by_the_store_is_not_asked_for_again(engine_on, store):
    calls: list[str] = []

    @function(name="step")
    async def once(name: str) -> None:
        calls.append(name)
        store.broken = name == "second"
        asyncio.get_running_loop().call_later(0.02, setattr, store, "broken", False)

    async with engine_on(store, functions=[once]) as engine:
        id = await engine.start(await engine.publish(document(STEPS)))
        assert (await engine.result(id, timeout=5)).status == "completed"
    assert calls == ["first", "second"]


class Odd:
    """A connector that now and then answers, or fails, with what is no JSON."""

    functions = frozenset({"step"})

    async def invoke(self, invocation: Invocation) -> Completion:
        name = invocation.arguments["name"]
        if name == "worse":
            raise ConnectorError(Problem.standard("runtime", "\ud800"), Outcome.UNKNOWN)
        return Completion(output="\ud800" if name == "first" else "fine")

    async def close(self) -> None:
        """It holds nothing."""


async def test_what_cannot_be_stored_harms_no_other_instance(engine_on, store):
    catching = """
    - careful:
        try: [{first: {call: step, with: {name: first}}}]
        catch: {do: [{note: {set: {caught: '${ $error.detail }'}}}]}
    """
    async with engine_on(store, connectors=[Odd()]) as engine:
        ref = await engine.publish(document("\n".join(line[4:] for line in catching.splitlines()), name="odd"))
        other = await engine.publish(document("- second: {call: step, with: {name: second}}", name="even"))
        ids = await asyncio.gather(engine.start(ref), engine.start(other), engine.start(other))
        views = await asyncio.gather(*(engine.result(id, timeout=5) for id in ids))
    assert [view.status for view in views] == ["completed"] * 3
    assert "UnicodeEncodeError" in views[0].output["caught"]


async def test_an_instance_that_cannot_go_on_is_failed_and_harms_no_other(engine_on, store):
    async with engine_on(store, connectors=[Odd()]) as engine:
        worse = await engine.publish(document("- a: {call: step, with: {name: worse}}", name="worse"))
        fine = await engine.publish(document("- a: {call: step, with: {name: fine}}", name="fine"))
        ids = [await engine.start(ref) for ref in (worse, fine, worse, fine)]
        views = await asyncio.gather(*(engine.result(id, timeout=5) for id in ids))
    assert [view.status for view in views] == ["faulted", "completed"] * 2
    assert "internal error" in views[0].error["detail"]


async def test_closing_records_no_failure(engine_on, store):
    began = asyncio.Event()

    @function(name="step")
    async def hang(name: str) -> None:
        began.set()
        await asyncio.Event().wait()

    async with engine_on(store, functions=[hang]) as engine:
        await engine.start(await engine.publish(document(STEPS)), id="one")
        await began.wait()
    async with engine_on(store.after_a_crash(), functions=[step]) as engine:
        assert (await engine.result("one", timeout=5)).status == "completed"
