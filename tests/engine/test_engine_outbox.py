"""The outbox: what workflows emit goes out, at least once and in order, whatever happens to receiver and engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from counterpoint import Engine, EngineLimits
from counterpoint.engine.limits import EventLimits
from counterpoint.engine.routes import Destination, Route
from counterpoint.errors import LimitExceeded, SinkRefused, SinkUnavailable
from counterpoint.ports.store import Batch
from tests.engine.documents import document

pytestmark = pytest.mark.anyio

RING = """
- first: {emit: {event: {with: {type: org.example.rung, source: /bell, data: {n: 1, of: '${ .of }'}}}}}
- second: {emit: {event: {with: {type: org.example.rung, source: /bell, data: {n: 2, of: '${ $workflow.input.of }'}}}}}
"""


class Receiver:
    """Records what it acknowledged. `judge` may raise for an event."""

    def __init__(self, judge: Callable[[dict[str, Any]], None] = lambda event: None) -> None:
        self.judge = judge
        self.got: list[dict[str, Any]] = []
        self.sends = 0
        self.closed = False

    async def send(self, events: Sequence[dict[str, Any]]) -> None:
        self.sends += 1
        await asyncio.sleep(0)
        for event in events:
            self.judge(event)
        self.got += events

    async def close(self) -> None:
        self.closed = True

    def data(self) -> list[Any]:
        return [event["data"] for event in self.got]


def to(receiver: Receiver, name: str = "sink", **settings: Any) -> Destination:
    own = {key: settings.pop(key) for key in ("batch_max", "in_flight_max") if key in settings}
    return Destination(route=Route(name=name, **settings), sink=receiver, **own)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0)


async def run_two(engine: Any, name: str = "ring") -> None:
    ring = await engine.publish(document(RING, name))
    for of in ("a", "b"):
        await engine.start(ring, {"of": of}, id=of)
        assert (await engine.result(of, timeout=5)).status == "completed"


async def test_what_is_emitted_goes_out_and_leaves_the_outbox(engine_on, store):
    receiver = Receiver()
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    assert receiver.data() == [{"n": n, "of": of} for of in "ab" for n in (1, 2)]
    assert receiver.closed


async def test_an_entry_is_written_with_its_event_and_never_doubled(engine_on, store):
    receiver = Receiver()
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    batches: list[Batch] = [batch for batch in store.batches if any(each.outgoing for each in batch.posted)]
    assert all(batch.records for batch in batches), "the completion of `emit` is in the same transaction"
    assert len({(event["source"], event["id"]) for event in receiver.got}) == 4 == len(receiver.got)


async def test_each_sink_gets_what_its_patterns_take(engine_on, store):
    all_of_them, none_of_them, bells, life = Receiver(), Receiver(), Receiver(), Receiver()
    destinations = [
        to(all_of_them, "all"),
        to(none_of_them, "none", types=("org.example.*.x",)),
        to(bells, "bells", types=("org.*.rung",), sources=("/other", "/be*")),
        to(life, "life", emitted=False, lifecycle=True, types=("*.workflow.*",)),
    ]
    async with engine_on(store, destinations=destinations) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    assert (len(all_of_them.got), len(none_of_them.got), len(bells.got)) == (4, 0, 4)
    told = [(event["subject"], event["type"].split(".")[-2]) for event in life.got]
    assert told == [(of, what) for of in "ab" for what in ("started", "completed")]


async def test_a_receiver_that_is_down_gets_everything_in_order_once_it_is_back(engine_on, store, clock):
    down_until = clock.now() + 3_600_000

    def judge(event: dict[str, Any]) -> None:
        if clock.now() < down_until:
            raise SinkUnavailable("it is down")

    receiver = Receiver(judge)
    async with engine_on(store, destinations=[to(receiver, batch_max=1, in_flight_max=4)]) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    for of in "ab":
        assert [data["n"] for data in receiver.data() if data["of"] == of] == [1, 2]
    assert receiver.sends < 150, "it is asked ever more seldom"


@pytest.mark.parametrize("batch_max", [1, 100])
async def test_a_refused_event_is_a_dead_letter_and_holds_up_nobody(engine_on, store, batch_max):
    def judge(event: dict[str, Any]) -> None:
        if event["data"] == {"n": 1, "of": "a"} and not mended:
            raise SinkRefused("I know no a")

    mended: list[bool] = []
    receiver = Receiver(judge)
    async with engine_on(store, destinations=[to(receiver, batch_max=batch_max)]) as engine:
        await run_two(engine)
        await until(lambda: [each.refusal for each in store.contents.outbox.values()] == ["I know no a"])
        assert receiver.data() == [{"n": 2, "of": "a"}, {"n": 1, "of": "b"}, {"n": 2, "of": "b"}]
        mended.append(True)
        await engine.runtime.outbox.revive(await store.dead_letters())
        await until(lambda: not store.contents.outbox)
    assert receiver.data()[-1] == {"n": 1, "of": "a"}


async def test_an_event_that_always_fails_holds_up_those_of_its_own_instance_alone(engine_on, store):
    def judge(event: dict[str, Any]) -> None:
        if event["data"] == {"n": 1, "of": "a"}:
            raise SinkUnavailable("500")

    receiver = Receiver(judge)
    async with engine_on(store, destinations=[to(receiver, batch_max=1)]) as engine:
        await run_two(engine)
        await until(lambda: len(store.contents.outbox) == 2)
        assert receiver.data() == [{"n": 1, "of": "b"}, {"n": 2, "of": "b"}]


async def test_what_was_not_acknowledged_before_a_crash_is_sent_after_it(engine_on, store):
    def judge(event: dict[str, Any]) -> None:
        raise SinkUnavailable("it is down")

    async with engine_on(store, destinations=[to(Receiver(judge))]) as engine:
        await run_two(engine)
        crashed = store.after_a_crash()
    receiver = Receiver()
    async with engine_on(crashed, destinations=[to(receiver)]):
        await until(lambda: not crashed.contents.outbox)
    assert receiver.data() == [{"n": n, "of": of} for of in "ab" for n in (1, 2)]


async def test_a_crash_at_any_write_loses_and_doubles_no_event(engine_on, store):
    """A receiver by key: what comes twice has the same key."""
    receiver = Receiver()
    copies = []
    original = store.append

    async def append(batch: Batch) -> None:
        await original(batch)
        copies.append((store.after_a_crash(), list(receiver.got)))

    store.append = append
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    assert len(copies) > 4
    for crashed, got in copies:
        again = Receiver()
        again.got = got
        ids = {row.id for row in crashed.contents.instances.values()}
        async with engine_on(crashed, destinations=[to(again)]) as engine:
            for id in ids:
                assert (await engine.result(id, timeout=5)).status == "completed"
            await until(lambda crashed=crashed: not crashed.contents.outbox)
        by_key = {(event["source"], event["id"]): event["data"] for event in again.got}
        expected = [{"n": n, "of": of} for of in sorted(ids) for n in (1, 2)]
        assert sorted(by_key.values(), key=str) == sorted(expected, key=str)


async def test_lifecycle_events_go_out_by_the_transaction_of_what_they_tell_of(engine_on, store):
    receiver, told = Receiver(), []
    async with engine_on(store, destinations=[to(receiver, emitted=False, lifecycle=True)]) as engine:
        engine.on_lifecycle(told.append)
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    assert receiver.got == told
    assert all(batch.records for batch in store.batches if batch.outgoing)


async def test_a_full_outbox_makes_emitting_wait_and_refuses_new_instances(engine_on, store):
    open_again = asyncio.Event()

    class Slow(Receiver):
        async def send(self, events: Sequence[dict[str, Any]]) -> None:
            await open_again.wait()
            await super().send(events)

    limits = EngineLimits(events=EventLimits(outbox_events_max=1))
    receiver = Slow()
    async with engine_on(store, destinations=[to(receiver)], limits=limits) as engine:
        ring = await engine.publish(document(RING, "ring"))
        await engine.start(ring, {"of": "a"}, id="a")
        await until(lambda: engine.runtime.outbox.full)
        with pytest.raises(LimitExceeded, match="outbox_events_max"):
            await engine.start(ring, {"of": "b"}, id="b")
        assert (await engine.inspect("a")).status == "running"
        open_again.set()
        assert (await engine.result("a", timeout=5)).status == "completed"
        await until(lambda: len(receiver.got) == 2)
        await engine.start(ring, {"of": "b"}, id="b")
        assert (await engine.result("b", timeout=5)).status == "completed"


async def test_an_engine_that_knows_of_no_sinks_writes_what_they_are_owed(engine_on, store, caplog):
    receiver = Receiver()
    async with engine_on(store, destinations=[to(receiver)]):
        pass
    other = store.after_a_crash()
    async with engine_on(other) as engine:
        await run_two(engine)
    assert len(other.contents.outbox) == 4
    last = other.after_a_crash()
    async with engine_on(last):
        assert "4 events for the sink sink stay in the outbox" in caplog.text
    third = last.after_a_crash()
    async with engine_on(third, destinations=[to(receiver)]):
        await until(lambda: not third.contents.outbox)
    assert len(receiver.got) == 4


async def test_an_engine_without_sinks_does_not_touch_the_outbox(engine_on, store):
    async with engine_on(store) as engine:
        await run_two(engine)
    assert not store.contents.outbox
    assert "sinks" not in store.contents.values


async def test_what_a_store_refuses_again_and_again_is_owed_once(engine_on, store):
    receiver, limits = Receiver(), EngineLimits(retry_ms_max=1, events=EventLimits(outbox_events_max=50))
    async with engine_on(store, destinations=[to(receiver, lifecycle=True)], limits=limits) as engine:
        ring = await engine.publish(document("- rest: {wait: {seconds: 1}}\n" + RING.strip(), "ring"))
        await engine.start(ring, {"of": "a"}, id="a")
        refused, append = [], store.append

        async def refuse(batch):
            store.broken = len(refused) < 40
            if store.broken and batch.records:
                refused.append(batch)
            await append(batch)

        store.append = refuse
        assert (await engine.result("a", timeout=10)).status == "completed"
        await until(lambda: not store.contents.outbox)
        outbox = engine.runtime.outbox
        assert (len(refused), outbox.owed, outbox.full) == (40, 0, False)
        await engine.start(ring, {"of": "b"}, id="b")


async def test_an_event_that_is_dropped_as_known_is_owed_nothing(engine_on, store):
    receiver = Receiver(lambda _: (_ for _ in ()).throw(SinkUnavailable("away")))
    twice = "\n".join(
        f"- {name}: {{emit: {{event: {{with: {{id: one, type: org.example.rung, source: /bell}}}}}}}}"
        for name in ("first", "second")
    )
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        id = await engine.start(await engine.publish(document(twice)))
        assert (await engine.result(id, timeout=5)).status == "completed"
        assert engine.runtime.outbox.owed == len(store.contents.outbox) == 1


async def test_a_dead_letter_is_sent_once_its_retry_is_written_whoever_waits(engine_on, store):
    refuses = [True]

    def judge(event):
        if refuses[0]:
            raise SinkRefused("no")

    receiver = Receiver(judge)
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        await run_two(engine)
        events = engine.service.events
        while len(letters := await events.dead_letters()) < 4:
            await asyncio.sleep(0)
        refuses[0] = False
        asking = asyncio.ensure_future(events.retry(letters[0].number))
        while not engine.runtime.committer.queued and not asking.done():
            await asyncio.sleep(0)
        asking.cancel()
        await until(lambda: len(receiver.got) == 1)
        assert len(await events.dead_letters()) == 3


async def test_a_sink_whose_library_cancels_its_own_work_is_tried_again(engine_on, store):
    class Cancelling(Receiver):
        async def send(self, events):
            if not self.sends:
                self.sends += 1
                gone = asyncio.get_running_loop().create_future()
                gone.cancel()
                await gone
            await super().send(events)

    receiver = Cancelling()
    async with engine_on(store, destinations=[to(receiver)]) as engine:
        await run_two(engine)
        await until(lambda: not store.contents.outbox)
    assert len(receiver.got) == 4


async def test_a_refusal_in_words_that_cannot_be_stored_is_one_all_the_same(engine_on, tmp_path):
    def judge(event):
        raise SinkRefused("half a pair: \udcff")

    async with Engine.embedded(tmp_path / "store.db", destinations=[to(Receiver(judge))]) as engine:
        await run_two(engine)
        while len(letters := await engine.service.events.dead_letters()) < 4:
            await asyncio.sleep(0)
    assert {each.reason for each in letters} == {"half a pair: ?"}
