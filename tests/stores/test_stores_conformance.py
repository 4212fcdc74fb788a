"""What every store must do. An implementation joins by a line in `conftest.opening`."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from counterpoint.errors import Conflict, InvalidInput, NotFound, StoreCorrupt, StoreError, StoreLocked
from counterpoint.ports.selection import Filter
from counterpoint.ports.store import (
    Answer,
    Batch,
    InstanceRow,
    Message,
    Receipt,
    Record,
    StoredDefinition,
    Summary,
    VersionState,
)


def row(number: int, **changes: Any) -> InstanceRow:
    plain = {"id": f"instance-{number}", "definition": 1, "status": "running", "created_at": 1_700_000_000_000 + number}
    return InstanceRow(number=number, **{**plain, **changes})


def definition(**changes: str) -> StoredDefinition:
    plain = {"namespace": "shop", "name": "checkout", "version": "1.0.0", "digest": "d1", "text": "document: {}"}
    return StoredDefinition(number=0, published_at=5, **{**plain, **changes})


def numbers(rows: list[InstanceRow]) -> list[int]:
    return [each.number for each in rows]


class TestJournal:
    def test_records_come_back_in_order(self, store):
        store.append(Batch(records=[Record(1, 1, b"a"), Record(2, 1, b"x"), Record(1, 2, b"b")]))
        store.append(Batch(records=[Record(1, 3, b"c")]))
        assert store.read(1) == [Record(1, 1, b"a"), Record(1, 2, b"b"), Record(1, 3, b"c")]
        assert store.read(1, after=2) == [Record(1, 3, b"c")]
        assert store.read(1, after=3) == []
        assert store.read(99) == []

    def test_read_many_answers_for_each_instance_asked(self, store):
        store.append(Batch(records=[Record(i, s, b"%d.%d" % (i, s)) for s in (1, 2) for i in range(1, 2001)]))
        found = store.read_many([7, 2000, 5555])
        assert found == {
            7: [Record(7, 1, b"7.1"), Record(7, 2, b"7.2")],
            2000: [Record(2000, 1, b"2000.1"), Record(2000, 2, b"2000.2")],
            5555: [],
        }
        assert store.read_many([]) == {}
        assert len(store.read_many(range(1, 2001))) == 2000

    @pytest.mark.parametrize("taken", [[Record(1, 2, b"z")], [Record(1, 3, b"y"), Record(1, 3, b"z")]])
    def test_a_taken_sequence_is_a_conflict_and_names_it(self, store, taken):
        store.append(Batch(records=[Record(1, 1, b"a"), Record(1, 2, b"b")]))
        with pytest.raises(Conflict, match=f"sequence {taken[-1].sequence} of instance 1 "):
            store.append(Batch(records=[Record(2, 1, b"x"), *taken]))
        assert store.read(1) == [Record(1, 1, b"a"), Record(1, 2, b"b")]
        assert store.read(2) == []

    @pytest.mark.parametrize("body", [b"", b"\x00\xff" * 5, "π\x00ü".encode(), bytes(10_000_000)])
    def test_a_body_is_any_bytes(self, store, body):
        store.append(Batch(records=[Record(1, 1, body)]))
        assert store.read(1) == [Record(1, 1, body)]

    def test_an_empty_batch_is_nothing(self, store):
        store.append(Batch())
        assert store.browse() == []


class TestInstances:
    def test_a_row_comes_back_whole(self, store):
        whole = row(
            3, id="ü\x00'\"", status="faulted", saga="compensated", ended_at=9, parent="p#1", active=False, wake_at=4,
            listens=("*", "a.ü"), error_type="https://example.org/e", created_at=2**52, business_key="o-ü'7",
            correlation="c", waits=("event:*", "event:a.ü", "timer"), due_at=5,
        )  # fmt: skip
        store.append(Batch(created=[whole, row(4)]))
        assert store.find("ü\x00'\"") == whole
        assert store.find("instance-4") == row(4)
        assert store.find("instance-5") is None

    @pytest.mark.parametrize(
        "status", ["pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed"]
    )
    def test_every_status_of_the_specification(self, store, status):
        store.append(Batch(created=[row(1, status=status), row(2, status="running", definition=2)]))
        assert store.find("instance-1").status == status
        assert 1 in numbers(store.browse(Filter(statuses=(status,))))

    def test_an_unknown_status_is_refused(self, store):
        with pytest.raises(InvalidInput, match="dancing"):
            store.append(Batch(created=[row(1), row(2, status="dancing")]))
        with pytest.raises(InvalidInput, match="dancing"):
            store.append(Batch(created=[row(1)], summaries=[Summary(number=1, status="dancing")]))
        assert store.browse() == []

    def test_a_summary_replaces_all_changing_columns(self, store):
        store.append(
            Batch(created=[row(1, saga="compensating", wake_at=4, listens=("a",), error_type="e", parent="p")])
        )
        summary = Summary(number=1, status="completed", ended_at=70, active=False)
        store.append(Batch(summaries=[summary]))
        assert store.find("instance-1") == row(1, parent="p", status="completed", ended_at=70, active=False)
        full = Summary(
            number=1, status="waiting", saga="stuck", ended_at=1, active=False, wake_at=2, listens=("x", "y"),
            error_type="f", waits=("incident",), due_at=9,
        )  # fmt: skip
        store.append(Batch(summaries=[full]))
        assert store.find("instance-1") == msgspec.structs.replace(row(1, parent="p"), **msgspec.structs.asdict(full))

    def test_a_summary_may_follow_its_creation_in_one_batch(self, store):
        store.append(Batch(created=[row(1)], summaries=[Summary(number=1, status="completed", active=False)]))
        assert store.find("instance-1").status == "completed"

    def test_a_summary_of_nothing_is_not_found(self, store):
        with pytest.raises(NotFound, match="instance number 8"):
            store.append(Batch(created=[row(1)], summaries=[Summary(number=8, status="running")]))
        assert store.find("instance-1") is None

    @pytest.mark.parametrize("other", [row(1, id="other"), row(2, id="instance-1")])
    def test_an_id_and_a_number_are_given_once(self, store, other):
        store.append(Batch(created=[row(1)]))
        with pytest.raises(Conflict, match=rf"instance id '{other.id}' or number {other.number} is taken"):
            store.append(Batch(created=[row(7), other]))
        with pytest.raises(Conflict):
            store.append(Batch(created=[row(8), row(8)]))
        assert numbers(store.browse()) == [1]

    def test_active_and_waiting_are_paged_by_number(self, store):
        ended = [row(n, active=False, status="completed") for n in range(1, 4)]
        active = [row(n) for n in range(10, 15)] + [row(15, wake_at=5)]
        timers = [row(n, active=False, wake_at=n, status="waiting") for n in range(20, 23)]
        listeners = [row(n, active=False, listens=("*",), status="waiting") for n in range(30, 33)]
        store.append(Batch(created=[*listeners, *ended, *timers, *active]))
        assert numbers(store.active(0, 4)) == [10, 11, 12, 13]
        assert numbers(store.active(13, 4)) == [14, 15]
        assert numbers(store.waiting(0, 100)) == [20, 21, 22, 30, 31, 32]
        assert numbers(store.waiting(21, 2)) == [22, 30]

    def test_active_and_waiting_follow_summaries(self, store):
        store.append(Batch(created=[row(1), row(2)]))
        store.append(Batch(summaries=[Summary(number=1, status="waiting", active=False, wake_at=7)]))
        assert (numbers(store.active(0, 9)), numbers(store.waiting(0, 9))) == ([2], [1])
        store.append(Batch(summaries=[Summary(number=1, status="running")]))
        assert (numbers(store.active(0, 9)), numbers(store.waiting(0, 9))) == ([1, 2], [])
        store.append(Batch(summaries=[Summary(number=n, status="completed", active=False) for n in (1, 2)]))
        assert (numbers(store.active(0, 9)), numbers(store.waiting(0, 9))) == ([], [])

    def test_browse_is_newest_first_and_pages(self, store):
        store.append(Batch(created=[row(n) for n in range(1, 61)]))
        assert numbers(store.browse(limit=3)) == [60, 59, 58]
        assert numbers(store.browse(limit=3, before=58)) == [57, 56, 55]


class TestDefinitions:
    def test_define_gives_numbers_and_keeps_the_text(self, store):
        first = store.define(definition(text="document: ü\x00"))
        second = store.define(definition(version="1.0.1"))
        assert store.definitions() == [first, second]
        assert first == msgspec.structs.replace(definition(text="document: ü\x00"), number=first.number)
        assert 0 < first.number < second.number

    def test_the_same_content_again_is_nothing(self, store):
        first = store.define(definition())
        assert store.define(msgspec.structs.replace(definition(), published_at=99)) == first
        assert store.definitions() == [first]

    def test_other_content_under_a_taken_version_is_a_conflict(self, store):
        first = store.define(definition())
        with pytest.raises(Conflict, match=r"shop/checkout:1\.0\.0 .*new version"):
            store.define(definition(digest="d2"))
        assert store.definitions() == [first]


class TestStatesOfVersions:
    def test_all_states_come_back_by_definition_and_revision(self, store, opening):
        first, second = store.define(definition()), store.define(definition(version="1.0.1"))
        full = VersionState(
            definition=second.number, revision=1, state="deprecated", sunset_at=2**52, replacement="shop/checkout:^2",
            reason="ü\x00'", changed_by="ada", changed_at=7,
        )  # fmt: skip
        later = VersionState(definition=second.number, revision=2, state="retired", changed_at=8)
        plain = VersionState(definition=first.number, revision=1, state="retired", changed_at=9)
        assert store.states() == []
        store.append(Batch(states=[full, plain]))
        store.append(Batch(states=[later]))
        assert store.states() == [plain, full, later]
        assert opening().states() == [plain, full, later]

    def test_a_revision_is_given_once_and_the_batch_that_gives_it_again_is_nothing(self, store):
        number = store.define(definition()).number
        state = VersionState(definition=number, revision=1, state="deprecated", changed_at=1)
        store.append(Batch(states=[state]))
        other = msgspec.structs.replace(state, state="retired")
        with pytest.raises(Conflict, match=f"revision 1 of the state of definition {number} is taken"):
            store.append(Batch(records=[Record(1, 1, b"a")], states=[other]))
        twice = msgspec.structs.replace(state, revision=2)
        with pytest.raises(Conflict, match="revision 2"):
            store.append(Batch(states=[twice, twice]))
        assert (store.states(), store.read(1)) == ([state], [])

    def test_a_state_of_nothing_is_not_found(self, store):
        with pytest.raises(NotFound, match="definition number 5"):
            store.append(Batch(states=[VersionState(definition=5, revision=1, state="retired", changed_at=1)]))
        assert store.states() == []


class TestPayloadsAndValues:
    def test_a_blob_is_written_once(self, store):
        store.append(Batch(blobs=[("d1", b"one"), ("d1", b"one"), ("d2", bytes(10_000_000))]))
        store.append(Batch(blobs=[("d1", b"one")]))
        assert store.blob("d1") == b"one"
        assert len(store.blob("d2")) == 10_000_000

    def test_a_missing_blob_is_corruption(self, store):
        with pytest.raises(StoreCorrupt, match="d9"):
            store.blob("d9")

    def test_values_are_replaced_whole(self, store):
        store.append(Batch(values={"a": b"1", "ü\x00": b""}))
        store.append(Batch(values={"a": b"22"}))
        assert (store.value("a"), store.value("ü\x00"), store.value("b")) == (b"22", b"", None)


class TestDuplicates:
    def test_a_batch_is_told_which_of_its_messages_were_known(self, store):
        def message(key: str | None) -> Message:
            return Message(kind="event", body=b"{}", key=key, posted_at=1)

        first = Batch(posted=[message("a"), message(None), message("b")])
        store.append(first)
        again = Batch(posted=[message("c"), message("a"), message(None), message("c"), message("b")])
        store.append(again)
        assert (first.duplicates, again.duplicates) == ([], [1, 3, 4])
        assert len(store.inbox()) == 5


class TestReceipts:
    def test_a_receipt_takes_the_place_of_an_earlier_one_of_its_key(self, store):
        begun = Receipt(key="k", request=b"\x00a", written_at=1)
        ended = Receipt(key="k", request=b"\x00a", answer=b"", written_at=2)
        store.append(Batch(receipts=[begun, Receipt(key="other", request=b"b", written_at=1)]))
        assert store.receipt("k") == begun
        store.append(Batch(receipts=[ended]))
        assert (store.receipt("k"), store.receipt("none")) == (ended, None)

    def test_a_released_key_has_none(self, store):
        store.append(Batch(receipts=[Receipt(key="k", request=b"a", written_at=1)]))
        store.append(Batch(released=["k", "none"]))
        assert store.receipt("k") is None

    def test_old_ones_are_forgotten_and_others_stay(self, store):
        store.append(Batch(receipts=[Receipt(key=each, request=b"a", written_at=int(each)) for each in ("1", "3")]))
        store.append(Batch(receipts=[Receipt(key="new", request=b"a", written_at=5)], receipts_from=3))
        assert store.receipt("1") is None
        assert store.receipt("3") is not None and store.receipt("new") is not None


class TestInbox:
    def test_messages_stay_in_order_until_settled(self, store):
        posted = [Message(kind="event", body=b"\x00%d" % n, posted_at=n) for n in range(5)]
        given = [store.post(each) for each in posted]
        assert given == sorted(set(given))
        expected = [msgspec.structs.replace(m, number=n) for m, n in zip(posted, given, strict=True)]
        assert store.inbox() == expected
        assert store.inbox(after=given[1], limit=2) == expected[2:4]
        store.append(
            Batch(settled=[Answer(message=given[0], ok=True, body=b"yes"), Answer(message=given[2], ok=False)])
        )
        assert [each.number for each in store.inbox()] == [given[1], given[3], given[4]]
        assert store.answer(given[0]) == Answer(message=given[0], ok=True, body=b"yes")
        assert store.answer(given[2]) == Answer(message=given[2], ok=False)
        assert store.answer(given[1]) is None

    def test_a_number_is_never_given_twice(self, store):
        first = store.post(Message(kind="event", body=b""))
        store.append(Batch(settled=[Answer(message=first, ok=True)]))
        assert store.post(Message(kind="event", body=b"")) > first

    def test_a_key_is_accepted_once_for_ever(self, store):
        first = store.post(Message(kind="event", body=b"1", key="order-1 ü\x00"))
        assert store.post(Message(kind="event", body=b"2", key="order-1 ü\x00")) is None
        store.append(Batch(settled=[Answer(message=first, ok=True)]))
        assert store.post(Message(kind="event", body=b"3", key="order-1 ü\x00")) is None
        store.append(Batch(posted=[Message(kind="event", body=b"4", key=k) for k in ("order-1 ü\x00", "k", "k", None)]))
        assert [(each.key, each.body) for each in store.inbox()] == [("k", b"4"), (None, b"4")]

    def test_a_message_is_settled_once(self, store):
        number = store.post(Message(kind="event", body=b""))
        for settled in ([number, number], [number + 1]):
            with pytest.raises(Conflict, match=f"message {settled[-1]} "):
                store.append(Batch(records=[Record(1, 1, b"")], settled=[Answer(message=n, ok=True) for n in settled]))
        assert len(store.inbox()) == 1
        assert store.read(1) == []

    def test_old_answers_are_dropped(self, opening):
        store = opening(answers_kept=10)
        store.claim("engine")
        given = [store.post(Message(kind="event", body=b"")) for _ in range(1200)]
        for at in range(0, 1200, 100):
            store.append(Batch(settled=[Answer(message=n, ok=True) for n in given[at : at + 100]]))
        assert store.answer(given[-1]) is not None
        assert store.answer(given[0]) is None
        store.close()
        again = opening(answers_kept=10)
        again.claim("engine")
        again.append(Batch())
        assert [n for n in given if again.answer(n)] == given[-10:]


class TestAtomicity:
    def test_a_refused_batch_leaves_nothing(self, store):
        store.append(Batch(records=[Record(1, 1, b"")], values={"v": b"old"}))
        with pytest.raises(Conflict):
            store.append(
                Batch(
                    records=[Record(2, 1, b""), Record(1, 1, b"")],
                    created=[row(2)],
                    blobs=[("d", b"")],
                    posted=[Message(kind="event", body=b"", key="k")],
                    values={"v": b"new"},
                )
            )
        assert store.read(2) == []
        assert store.find("instance-2") is None
        assert store.value("v") == b"old"
        assert store.inbox() == []
        with pytest.raises(StoreCorrupt):
            store.blob("d")
        assert store.post(Message(kind="event", body=b"", key="k")) is not None

    def test_the_store_is_usable_after_a_refusal(self, store):
        store.append(Batch(records=[Record(1, 1, b"")]))
        with pytest.raises(Conflict):
            store.append(Batch(records=[Record(1, 1, b"")]))
        store.append(Batch(records=[Record(1, 2, b"")]))
        assert len(store.read(1)) == 2


class TestLease:
    def test_a_second_engine_is_refused_and_told_who_holds_it(self, store, opening):
        second = opening()
        with pytest.raises(StoreLocked, match="in use by engine 'first'"):
            second.claim("second")
        store.close()
        assert second.claim("second").owner == "second"

    def test_the_next_free_number_is_told(self, store, opening):
        assert store.claim("first").next_instance == 1
        store.append(Batch(created=[row(1), row(41)]))
        store.close()
        assert opening().claim("second").next_instance == 42

    def test_only_the_holder_appends_and_defines(self, store, opening):
        other = opening()
        for refused in (lambda: other.append(Batch()), lambda: other.define(definition())):
            with pytest.raises(StoreLocked, match="not claimed"):
                refused()

    def test_others_read_and_post(self, store, opening):
        other = opening()
        store.append(Batch(created=[row(1)], records=[Record(1, 1, b"a")], values={"v": b"1"}))
        assert other.read(1) == [Record(1, 1, b"a")]
        assert other.find("instance-1") == row(1)
        number = other.post(Message(kind="event", body=b"hello", key="k"))
        assert [each.number for each in store.inbox()] == [number]
        store.append(Batch(settled=[Answer(message=number, ok=True, body=b"done")]))
        assert other.answer(number) == Answer(message=number, ok=True, body=b"done")
        assert other.post(Message(kind="event", body=b"hello", key="k")) is None

    def test_changed_tells_of_the_posts_of_others(self, store, opening):
        assert store.changed()
        assert not store.changed()
        store.append(Batch(records=[Record(1, 1, b"a")]))
        assert not store.changed()
        other = opening()
        other.post(Message(kind="event", body=b""))
        store.append(Batch(records=[Record(1, 2, b"a")]))
        assert store.changed()
        assert not store.changed()

    def test_what_was_written_is_there_after_reopening(self, store, opening):
        store.define(definition())
        store.append(Batch(created=[row(1)], records=[Record(1, 1, b"a")], blobs=[("d", b"b")]))
        store.close()
        again = opening()
        again.claim("again")
        assert again.read(1) == [Record(1, 1, b"a")]
        assert numbers(again.active(0, 10)) == [1]
        assert [each.name for each in again.definitions()] == ["checkout"]
        assert again.blob("d") == b"b"

    def test_a_closed_store_says_so(self, store):
        store.close()
        store.close()
        for refused in (lambda: store.read(1), lambda: store.append(Batch()), lambda: store.claim("again")):
            with pytest.raises(StoreError, match="closed"):
                refused()


class TestPositions:
    RECORDS = (Record(1, 1, b"a"), Record(2, 1, b"x"), Record(1, 2, b"b"), Record(3, 1, b"c"), Record(2, 2, b"y"))

    def read_all(self, store, limit):
        found, after = [], 0
        while some := store.journal(after, limit):
            assert len(some) <= limit
            found += some
            after = some[-1][0]
        return found

    def test_the_journal_of_all_instances_is_read_as_it_was_committed(self, store):
        assert (store.position(), store.journal(0, 10)) == (0, [])
        for batch in (self.RECORDS[:2], self.RECORDS[2:3], self.RECORDS[3:]):
            store.append(Batch(records=list(batch)))
        whole = self.read_all(store, 1000)
        assert [record for _, record in whole] == list(self.RECORDS)
        positions = [position for position, _ in whole]
        assert positions == sorted(set(positions))
        assert (positions[0] > 0, positions[-1]) == (True, store.position())
        for limit in (1, 2, 5):
            assert self.read_all(store, limit) == whole
        assert store.journal(store.position(), 10) == []

    def test_what_is_appended_later_comes_after_what_was_read_and_a_refused_batch_leaves_nothing(self, store, opening):
        store.append(Batch(records=list(self.RECORDS[:2])))
        end = store.position()
        with pytest.raises(Conflict):
            store.append(Batch(records=[Record(7, 1, b"no"), self.RECORDS[0]]))
        assert (store.position(), store.journal(end, 10)) == (end, [])
        store.append(Batch(records=list(self.RECORDS[2:])))
        assert [record for _, record in store.journal(end, 10)] == list(self.RECORDS[2:])
        store.close()
        again = opening()
        assert [record for _, record in again.journal(end, 10)] == list(self.RECORDS[2:])

    def test_a_part_of_one_journal_is_read(self, store):
        store.append(Batch(records=[Record(1, each, b"%d" % each) for each in range(1, 6)]))
        assert store.read(1, 1, 2) == [Record(1, 2, b"2"), Record(1, 3, b"3")]
        assert store.read(1, 4, 2) == [Record(1, 5, b"5")]
        assert store.read(1, 0, None) == store.read(1)
