"""Selections: what lists and counts find, on both stores, however much is asked for at once, and by which index."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores_opened import Opened

from counterpoint.errors import InvalidInput
from counterpoint.ports.selection import Filter
from counterpoint.ports.store import Batch, InstanceRow, Summary
from counterpoint.stores.memory import MemoryStore
from counterpoint.stores.phases import PHASES
from counterpoint.stores.sqlite import SqliteStore
from counterpoint.stores.sqlite.due import due_walks_of, pages_of
from counterpoint.stores.sqlite.selecting import walks_of

PARENTS = (None, "a#1", "a#2", "ab#1", "b#1")
WORDS = ("timer", "retry", "event:x", "event:y", "event:*", "incident", "resume")
TIMES = st.integers(0, 9)
ROWS = st.builds(
    dict,
    definition=st.integers(1, 3),
    status=st.sampled_from(PHASES),
    saga=st.sampled_from((None, "stuck", "compensated")),
    created_at=TIMES,
    ended_at=st.none() | TIMES,
    parent=st.sampled_from(PARENTS),
    error_type=st.sampled_from((None, "timeout", "communication")),
    business_key=st.sampled_from((None, "1", "2", "order-1", "order-2", "orders", "ordes", "\U0010ffff\U0010ffff")),
    correlation=st.sampled_from((None, "c", "d")),
    waits=st.sets(st.sampled_from(WORDS), max_size=3).map(lambda words: tuple(sorted(words))),
    due_at=st.none() | TIMES,
)
FILTERS = st.builds(
    Filter,
    statuses=st.lists(st.sampled_from(PHASES), max_size=3).map(tuple),
    definitions=st.none() | st.lists(st.integers(1, 4), max_size=3, unique=True).map(tuple),
    saga=st.none() | st.sampled_from(("stuck", "compensated")),
    business_key=st.none() | st.sampled_from(("1", "9")),
    business_key_prefix=st.none() | st.sampled_from(("", "order", "order-", "1", "\ud7ff", "\U0010ffff")),
    correlation=st.none() | st.just("c"),
    parent=st.none() | st.sampled_from(("a", "a#1", "b", "z")),
    error_type=st.none() | st.just("timeout"),
    waits=st.none() | st.sampled_from(("timer", "retry", "event", "event:x", "event:z", "incident", "resume")),
    created_from=st.none() | TIMES,
    created_to=st.none() | TIMES,
    ended_from=st.none() | TIMES,
    ended_to=st.none() | TIMES,
    due_from=st.none() | TIMES,
    due_to=st.none() | TIMES,
)


def row(number, **changes):
    plain = {"definition": 1, "status": "running", "created_at": number}
    return InstanceRow(number=number, id=f"i{number}", **{**plain, **changes})


def numbers(rows):
    return [each.number for each in rows]


@given(st.lists(ROWS, max_size=30), st.lists(FILTERS, min_size=1, max_size=5), st.integers(1, 8), st.data())
@settings(max_examples=150, deadline=None)
def test_both_stores_find_the_same_whatever_is_asked_for(tmp_path_factory, rows, filters, limit, data):
    path = tmp_path_factory.mktemp("store") / "s.db"
    stores = [Opened(MemoryStore()), Opened(SqliteStore(path, synchronous="NORMAL"))]
    changed = [
        Summary(number=number, status=each["status"], waits=each["waits"], saga=each["saga"], due_at=each["due_at"])
        for number, each in enumerate(data.draw(st.lists(ROWS, max_size=len(rows))), 1)
    ]
    for store in stores:
        store.claim("engine")
        store.append(Batch(created=[row(number, **each) for number, each in enumerate(rows, 1)]))
        store.append(Batch(summaries=changed))
    for wanted in filters:
        pages = [_all_pages(store, wanted, limit) for store in stores]
        assert pages[0] == pages[1], wanted
        counts = [store.count(wanted) for store in stores]
        assert _by(counts[0]) == _by(counts[1]), wanted
        assert sum(_by(counts[1]).values()) == len(pages[1])
        due = [_all_pages_by_due(store, wanted, limit) for store in stores]
        assert due[0] == due[1], wanted
        assert due[1] == sorted((each for each in pages[1] if each.due_at is not None), key=_due), wanted
        small = [store.count(wanted, count_max=2) for store in stores]
        assert small[0].at_least == small[1].at_least
        assert sum(_by(small[0]).values()) == sum(_by(small[1]).values())
    for store in stores:
        store.close()


def _all_pages(store, wanted, limit):
    found, before = [], None
    while page := store.browse(wanted, before=before, limit=limit):
        found += page
        before = page[-1].number
    return found


def _all_pages_by_due(store, wanted, limit):
    found, after = [], None
    while page := store.due(wanted, after=after, limit=limit):
        assert len(page) == limit or len(store.due(wanted, limit=100)) == len(found) + len(page)
        found += page
        after = _due(page[-1])
    return found


def _due(row):
    return row.due_at, row.number


def _by(counted):
    return {(each.definition, each.status): each.count for each in counted.tallies if each.count}


@given(st.lists(st.tuples(ROWS, st.integers(0, 3)), min_size=1, max_size=20), FILTERS)
@settings(max_examples=50, deadline=None)
def test_paging_gives_each_row_once_whatever_is_started_in_between(tmp_path_factory, steps, wanted):
    path = tmp_path_factory.mktemp("store") / "s.db"
    for store in (Opened(MemoryStore()), Opened(SqliteStore(path, synchronous="NORMAL"))):
        store.claim("engine")
        made = itertools.count(1)
        store.append(Batch(created=[row(next(made), **each) for each, _ in steps]))
        expected = numbers(store.browse(wanted))
        found, before = [], None
        for each, more in itertools.cycle(steps):
            page = store.browse(wanted, before=before, limit=2)
            if not page:
                break
            found += numbers(page)
            before = page[-1].number
            store.append(Batch(created=[row(next(made), **each) for _ in range(more)]))
        assert found == expected
        store.close()


class TestSelection:
    def test_what_an_instance_waits_for_follows_it(self, store):
        store.append(Batch(created=[row(1, waits=("event:x",)), row(2, waits=("event:*", "timer"))]))
        assert numbers(store.browse(Filter(waits="event:x"))) == [2, 1]
        assert numbers(store.browse(Filter(waits="event:y"))) == [2]
        assert numbers(store.browse(Filter(waits="event"))) == [2, 1]
        store.append(Batch(summaries=[Summary(number=2, status="suspended", waits=("incident",))]))
        assert numbers(store.browse(Filter(waits="event"))) == [1]
        assert numbers(store.browse(Filter(waits="timer"))) == []
        assert numbers(store.browse(Filter(waits="incident"))) == [2]
        store.append(Batch(summaries=[Summary(number=n, status="completed", active=False) for n in (1, 2)]))
        assert store.count(Filter(waits="event")).tallies == []

    def test_a_business_key_is_found_by_what_it_begins_with(self, store):
        keys = ("order-1", "order-10", "Order-1", "ordeR", None, "order-\U0010ffff", "orders")
        store.append(Batch(created=[row(number, business_key=key) for number, key in enumerate(keys, 1)]))
        assert numbers(store.browse(Filter(business_key_prefix="order-"))) == [6, 2, 1]
        assert numbers(store.browse(Filter(business_key_prefix="order-1"))) == [2, 1]
        assert numbers(store.browse(Filter(business_key_prefix="%"))) == []
        assert numbers(store.browse(Filter(business_key_prefix=""))) == [7, 6, 4, 3, 2, 1]

    def test_who_is_due_follows_what_they_wait_for(self, store):
        store.append(Batch(created=[row(n, due_at=n * 10, waits=("timer",)) for n in (1, 2, 3)]))
        assert numbers(store.browse(Filter(due_to=30))) == [2, 1]
        assert numbers(store.browse(Filter(due_from=20))) == [3, 2]
        store.append(Batch(summaries=[Summary(number=1, status="completed", active=False)]))
        assert numbers(store.browse(Filter(due_to=30))) == [2]

    def test_by_due_time_the_earliest_come_first_and_of_those_due_at_once_the_first(self, store):
        due = {1: 30, 2: 10, 3: None, 4: 20, 5: 10, 6: -5}
        store.append(Batch(created=[row(n, due_at=at, definition=n % 2) for n, at in due.items()]))
        assert numbers(store.due()) == [6, 2, 5, 4, 1]
        assert numbers(store.due(after=(10, 2), limit=2)) == [5, 4]
        assert numbers(store.due(Filter(due_from=10, due_to=30), after=(10, 2))) == [5, 4]
        assert numbers(store.due(Filter(due_from=10), after=(-5, 6), limit=2)) == [2, 5]
        assert numbers(store.due(Filter(due_to=10), after=(10, 2))) == []
        assert numbers(store.due(Filter(definitions=(0,)))) == [6, 2, 4]
        store.append(Batch(summaries=[Summary(number=4, status="waiting", due_at=40)]))
        assert numbers(store.due(after=(10, 5))) == [1, 4]

    def test_what_an_instance_waits_for_counts_beside_what_fewer_have(self, store):
        of_one = {"business_key": "order-1", "correlation": "c", "parent": "p#1", "due_at": 5}
        store.append(Batch(created=[row(n, waits=(word,), **of_one) for n, word in ((1, "timer"), (2, "retry"))]))
        for other in ("business_key", "business_key_prefix", "correlation", "parent", "due_to", "created_from"):
            value = {"business_key_prefix": "order-", "due_to": 9, "created_from": 0}.get(other) or of_one.get(other, 0)
            wanted = Filter(waits="retry", **{other: value})
            assert (numbers(store.browse(wanted)), sum(_by(store.count(wanted)).values())) == ([2], 1), other

    def test_all_are_counted_by_definition_and_status_without_a_limit(self, store):
        store.append(Batch(created=[row(n, definition=n % 2) for n in range(1, 8)]))
        store.append(Batch(summaries=[Summary(number=n, status="completed") for n in (1, 2)]))
        counted = store.count(count_max=1)
        assert (_by(counted), counted.at_least) == (
            {(0, "running"): 2, (0, "completed"): 1, (1, "running"): 3, (1, "completed"): 1},
            False,
        )
        only = store.count(Filter(statuses=("running",), definitions=(1,)))
        assert _by(only) == {(1, "running"): 3}

    def test_counting_stops_at_its_limit_and_says_so(self, store):
        store.append(Batch(created=[row(n, business_key="k") for n in range(1, 8)]))
        assert store.count(Filter(business_key="k"), count_max=7).at_least is False
        counted = store.count(Filter(business_key="k"), count_max=5)
        assert (_by(counted), counted.at_least) == ({(1, "running"): 5}, True)

    def test_an_unknown_status_is_refused(self, store):
        for ask in (store.browse, store.due, store.count):
            with pytest.raises(InvalidInput, match="dancing"):
                ask(Filter(statuses=("dancing",)))


INDEX_OF = {
    "business_key": "instance_by_business_key",
    "correlation": "instance_by_correlation",
    "parent": "instance_by_parent",
    "business_key_prefix": "instance_by_business_key",
    "due_to": "instance_by_due_at",
    "waits": "PRIMARY KEY",
    "created_from": "instance_by_created_at",
    "ended_to": "instance_by_ended_at",
    "error_type": "instance_by_error_type",
    "saga": "instance_by_saga",
    "statuses": "instance_by_status",
    "definitions": "instance_by_definition",
}
"""The index that serves a condition: of several that are given, the first one here."""
ASKED = {
    "statuses": ("faulted", "running"),
    "definitions": (1, 2),
    "created_from": 5,
    "ended_to": 9,
    "due_to": 9,
    "waits": "event:x",
}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_filter_is_served_by_an_index(tmp_path, size):
    store = SqliteStore(tmp_path / "s.db")
    Opened(store).claim("engine")
    for names in itertools.combinations(INDEX_OF, size):
        wanted = Filter(**{name: ASKED.get(name, "x") for name in names})
        expected = INDEX_OF[names[0]]
        if names[0] == "created_from" and "ended_to" in names:
            expected = INDEX_OF["ended_to"]
        for walk in walks_of(store._open, wanted):
            sql = walk.page()
            plan = _plan(store, sql)
            assert any(f"{expected} " in step or step.endswith(expected) or f"({expected}" in step for step in plan), (
                names,
                plan,
            )
            assert not any(step.startswith("SCAN") for step in plan), (names, plan)
            ranged = expected.endswith("_at") or names[0] in ("parent", "business_key_prefix")
            assert ranged or not any("TEMP B-TREE" in step for step in plan), (names, plan)
    Opened(store).close()


def test_a_long_range_of_time_is_not_sorted(tmp_path):
    store = SqliteStore(tmp_path / "s.db", synchronous="NORMAL")
    opened = Opened(store)
    opened.claim("engine")
    opened.append(Batch(created=[row(n, created_at=n, definition=n % 2) for n in range(1, 3_002)]))
    (walk,) = walks_of(store._open, Filter(created_from=1))
    assert walk.source == "instance NOT INDEXED"
    (walk,) = walks_of(store._open, Filter(created_from=2_000, definitions=(1,)))
    assert walk.source == "instance INDEXED BY instance_by_created_at"
    assert numbers(opened.browse(Filter(created_from=10, created_to=2_900), limit=2)) == [2_899, 2_898]
    opened.close()


def test_many_who_are_due_are_not_sorted_where_what_they_wait_for_is_known(tmp_path):
    store = SqliteStore(tmp_path / "s.db", synchronous="NORMAL")
    opened = Opened(store)
    opened.claim("engine")
    opened.append(Batch(created=[row(n, due_at=n, waits=("timer",)) for n in range(1, 3_002)]))
    (walk,) = walks_of(store._open, Filter(due_to=1_000, waits="timer"))
    assert walk.source == "instance INDEXED BY instance_by_due_at"
    (walk,) = walks_of(store._open, Filter(due_to=3_000, waits="timer"))
    assert walk.source.startswith("waiting")
    (walk,) = walks_of(store._open, Filter(due_to=3_000))
    assert walk.source == "instance INDEXED BY instance_by_due_at"
    assert numbers(opened.browse(Filter(due_from=10, due_to=3_000), limit=2)) == [2_999, 2_998]
    opened.close()


WALKS_BY_DUE = (
    (Filter(), "instance_by_due_at (due_at"),
    (Filter(due_to=9_000), "instance_by_due_at (due_at"),
    (Filter(due_to=9_000, statuses=("waiting", "running")), "instance_by_due_at (due_at"),
    (Filter(waits="timer"), "instance_by_due_at (due_at"),
    (Filter(definitions=(1, 2)), "instance_by_definition_due_at (definition=? AND due_at"),
    (
        Filter(definitions=(1,), statuses=("waiting",), due_from=1, due_to=9_000),
        "instance_by_definition_due_at (definition=? AND due_at",
    ),
)


def test_those_who_are_due_are_found_along_an_index_in_their_order_and_not_sorted(tmp_path):
    store = SqliteStore(tmp_path / "s.db", synchronous="NORMAL")
    opened = Opened(store)
    opened.claim("engine")
    many = [row(n, due_at=n // 1_500, waits=("timer",), status="waiting", definition=n % 2) for n in range(1, 3_002)]
    rare = row(4_000, due_at=9, waits=("retry",), status="suspended", definition=1, business_key="k", parent="a#1")
    opened.append(Batch(created=[*many, rare]))
    for wanted, along in WALKS_BY_DUE:
        for walk in due_walks_of(store._open, wanted):
            for first in (True, False):
                for page in pages_of(walk, wanted, first=first):
                    plan = _plan(store, page)
                    assert any(along in step for step in plan), (wanted, plan)
                    assert not any(step.startswith("SCAN") or "TEMP B-TREE" in step for step in plan), (wanted, plan)
    for narrow in (
        Filter(business_key="k"), Filter(parent="a"), Filter(waits="retry"), Filter(statuses=("suspended",)),
        Filter(business_key_prefix="k"), Filter(created_from=4_000),
    ):  # fmt: skip
        (walk,) = due_walks_of(store._open, narrow)
        assert "due_at" not in walk.source
        assert numbers(opened.due(narrow)) == [4_000]
    assert numbers(opened.due(after=(1, 2_000), limit=2)) == [2_001, 2_002]
    opened.close()


def _plan(store, sql):
    return [each[3] for each in store._open.execute(f"EXPLAIN QUERY PLAN {sql}", _bound(sql))]


def _bound(sql):
    ends = [f"{moment}_{end}" for moment in ("created", "ended", "due") for end in ("from", "to")]
    names = [
        "business_key",
        "business_key_prefix",
        "prefix_end",
        "correlation",
        "parent",
        "error_type",
        "saga",
        "waits0",
        "waits1",
        "before",
        "limit",
        "at",
        "number",
        *ends,
    ]
    return {name: 1 for name in names if f":{name}" in sql}
