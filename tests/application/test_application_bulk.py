"""Many instances with one request, in Python: what each is answered, and what a failing store leaves behind."""

from __future__ import annotations

import asyncio
import gc

import pytest

from counterpoint import BulkStart, Engine, EngineLimits, Started
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, LimitExceeded, NotFound, StoreUnavailable
from counterpoint.stores.memory import MemoryStore
from tests.engine.documents import LISTEN, document

pytestmark = pytest.mark.anyio


class Failing(MemoryStore):
    """A store that can be told to fail."""

    broken = False

    async def append(self, batch):
        if self.broken:
            raise StoreUnavailable("the disk is full")
        await super().append(batch)


class Slow(Failing):
    """A store that writes when it is told to."""

    def __init__(self):
        super().__init__()
        self.begun, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.may_go_on.set()
        self.refused = False

    async def append(self, batch):
        if batch.records and not self.may_go_on.is_set():
            self.begun.set()
            await self.may_go_on.wait()
        try:
            await super().append(batch)
        except StoreUnavailable:
            self.refused = True
            raise


def ids(outcomes):
    return [each.id for each in outcomes if isinstance(each, Started)]


async def test_each_is_answered_in_its_place():
    async with Engine.embedded() as engine:
        ref = await engine.publish(document(LISTEN))
        unread = InvalidInput("unreadable")
        outcomes = await engine.start_many(
            [
                BulkStart(ref, {"a": 1}),
                unread,
                BulkStart("nothing"),
                BulkStart("test/flow", id="x"),
                BulkStart(ref, id="x"),
                BulkStart(ref, {"nan": float("nan")}),
                BulkStart(ref, key="k"),
            ]
        )
        kinds = [Started, InvalidInput, NotFound, Started, Conflict, InvalidInput, Started]
        assert [type(each) for each in outcomes] == kinds
        assert outcomes[1] is unread
        assert [(await engine.inspect(each)).workflow for each in ids(outcomes)] == ["test/flow:1.0.0"] * 3


async def test_one_key_for_all_goes_by_their_places():
    async with Engine.embedded() as engine:
        ref = await engine.publish(document(LISTEN))
        starts = [BulkStart(ref, {"n": number}) for number in range(3)]
        first = await engine.start_many(starts, key="night")
        again = await engine.start_many([starts[0], BulkStart("nothing"), starts[2]], key="night")
        assert isinstance(again[1], CounterpointError)
        assert ids(again) == [ids(first)[0], ids(first)[2]]
        assert [each.replayed for each in again if isinstance(each, Started)] == [True, True]
        assert len(await engine.list()) == 3


async def test_the_same_key_at_the_same_time_starts_one_instance():
    """In several requests for many, in requests for one, and within one request."""
    async with Engine.embedded() as engine:
        ref = str(await engine.publish(document(LISTEN)))
        many = [engine.start_many([BulkStart(ref, key=key) for key in ("a", "b", "a")]) for _ in range(5)]
        one = [engine.service.starting.start_once("a", ref, {}) for _ in range(5)]
        found = await asyncio.gather(*many, *one)
        assert len({id for each in found[:5] for id in ids(each)} | {each.id for each in found[5:]}) == 2
        assert len(await engine.list()) == 2


async def test_what_the_queue_cannot_hold_is_refused_before_anything_is_started():
    async with Engine.embedded(limits=EngineLimits(commands_queued_max=5, bulk_starts_max=10)) as engine:
        ref = await engine.publish(document(LISTEN))
        for count, limit in ((6, "commands_queued_max"), (11, "bulk_starts_max")):
            with pytest.raises(LimitExceeded) as refused:
                await engine.start_many([BulkStart(ref, key="k")] * count)
            assert refused.value.limit == limit
        assert await engine.list() == []
        assert len(ids(await engine.start_many([BulkStart(ref, key="k")] * 5))) == 5


async def test_a_store_that_fails_starts_nothing_and_the_same_request_works_later():
    store = Failing()
    async with Engine.embedded(store=store, limits=EngineLimits(retry_ms_max=10)) as engine:
        ref = await engine.publish(document(LISTEN))
        starts = [BulkStart(ref, {"n": number}) for number in range(20)]
        store.broken = True
        outcomes = await engine.start_many(starts, key="k")
        assert {type(each) for each in outcomes} == {StoreUnavailable}
        with pytest.raises(StoreUnavailable):
            await engine.start_many(starts, key="k")
        store.broken = False
        async with asyncio.timeout(10):
            while engine.service.health().store is not None:
                await asyncio.sleep(0)
        assert len(set(ids(await engine.start_many(starts, key="k")))) == 20
        assert len(await engine.list()) == 20


async def test_who_gives_up_leaves_nothing_half_started():
    async with Engine.embedded() as engine:
        ref = await engine.publish(document(LISTEN))
        starts = [BulkStart(ref, key=str(number)) for number in range(2_000)]
        giving_up = asyncio.ensure_future(engine.start_many(starts))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.wait([giving_up])
        assert not engine.runtime.population.lives
        assert len(set(ids(await engine.start_many(starts)))) == 2_000


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in bulk"])
async def test_who_asks_again_before_the_first_start_is_durable_gets_what_that_started(alone):
    store = Slow()
    async with Engine.embedded(store=store) as engine:
        ref = await engine.publish(document(LISTEN))

        async def ask() -> list[Started]:
            if alone:
                return [await engine.service.starting.start_once("k", str(ref), {})]
            return await engine.start_many([BulkStart(ref), BulkStart(ref)], key="k")

        store.may_go_on.clear()
        giving_up = asyncio.ensure_future(ask())
        await asyncio.wait_for(store.begun.wait(), 5)
        giving_up.cancel()
        await asyncio.wait([giving_up])
        again = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        store.may_go_on.set()
        outcomes = await asyncio.wait_for(again, 5)
        assert [each.replayed for each in outcomes] == [True] * len(outcomes)
        assert {each.id for each in outcomes} == {row.id for row in await engine.list()}


async def test_a_start_that_is_refused_when_nobody_waits_any_more_is_none(caplog):
    store = Slow()
    async with Engine.embedded(store=store) as engine:
        ref = await engine.publish(document(LISTEN))
        store.may_go_on.clear()
        giving_up = asyncio.ensure_future(engine.start_many([BulkStart(ref, key="k"), BulkStart(ref)]))
        await asyncio.wait_for(store.begun.wait(), 5)
        giving_up.cancel()
        await asyncio.wait([giving_up])
        store.broken = True
        store.may_go_on.set()
        while not store.refused:
            await asyncio.sleep(0)
        store.broken = False
        while engine.runtime.committer.failure is not None:
            await asyncio.sleep(0)
        [again] = await asyncio.wait_for(engine.start_many([BulkStart(ref, key="k")]), 5)
        assert not again.replayed
        gc.collect()
    assert "never retrieved" not in caplog.text
