"""The outbox of every store, and the keys that it remembers."""

from __future__ import annotations

import pytest

from counterpoint.errors import Conflict
from counterpoint.ports.store import Answer, Batch, InstanceRow, Message, OutboxSize, Outgoing, Record

DAY_MS = 24 * 60 * 60 * 1000
KEPT_MS = 30 * DAY_MS


def owed(body: bytes, sink: str = "billing", instance: int = 1, written_at: int = 5) -> Outgoing:
    return Outgoing(sink=sink, body=body, instance=instance, written_at=written_at)


def bodies(entries: list[Outgoing]) -> list[bytes]:
    return [each.body for each in entries]


class TestOutbox:
    def test_entries_stay_in_order_until_they_are_sent(self, store):
        store.append(Batch(outgoing=[owed(b"a"), owed(b"b"), owed(b"x", "stock"), owed(b"c")]))
        first = store.outbox("billing")
        assert bodies(first) == [b"a", b"b", b"c"]
        assert [each.number for each in first] == sorted({each.number for each in first})
        assert (first[0].sink, first[0].instance, first[0].written_at, first[0].refusal) == ("billing", 1, 5, None)
        assert bodies(store.outbox("billing", after=first[0].number, limit=1)) == [b"b"]
        store.append(Batch(sent=[first[1].number]))
        assert bodies(store.outbox("billing")) == [b"a", b"c"]
        assert bodies(store.outbox("stock")) == [b"x"]
        assert store.outbox("nobody") == []

    def test_what_is_gone_may_be_removed_again(self, store):
        store.append(Batch(outgoing=[owed(b"a")]))
        [entry] = store.outbox("billing")
        store.append(Batch(sent=[entry.number, entry.number]))
        store.append(Batch(sent=[entry.number], refused=[(entry.number, "no")], revived=[entry.number]))
        assert store.outbox("billing") == []
        assert store.dead_letters() == []

    def test_a_number_is_never_given_twice(self, store):
        store.append(Batch(outgoing=[owed(b"a")]))
        [first] = store.outbox("billing")
        store.append(Batch(sent=[first.number]))
        store.append(Batch(outgoing=[owed(b"b")]))
        [second] = store.outbox("billing")
        assert second.number > first.number

    def test_a_dead_letter_is_owed_no_longer_until_it_is_revived(self, store):
        store.append(Batch(outgoing=[owed(b"a"), owed(b"b"), owed(b"x", "stock")]))
        first, second = store.outbox("billing")
        [third] = store.outbox("stock")
        store.append(Batch(refused=[(first.number, "it is too blue"), (third.number, "no")]))
        assert bodies(store.outbox("billing")) == [b"b"]
        assert [(each.body, each.refusal) for each in store.dead_letters()] == [(b"a", "it is too blue"), (b"x", "no")]
        assert bodies(store.dead_letters("stock")) == [b"x"]
        assert bodies(store.dead_letters(after=first.number)) == [b"x"]
        assert bodies(store.dead_letters(limit=1)) == [b"a"]
        assert store.dead_letter(first.number).body == b"a"
        assert store.dead_letter(second.number) is None
        assert store.outbox_sizes() == {"billing": OutboxSize(1, 1), "stock": OutboxSize(0, 1)}
        store.append(Batch(revived=[first.number]))
        assert bodies(store.outbox("billing")) == [b"a", b"b"]
        assert store.outbox("billing")[0].refusal is None

    def test_entries_go_with_a_message_that_is_no_duplicate(self, store):
        message = Message(kind="emitted", body=b"m", key="k", outgoing=(owed(b"a"), owed(b"a", "stock")))
        store.append(Batch(posted=[message]))
        store.append(Batch(posted=[message]))
        assert bodies(store.outbox("billing")) == [b"a"]
        assert bodies(store.outbox("stock")) == [b"a"]
        [posted] = store.inbox()
        assert posted.outgoing == ()

    def test_a_refused_batch_leaves_the_outbox_as_it_was(self, store):
        store.append(Batch(records=[Record(1, 1, b"")], outgoing=[owed(b"a")]))
        [entry] = store.outbox("billing")
        with pytest.raises(Conflict):
            store.append(Batch(records=[Record(1, 1, b"")], outgoing=[owed(b"b")], sent=[entry.number]))
        assert bodies(store.outbox("billing")) == [b"a"]

    def test_it_is_there_after_reopening(self, store, opening):
        store.append(Batch(outgoing=[owed(b"a"), owed(b"b")]))
        store.append(Batch(refused=[(store.outbox("billing")[0].number, "no")]))
        store.close()
        again = opening()
        again.claim("again")
        assert bodies(again.outbox("billing")) == [b"b"]
        assert bodies(again.dead_letters()) == [b"a"]


class TestInboxSize:
    def test_it_is_never_less_than_what_is_unsettled(self, store):
        assert store.inbox_size() == 0
        given = [store.post(Message(kind="event", body=b"")) for _ in range(5)]
        assert store.inbox_size() == 5
        store.append(Batch(settled=[Answer(message=each, ok=True) for each in (given[0], given[2])]))
        assert 3 <= store.inbox_size() <= 4
        store.append(Batch(settled=[Answer(message=each, ok=True) for each in (given[1], given[3], given[4])]))
        assert store.inbox_size() == 0


class TestKeys:
    def test_a_key_is_remembered_as_long_as_it_is_said_and_forgotten_later(self, opening):
        store = opening(keys_kept_ms=KEPT_MS)
        store.claim("engine")
        store.append(Batch(posted=[Message(kind="event", body=b"", key=f"old-{n}", posted_at=0) for n in range(300)]))

        def accepted(at: int) -> int:
            again = [Message(kind="event", body=b"again", key=f"old-{n}", posted_at=at) for n in range(300)]
            return sum(store.post(each) is not None for each in again)

        self.sweep(store, KEPT_MS - 1)
        assert accepted(KEPT_MS - 1) == 0
        self.sweep(store, KEPT_MS + 1)
        assert accepted(KEPT_MS + 1) == 300

    def sweep(self, store, at: int) -> None:
        """Post so much that all keys are looked at."""
        for _ in range(256):
            store.append(Batch(posted=[Message(kind="event", body=b"", posted_at=at)] * 1000))


class TestChains:
    def test_a_chain_is_what_has_its_correlation_what_was_linked_and_the_one_with_its_id(self, store):
        rows = [
            InstanceRow(
                number=n,
                id=f"instance-{n}",
                definition=1,
                status="running",
                created_at=n,
                correlation="instance-2" if n == 4 else None,
            )
            for n in range(1, 7)
        ]
        store.append(Batch(created=rows, linked=[("instance-2", 5), ("instance-2", 1), ("instance-2", 5), ("x", 6)]))
        assert [each.number for each in store.chain("instance-2")] == [1, 2, 4, 5]
        assert [each.number for each in store.chain("instance-2", after=1, limit=1)] == [2]
        assert [each.number for each in store.chain("instance-2", after=2)] == [4, 5]
        assert [each.id for each in store.chain("x")] == ["instance-6"]
        assert store.chain("nobody") == []
