"""Batches that a thread writes while the loop goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import Conflict, InvalidInput, NotFound
from counterpoint.ports.store import Batch, InstanceRow, Message, Record, StoredDefinition, Summary
from counterpoint.stores.memory import MemoryStore
from counterpoint.stores.sqlite import SqliteStore
from counterpoint.stores.sqlite.whole import whole_of

pytestmark = pytest.mark.anyio

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.none() | st.integers(0, 2**53)
STATUSES = st.sampled_from(["pending", "running", "waiting", "suspended", "faulted", "completed"])
COMMON = {
    "status": STATUSES,
    "saga": st.none() | TEXTS,
    "ended_at": TIMES,
    "wake_at": TIMES,
    "listens": st.lists(TEXTS, max_size=2).map(tuple),
    "waits": st.lists(TEXTS, max_size=2).map(tuple),
    "error_type": st.none() | TEXTS,
    "due_at": TIMES,
    "active": st.booleans(),
}


def row(number, **changes):
    plain = {"id": f"instance-{number}", "definition": 1, "status": "running", "created_at": 1_700_000_000_000}
    return InstanceRow(number=number, **{**plain, **changes})


def large(first=1, count=100, size=100):
    numbers = range(first, first + count)
    return Batch(
        created=[row(number) for number in numbers], records=[Record(number, 1, bytes(size)) for number in numbers]
    )


@asynccontextmanager
async def claimed(path, **options):
    store = SqliteStore(path, **options)
    await store.claim("test")
    yield store
    await store.close()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def held(tmp_path):
    """A file that another process is writing to; it lets go when the event is set."""
    letting_go = threading.Event()
    path, threads = tmp_path / "s.db", []

    def hold():
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            letting_go.wait(30)
            connection.execute("ROLLBACK")
        connection.close()

    def begin():
        threads.append(threading.Thread(target=hold))
        threads[0].start()
        begun.wait(30)

    begun = threading.Event()
    yield path, begin, letting_go
    letting_go.set()
    for each in threads:
        each.join()


async def test_the_loop_goes_on_while_a_thread_writes(held):
    path, begin, let_go = held
    async with claimed(path) as store:
        begin()
        writing = asyncio.create_task(store.append(large()))
        turns = 0
        while turns < 100:
            await asyncio.sleep(0)
            turns += 1
        assert not writing.done()
        let_go.set()
        await writing
        assert len(await store.read_many(range(1, 101))) == 100


async def test_what_else_is_written_waits_for_the_thread(held):
    path, begin, let_go = held
    async with claimed(path) as store:
        begin()
        definition = StoredDefinition(
            number=0, namespace="a", name="b", version="1.0.0", digest="d", text="", published_at=0
        )
        first = asyncio.create_task(store.append(large()))
        others = [
            asyncio.create_task(each)
            for each in (
                store.post(Message(kind="event", body=b"m")),
                store.define(definition),
                store.append(Batch(records=[Record(1, 2, b"small")])),
                store.append(large(first=1_001)),
                store.claim("again"),
            )
        ]
        for _ in range(20):
            await asyncio.sleep(0)
        assert not first.done()
        assert not any(each.done() for each in others)
        let_go.set()
        await asyncio.gather(first, *others)
        assert [each.body for each in await store.read(1)] == [bytes(100), b"small"]
        assert [each.body for each in await store.inbox()] == [b"m"]
        assert await store.find("instance-1100") is not None


async def test_a_store_that_is_closed_finishes_what_a_thread_writes(held):
    path, begin, let_go = held
    async with claimed(path) as store:
        begin()
        writing = asyncio.create_task(store.append(large()))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        closing = asyncio.create_task(store.close())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not closing.done()
        let_go.set()
        await closing
    async with claimed(path) as store:
        assert await store.find("instance-100") is not None


async def test_a_refused_batch_leaves_nothing_and_says_what_is_taken(tmp_path):
    async with claimed(tmp_path / "s.db") as store:
        await store.append(large())
        with pytest.raises(Conflict, match="instance id 'instance-100' or number 100 is taken"):
            await store.append(large(first=100))
        taken = [Record(number, 1, b"") for number in range(150, 49, -1)]
        with pytest.raises(Conflict, match="sequence 1 of instance 100 is taken"):
            await store.append(Batch(records=taken))
        unknown = Batch(
            records=[Record(number, 2, b"") for number in range(1, 101)],
            summaries=[Summary(number=777, status="completed", saga=None, ended_at=1)],
        )
        with pytest.raises(NotFound, match="777"):
            await store.append(unknown)
        assert await store.position() == 100
        assert await store.find("instance-101") is None
        await store.append(large(first=101))


async def test_a_text_that_cannot_be_stored_is_refused_as_the_loop_refuses_it(tmp_path):
    told = []
    for minimum in (1, 1_000_000):
        async with claimed(tmp_path / f"{minimum}.db", thread_records_min=minimum) as store:
            with pytest.raises(InvalidInput, match="a value cannot be stored") as refused:
                await store.append(Batch(created=[row(1, business_key="half \ud800")], records=[Record(1, 1, b"")]))
            told.append(type(refused.value))
            assert await store.position() == 0
            await store.append(large())
    assert told == [InvalidInput, InvalidInput]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_thread_writes_what_the_loop_would(data, tmp_path_factory):
    """Law: whatever the texts and times of a batch, both ways leave the same rows, as the store in memory has them."""
    numbers = range(1, data.draw(st.integers(1, 5)) + 1)
    draw = dict.fromkeys(COMMON, data.draw)
    created = [
        row(
            number,
            id=f"{number}{data.draw(TEXTS)}",
            parent=data.draw(st.none() | TEXTS),
            business_key=data.draw(st.none() | TEXTS),
            correlation=data.draw(st.none() | TEXTS),
            **{name: pick(COMMON[name]) for name, pick in draw.items()},
        )
        for number in numbers
    ]
    records = [Record(number, 1, data.draw(st.binary(max_size=20))) for number in numbers]
    summaries = [Summary(number=number, **{name: data.draw(COMMON[name]) for name in COMMON}) for number in numbers]

    async def written(store):
        await store.claim("test")
        await store.append(Batch(created=created, records=records))
        await store.append(
            Batch(records=[Record(each.instance, 2, each.body) for each in records], summaries=summaries)
        )
        rows = await store.browse()
        histories = await store.read_many(numbers)
        await store.close()
        return rows, histories

    folder = tmp_path_factory.mktemp("both")
    threaded, looped = (
        asyncio.run(written(SqliteStore(folder / f"{minimum}.db", thread_records_min=minimum)))
        for minimum in (1, 1_000_000)
    )
    assert threaded == looped
    assert threaded == asyncio.run(written(MemoryStore()))


@pytest.mark.parametrize(
    "batch",
    [
        Batch(records=[Record(1, 1, b"")], posted=[Message(kind="event", body=b"")]),
        Batch(records=[Record(1, 1, b"")], blobs=[("d", b"")]),
        Batch(records=[Record(1, 1, b"")], values={"name": b""}),
        Batch(created=[row(1, business_key="a\0b")], records=[Record(1, 1, b"")]),
    ],
)
def test_what_the_view_has_no_place_for_is_written_by_the_loop(batch):
    assert whole_of(batch) is None
