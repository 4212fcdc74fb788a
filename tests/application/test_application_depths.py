"""How much waited in the queues at a time: looked at while somebody serves, kept, and not known for any other time."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint import Engine
from counterpoint.application.insights import Insight, InsightLimits
from counterpoint.application.insights.cells import MINUTE
from counterpoint.application.insights.depths import Depth, Depths, deepest, place_of, places
from counterpoint.errors import StoreUnavailable
from counterpoint.stores.memory import Contents, MemoryStore

pytestmark = pytest.mark.anyio
NOTES = st.lists(st.tuples(st.integers(0, 40 * MINUTE), st.integers(0, 9), st.integers(0, 9)))


@given(NOTES, st.integers(1, 7))
async def test_a_period_tells_the_most_that_was_seen_in_it_and_nothing_of_others(notes, minutes):
    depths, period = Depths(60 * MINUTE), minutes * MINUTE
    for at, inbox, owed in notes:
        depths.note(at, Depth(inbox, owed))
    told = deepest(depths.kept(), 0, 41 * MINUTE, period)
    seen = {at // period * period for at, *_ in notes}
    assert told.keys() == seen
    for begin in seen:
        within = [(inbox, owed) for at, inbox, owed in notes if begin <= at < begin + period]
        assert told[begin] == (max(inbox for inbox, _ in within), max(owed for _, owed in within))


@given(NOTES)
async def test_what_is_older_than_the_window_is_forgotten(notes):
    depths = Depths(10 * MINUTE)
    for at, inbox, owed in sorted(notes):
        depths.note(at, Depth(inbox, owed))
        assert min(depths.kept()) >= at - 10 * MINUTE
        assert len(depths.kept()) <= 11


async def test_while_somebody_serves_the_queues_are_looked_at_and_a_store_that_fails_ends_it_not(monkeypatch, caplog):
    monkeypatch.setattr("counterpoint.application.insights.sampling._SAMPLED_SECONDS", 0)
    store = MemoryStore(Contents())
    sizes = [3, StoreUnavailable("the disk is away"), 7, 2]

    async def size():
        found = sizes.pop(0) if sizes else 0
        if isinstance(found, Exception):
            raise found
        return found

    async with Engine.embedded(None, store=store) as engine:
        assert (await engine.service.insights.look(Insight())).periods[0].inbox is None
        store.inbox_size = size
        async with engine.service.insights.sampled(), asyncio.timeout(20):
            while sizes:
                await asyncio.sleep(0)
        periods = (await engine.service.insights.look(Insight())).periods
        assert (max(each.inbox or 0 for each in periods), max(each.owed or 0 for each in periods)) == (7, 0)
        assert "the disk is away" in caplog.text


@given(NOTES)
async def test_what_is_kept_by_the_hour_is_what_was_noted_within_the_window(notes):
    window = 25 * MINUTE
    before, ring = Depths(window), {}
    for at, inbox, owed in sorted(notes):
        before.note(at, Depth(inbox, owed))
        ring[place_of(at, window)] = before.hour(at)
    after, last = Depths(window), max((at for at, *_ in notes), default=0)
    for place in places(window):
        after.recall(ring.pop(place, None), last - window)
    assert ring == {}
    assert after.kept() == before.kept()


async def test_a_ring_of_places_comes_round_and_forgets_nothing_that_the_window_holds():
    window, ring = 3 * 60 * MINUTE, {}
    depths = Depths(window)
    for at in range(0, 24 * 60 * MINUTE, MINUTE):
        depths.note(at, Depth(at // MINUTE, 0))
        ring[place_of(at, window)] = depths.hour(at)
        if at % (7 * MINUTE) == 0:
            recalled = Depths(window)
            for place in places(window):
                recalled.recall(ring.get(place), at - window)
            assert recalled.kept() == depths.kept()
    assert len(ring) == 5


async def test_after_a_restart_the_queues_of_before_are_known(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("counterpoint.application.insights.sampling._SAMPLED_SECONDS", 0)
    path = tmp_path / "store.db"
    async with Engine.embedded(path) as engine:
        store = engine.service.insights._runtime.store
        seen = [5, 9, 1]

        async def size():
            return seen.pop(0) if seen else 0

        store.inbox_size = size
        async with engine.service.insights.sampled(), asyncio.timeout(20):
            while seen:
                await asyncio.sleep(0)

    async with Engine.embedded(path) as engine:
        periods = (await engine.service.insights.look(Insight())).periods
        assert max(each.inbox or 0 for each in periods) == 9
        broken = dict.fromkeys(places(InsightLimits().window_ms_max), b"?")
        await engine.service.insights._runtime.committer.request_write(lambda batch: batch.values.update(broken))

    async with Engine.embedded(path) as engine:
        periods = (await engine.service.insights.look(Insight())).periods
        assert max(each.inbox or 0 for each in periods) == 0
        assert caplog.text.count("cannot be read, and is left out") == len(broken)
