"""Insights: figures that agree with what was done, however they are read: at once, in parts, or after a restart."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint import Engine, function
from counterpoint.application.insights import Figures, Insight, InsightLimits, Insights
from counterpoint.application.insights.cells import MINUTE, Cells
from counterpoint.application.insights.figures import PER_OCTAVE, StepFigures, percentile
from counterpoint.errors import InvalidInput, NotFound, StoreUnavailable
from counterpoint.ports.store import Record
from counterpoint.stores.memory import Contents, MemoryStore

pytestmark = pytest.mark.anyio

SHOP = """document: { dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0' }
do:
- careful:
    try: [ { pay: { call: pay, with: { order: '${ .order }' } } } ]
    catch: { retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } } }
    compensate:
      do: [ { refund: { call: refund, with: { order: '${ $compensation.input.order }' } } } ]
      retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } }
- ship:
    if: '${ .paid }'
    raise: { error: { type: 'https://example.com/no-van', status: 503, title: No van } }
"""
OTHER = """document: { dsl: '1.0.3', namespace: shop, name: note, version: '1.0.0' }
do: [ { note: { set: { noted: true } } } ]
"""
ORDERS = ("fine", "shaky", "unpaid", "unsendable", "unrefundable")
FIGURES = Figures(started=5, completed=2, failed=2, undone=1, retries=3, incidents=1)
"""`fine` and `shaky` complete; `unpaid` fails before anything is done; of `unsendable` the payment is undone; the undo
of `unrefundable` fails. `shaky` and `unpaid` pay a second time, and the undo that
fails is tried twice."""


def shop(store=None):
    seen = set()

    @function
    async def pay(order: str) -> dict[str, bool]:
        if order == "unpaid" or (order == "shaky" and order not in seen):
            seen.add(order)
            raise RuntimeError("the bank is away")
        return {"paid": order.startswith("un")}

    @function
    async def refund(order: str) -> None:
        if order == "unrefundable":
            raise RuntimeError("the bank is away")

    return Engine.embedded(None, functions=[pay, refund], store=store)


async def trade(engine):
    order = await engine.publish(SHOP)
    for each in ORDERS:
        await engine.start(order, input={"order": each}, id=each)
        await engine.result(each, 10)
    return order


async def look(engine, limits=None, **asked):
    """One look by somebody who has never looked."""
    report = await Insights(engine.service._runtime, limits).look(Insight(**asked))
    assert report.whole
    return report


def told(report):
    """All that depends on what has happened, and not on when it was looked at."""
    return report.total, report.steps, report.clusters, sum((each.figures.started for each in report.periods), 0)


async def test_figures_agree_with_what_was_done():
    async with shop() as engine:
        await trade(engine)
        report = await look(engine)
        assert report.total == FIGURES
        assert (report.periods[-1].open, report.periods[-1].stuck, report.periods[0].open) == (1, 1, 0)
        assert report.queues.waits["incident"] == 1
        steps = {each.name: each for each in report.steps}
        pay, ship = steps["pay"], steps["ship"]
        assert (pay.completed, pay.failed, pay.retried, pay.reference) == (4, 3, 2, "/do/0/careful/try/0/pay")
        assert (ship.completed, ship.failed) == (0, 2)
        careful = steps["careful"]
        assert (careful.completed, careful.failed, careful.undone, careful.undo_failed) == (4, 1, 1, 1)
        assert sum(count for _, count in pay.histogram) == 7


async def test_nothing_is_read_where_nobody_looks():
    store = MemoryStore(Contents())
    read, journal = [], store.journal

    async def counted(after, limit):
        read.append(after)
        return await journal(after, limit)

    store.journal = counted
    async with shop(store) as engine:
        await trade(engine)
        assert read == []
        await engine.service.insights.look(Insight())
        assert read


async def test_failures_with_the_same_step_and_error_are_one_cluster():
    async with shop() as engine:
        await trade(engine)
        clusters = (await look(engine)).clusters
        assert [(each.name, each.undo, each.status, each.count) for each in clusters] == [
            ("pay", False, 500, 3),
            ("ship", False, 503, 2),
            ("careful", True, 500, 1),
        ]
        assert clusters[1].title == "No van"
        assert clusters[1].instances == ["unrefundable", "unsendable"]


async def test_an_incident_that_is_decided_about_waits_no_more():
    async with shop() as engine:
        await trade(engine)
        insights = Insights(engine.service._runtime)
        assert (await insights.look(Insight())).periods[-1].stuck == 1
        [incident] = (await engine.inspect("unrefundable")).incidents
        await engine.resolve("unrefundable", incident.run, "skip", reason="paid back by hand")
        await engine.result("unrefundable", 10)
        report = await insights.look(Insight())
        assert (report.total.resolved, report.total.failed) == (1, 3)
        assert (report.periods[-1].stuck, report.periods[-1].open) == (0, 0)


async def test_reading_on_is_reading_from_the_start():
    """Whoever looks after each instance is told the same as whoever looks once, with little memory or much."""
    async with shop() as engine:
        small = InsightLimits(instances_max=1)
        watching = [Insights(engine.service._runtime), Insights(engine.service._runtime, small)]
        order = await engine.publish(SHOP)
        for each in ORDERS:
            await engine.start(order, input={"order": each}, id=each)
            for insights in watching:
                await insights.look(Insight())
        for each in ORDERS:
            await engine.result(each, 10)
        expected = told(await look(engine))
        for insights in watching:
            assert told(await insights.look(Insight())) == expected


async def test_a_restart_changes_nothing():
    contents = Contents()
    async with shop(MemoryStore(contents)) as engine:
        await trade(engine)
        before = told(await look(engine))
    async with shop(MemoryStore(contents)) as engine:
        assert told(await look(engine)) == before


async def test_what_a_fork_has_taken_over_is_not_counted_again():
    async with shop() as engine:
        await trade(engine)
        before = await look(engine)
        await engine.fork("fine", 1, reason="what if", fork_id="again")
        await engine.result("again", 10)
        after = await look(engine)
        assert (after.total.started, after.total.completed) == (6, 3)
        assert {each.name: each.completed for each in after.steps}["pay"] == 5
        assert before.total.retries == after.total.retries


async def test_one_workflow_is_looked_at():
    async with shop() as engine:
        await trade(engine)
        await engine.start(await engine.publish(OTHER), id="noted")
        await engine.result("noted", 10)
        assert (await look(engine)).total.started == 6
        note = await look(engine, workflow="shop/note")
        assert (note.total, [each.name for each in note.steps], note.clusters) == (
            Figures(started=1, completed=1), ["note"], []
        )  # fmt: skip
        with pytest.raises(NotFound):
            await look(engine, workflow="shop/nothing")


async def test_times_that_make_no_sense_are_refused():
    async with shop() as engine:
        now = engine.service._runtime.clock.now()
        with pytest.raises(InvalidInput, match="ends before it begins"):
            await look(engine, since=now + MINUTE)
        with pytest.raises(InvalidInput, match="whole minutes"):
            await look(engine, period=90_000)
        with pytest.raises(InvalidInput, match="periods_max"):
            await look(engine, since=now - 24 * 60 * MINUTE, period=MINUTE)


async def test_a_long_journal_is_read_in_several_looks():
    async with shop() as engine:
        note = await engine.publish(OTHER)
        for number in range(300):
            await engine.start(note, id=f"n{number}")
        await engine.result("n299", 10)
        insights = Insights(engine.service._runtime, InsightLimits(looking_ms_max=0))
        first = await insights.look(Insight())
        assert (first.whole, first.total.started) == (False, 0)
        insights._limits = InsightLimits()
        assert (await insights.look(Insight())).total.started == 300
        late = Insights(engine.service._runtime, InsightLimits(transitions_max=100))
        assert (await late.look(Insight())).total.started == 100


async def misfit(engine, store, id, sequence):
    """A transition that can be decoded, but names a task that the plan does not have; its position."""
    archive = engine.service._runtime.archive
    [number] = [each.number for each in store.contents.instances.values() if each.id == id]
    kept = store.contents.journal[number][sequence]
    [(at, events)] = await archive.transitions(number, [kept], sequence - 1)
    wrong = [msgspec.structs.replace(each, task=99) if hasattr(each, "task") else each for each in events]
    assert wrong != events, "no event of this transition names a task"
    record = Record(number, sequence, archive._codec.encode(at, wrong)[0])
    position = store.contents.order.index(kept)
    store.contents.journal[number][sequence] = store.contents.order[position] = record
    return position + 1, number


async def test_a_journal_that_does_not_fit_its_plan_is_not_counted_ends_nothing_and_is_logged_once(caplog):
    store = MemoryStore()
    async with shop(store) as engine:
        order = await trade(engine)
        insights = Insights(engine.service._runtime, InsightLimits(instances_max=1))
        position, number = await misfit(engine, store, "fine", 1)
        report = await insights.look(Insight())
        assert report.whole
        assert report.total.completed == FIGURES.completed - 1
        assert report.total.failed == FIGURES.failed
        await engine.start(order, input={"order": "late"}, id="late")
        await engine.result("late", 10)
        assert (await insights.look(Insight())).total.completed == FIGURES.completed
    logged = [each.getMessage() for each in caplog.records if "is not counted" in each.getMessage()]
    assert len(logged) == 1
    assert f"of instance number {number}, is not counted" in logged[0]
    assert int(logged[0].split()[1]) >= position


async def test_the_window_is_found_past_transitions_that_cannot_be_read():
    """Each in turn, wherever the halving lands, and all but the last; those that are left are counted."""
    store = MemoryStore()
    async with shop(store) as engine:
        await trade(engine)
        kept, order = list(store.contents.order), store.contents.order

        async def beginning(*spoilt):
            for at in spoilt:
                order[at] = Record(kept[at].instance, kept[at].sequence, b"rubbish")
            insights = Insights(engine.service._runtime)
            assert (await insights.look(Insight())).whole
            assert insights._position == len(order)
            found = await insights._beginning()
            order[:] = kept
            return found

        for at in range(len(order)):
            assert await beginning(at) == 0
        assert await beginning(*range(len(order) - 1)) == 0
        assert await beginning(*range(len(order))) == 0


async def test_a_store_that_cannot_read_now_is_asked_again_and_nothing_is_left_out():
    store = MemoryStore()
    async with shop(store) as engine:
        await trade(engine)
        insights, journal = Insights(engine.service._runtime), store.journal

        async def failing(*_):
            raise StoreUnavailable("the disk is failing")

        store.journal = failing
        with pytest.raises(StoreUnavailable):
            await insights.look(Insight())
        store.journal = journal
        assert (await insights.look(Insight())).total == FIGURES


def test_more_than_may_be_kept_drops_the_oldest_minutes():
    cells = Cells(InsightLimits(cells_max=3, clusters_max=2))
    for minute in range(5):
        cells.tally("shop/order:1.0.0", "one").count(minute * MINUTE, "started")
    cells.trim(5 * MINUTE)
    assert [each.at // MINUTE for each in cells.minutes(0, 9 * MINUTE)] == [2, 3, 4]
    assert cells.since == 2 * MINUTE
    for step in ("a", "b", "c"):
        problem = {"type": "https://example.com/x", "status": 500}
        cells.tally("shop/order:1.0.0", "one").failure(4 * MINUTE, step, problem, undo=False)
    assert [kind.step for kind in cells.failures] == ["b", "c"]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_off_by_one_bin_at_most(latencies, share):
    figures = StepFigures()
    for each in latencies:
        figures.took(each)
    exact = sorted(latencies)[max(0, math.ceil(share * len(latencies)) - 1)]
    found = percentile(figures.latencies, share)
    assert found is not None
    assert exact / 2 ** (1 / PER_OCTAVE) - 1 <= found <= exact * 2 ** (1 / PER_OCTAVE) + 1


@given(st.lists(st.integers(0, 10**6)), st.lists(st.integers(0, 10**6)))
def test_figures_of_two_times_add_up_to_those_of_both(first, second):
    parts, whole = (StepFigures(), StepFigures()), StepFigures()
    for part, latencies in zip(parts, (first, second), strict=True):
        for each in latencies:
            part.took(each)
            whole.took(each)
    parts[0].add(parts[1])
    assert parts[0] == whole
