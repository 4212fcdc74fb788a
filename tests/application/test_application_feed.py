"""The feed: every reader gets each event once and in order, wherever it was cut off and however slow it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint import Engine
from counterpoint.application import feed as feeds
from counterpoint.application.feed import FeedReader, Wanted
from counterpoint.stores.memory import Contents, MemoryStore

DOCUMENT = """
document: {{ dsl: '1.0.3', namespace: feed, name: {name}, version: '1.0.0' }}
do:
- one: {{ set: {{ a: 1 }} }}
- hear: {{ listen: {{ to: {{ one: {{ with: {{ type: go }} }} }} }} }}
- two: {{ set: {{ b: 2 }} }}
"""
READERS = 3
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.sampled_from(["left", "right"])),
        st.tuples(st.just("go"), st.integers(0, 9)),
        st.tuples(st.just("read"), st.integers(0, READERS - 1)),
        st.tuples(st.just("cut"), st.tuples(st.integers(0, READERS - 1), st.integers(0, 3))),
        st.tuples(st.just("crash"), st.none()),
    ),
    max_size=30,
)
WANTED = {
    "left": Wanted(workflow="feed/left"),
    "bare": Wanted(workflow="right"),
    "range": Wanted(workflow="left:^1"),
    "all": Wanted(),
    "tasks": Wanted(types=("io.serverlessworkflow.task.*",)),
}


@dataclass
class Client:
    """One who follows, keeps what comes, and comes back with the place of the last event that it has."""

    wanted: Wanted
    reader: FeedReader | None = None
    place: str | None = None
    has: list[tuple[int, int]] = field(default_factory=list)

    async def connect(self, feed, **options):
        self.reader = (await feed.read(self.place, self.wanted, **options)).__enter__()
        self.place = self.reader.place()

    async def read(self, kept=None):
        """Whether there may be more; of what comes only the first `kept` arrive where the connection is cut then."""
        told, gap, more = await self.reader.news()
        assert not gap
        for each in told[:kept]:
            self.has.append((each.position, each.ordinal))
            self.place = self.reader.place(each)
        return more

    def cut(self):
        if self.reader is not None:
            self.reader.__exit__()
        self.reader = None


class World:
    """An engine that may crash, and its readers."""

    def __init__(self) -> None:
        self.contents = Contents()
        self.started = 0
        self.clients = [Client(each) for each in WANTED.values()]

    async def open(self):
        self.contents.holder = None
        self.engine = Engine.embedded(store=MemoryStore(self.contents))
        await self.engine.open()

    async def begin(self):
        await self.open()
        for name in ("left", "right"):
            await self.engine.publish(DOCUMENT.format(name=name))
        for each in self.clients:
            await each.connect(self.engine.service.feed)

    async def do(self, action, on):
        match action:
            case "start":
                self.started += 1
                await self.engine.start(f"feed/{on}", id=str(self.started))
            case "go":
                event = {"specversion": "1.0", "source": "/t", "type": "go"}
                await self.engine.deliver({**event, "id": f"{self.started}.{on}"})
            case "read":
                await self.clients[on].read()
            case "cut":
                client = self.clients[on[0]]
                await client.read(on[1])
                client.cut()
                await client.connect(self.engine.service.feed)
            case "crash":
                for each in self.clients:
                    each.cut()
                await self.engine.close()
                await self.open()
                for each in self.clients:
                    await each.connect(self.engine.service.feed)

    async def end(self):
        """Everything that is wanted by each, as one who reads the whole journal at once is told it."""
        while not self.engine.runtime.idle:
            await asyncio.sleep(0)
        for each in self.clients:
            while await each.read():
                pass
            each.cut()
        whole = Client(Wanted())
        await whole.connect(self.engine.service.feed, from_start=True)
        told = []
        while (news := await whole.reader.news()).more:
            told += news.told
        whole.cut()
        await self.engine.close()
        return [[(e.position, e.ordinal) for e in told if each.wanted.admits(e)] for each in self.clients]


@pytest.mark.parametrize("kept", [3, 20_000], ids=["slow", "caught up"])
def test_each_event_comes_once_and_in_order_whatever_is_cut(kept, monkeypatch):
    """`kept`: with 3, most readers are too slow for what is shared, and read on their own."""
    monkeypatch.setattr(feeds, "CHAPTERS_MAX", kept)
    monkeypatch.setattr(feeds, "_AT_ONCE", 2)

    async def live(actions):
        world = World()
        await world.begin()
        for action, on in actions:
            await world.do(action, on)
        expected = await world.end()
        assert [each.has for each in world.clients] == expected
        return sum(map(len, expected))

    most = []

    @settings(max_examples=60)
    @given(ACTIONS)
    def law(actions):
        most.append(asyncio.run(live(actions)))

    law()
    assert max(most) > 40, "nothing much was told in any example"


@pytest.mark.anyio
async def test_readers_who_have_caught_up_share_what_is_read():
    async with Engine.embedded(None) as engine:
        await engine.publish(DOCUMENT.format(name="left"))
        feed, store = engine.service.feed, engine.runtime.store
        reads, journal = [], store.journal

        async def counted(after, limit):
            reads.append(after)
            return await journal(after, limit)

        store.journal = counted
        assert not engine.runtime.dispatch.followers
        readers = [(await feed.read(None)).__enter__() for _ in range(50)]
        await engine.start("left", id="1")
        told = [(await each.news()).told for each in readers]
        assert all(each == told[0] for each in told)
        assert len(told[0]) > 3
        assert len(reads) == 1
        for each in readers:
            each.__exit__()
        assert not (engine.runtime.dispatch.followers or feed.readers)


@pytest.mark.anyio
async def test_a_place_of_another_journal_is_a_gap():
    async with Engine.embedded(None) as engine:
        await engine.publish(DOCUMENT.format(name="left"))
        feed = engine.service.feed
        own = (await feed.read(None)).place()
        for wrong in ("0badf00d-1.1", f"{own.partition('-')[0]}-99.1", "x", "", f"{own.partition('-')[0]}-0.1", "-1.1"):
            with await feed.read(wrong) as reader:
                await engine.start("left")
                told, gap, _ = await reader.news()
                assert (gap, told[0].type) == (True, "io.serverlessworkflow.workflow.started.v1"), wrong
