"""The codec: golden bytes, large payloads stored once, and records that cannot be read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import StoreCorrupt
from counterpoint.history import Codec
from counterpoint.history.payloads import digest_of
from counterpoint.history.splitting import PAYLOAD
from counterpoint.history.upcasting import upcast
from counterpoint.kernel.events import (
    EventConsumed,
    InstanceStarted,
    InstanceSuspended,
    PhaseEntered,
    TaskCompleted,
    TaskFaulted,
    TaskStarted,
)

GOLDEN = "9301cf0000019b76daa80092990301020081a56f7264657207c00000c095050193a4646f6e65c0cb3ff8000000000000c0c0"
GOLDEN_HEAD = GOLDEN[:26]
EVENTS = [TaskStarted(1, 2, 0, data={"order": 7}), TaskCompleted(1, output=["done", None, 1.5])]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


class Blobs(dict[str, bytes]):
    """What a store keeps of payloads, counting."""

    def take(self, blobs: Any) -> int:
        """Store; how many were offered."""
        self.update(blobs)
        return len(blobs)

    async def fetch(self, digest: str) -> bytes:
        """As a store's `blob`."""
        if digest not in self:
            raise StoreCorrupt(f"payload {digest} is missing")
        return self[digest]


def read(codec: Codec, body: bytes, blobs: Blobs) -> Any:
    coroutine = codec.read(body, blobs.fetch, "transition 1 of instance number 1")
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited for something")


def test_records_of_version_1_stay_as_they_are():
    """Events may have more fields by now; the first three elements and every field that was there are for ever."""
    body, blobs = Codec().encode(1_767_225_600_000, EVENTS)
    assert (body.hex()[: len(GOLDEN_HEAD)], blobs) == (GOLDEN_HEAD, None)
    assert Codec().decode(bytes.fromhex(GOLDEN)) == (1_767_225_600_000, EVENTS)


@given(json_values)
def test_decoding_is_the_inverse_of_encoding(value):
    codec, blobs = Codec(inline_bytes_max=64), Blobs()
    body, large = codec.encode(5, [TaskCompleted(1, output=value, raw=(value,))])
    blobs.take(large or ())
    for reader in (codec, Codec(inline_bytes_max=64)):
        at, (event,) = read(reader, body, blobs)
        assert (at, event.output, list(event.raw)) == (5, value, [value])


@given(st.integers(0, 200), st.integers(0, 60))
def test_every_kind_of_field_is_read_again_at_every_size_around_the_limit(length, members):
    """Fields that are no JSON value but a form of their own: a problem, a reason, labels, a value that is given."""
    text = "x" * length
    wide = {str(each): each for each in range(members)}
    names = dict.fromkeys(wide, "y")
    events = [
        TaskCompleted(1, raw=(text,), context=(wide,)),
        TaskFaulted(1, {"detail": text, **wide}),
        InstanceSuspended(text),
        InstanceStarted(text, "a/b:1.0.0", "digest", 2**63, wide, (text,), labels={"businessKey": text, **names}),
        EventConsumed(1, 0, {"data": text, **wide}, text, keys=wide),
        PhaseEntered(1, 0, (wide,), (text, 1)),
    ]
    codec, blobs = Codec(inline_bytes_max=64), Blobs()
    body, large = codec.encode(5, events)
    blobs.take(large or ())
    for reader in (codec, Codec(inline_bytes_max=64)):
        assert read(reader, body, blobs) == (5, events)


def test_a_record_in_which_a_given_value_was_put_aside_whole_is_read():
    """So they were written once: the tuple, of one byte more than its member, went beyond the limit alone."""
    content = msgspec.msgpack.encode(["x" * 100])
    digest = digest_of(content)
    body = msgspec.msgpack.encode((1, 5, [[5, 1, None, msgspec.msgpack.Ext(PAYLOAD, digest)]]))
    assert read(Codec(), body, Blobs({digest.hex(): content})) == (5, [TaskCompleted(1, raw=("x" * 100,))])


def test_a_given_value_is_put_aside_once_however_it_is_given():
    codec, blobs = Codec(inline_bytes_max=64), Blobs()
    payload = {"order": "x" * 100}
    for events in ([TaskCompleted(1, payload, raw=(payload,))], [TaskStarted(2, 0, 0, payload, input=(payload,))]):
        _, large = codec.encode(5, events, large=True)
        blobs.take(large)
    assert len(blobs) == 1


def test_a_large_payload_through_five_steps_is_stored_once():
    codec, blobs = Codec(), Blobs()
    payload = {"items": ["x" * 100] * 100_000}
    bodies, offered = [], 0
    for step in range(5):
        body, large = codec.encode(step, [TaskCompleted(step, output={"step": step, "order": payload})], step > 0)
        offered += blobs.take(large)
        bodies.append(body)
    assert (offered, len(blobs)) == (1, 1)
    assert all(len(body) < 100 for body in bodies)
    reader = Codec()
    values = [read(reader, body, blobs)[1][0].output["order"] for body in bodies]
    assert values[0] == payload
    assert all(value["items"] is values[0]["items"] for value in values)


def test_a_payload_whose_batch_was_refused_is_offered_again():
    codec = Codec()
    events = [TaskCompleted(1, output="y" * 100_000)]
    _, blobs = codec.encode(1, events)
    assert not codec.encode(1, events)[1]
    codec.forget(blobs)
    assert codec.encode(1, events)[1] == blobs


def test_integers_beyond_64_bits_survive():
    codec = Codec()
    body, blobs = codec.encode(1, [TaskCompleted(1, output={"n": [2**70, -(2**70), 1]})])
    assert read(codec, body, Blobs(blobs))[1][0].output == {"n": [2**70, -(2**70), 1]}


@pytest.mark.parametrize("body", [b"", b"\x93\x01", b"\x93\x01\x05\xc0", b"\x93\x07\x05\x90", b"not a record"])
def test_what_cannot_be_read_is_reported_with_its_place(body):
    with pytest.raises(StoreCorrupt, match="transition 1 of instance number 1 cannot be read"):
        read(Codec(), body, Blobs())


def test_a_missing_payload_is_reported():
    codec = Codec()
    body, _ = codec.encode(1, [TaskCompleted(1, output="z" * 100_000)])
    with pytest.raises(StoreCorrupt, match="missing"):
        read(Codec(), body, Blobs())


def test_older_records_are_brought_to_the_current_form_step_by_step():
    steps = {0: lambda events: [[*each, "new field"] for each in events]}
    assert upcast(0, [[1], [2]], steps, 1) == [[1, "new field"], [2, "new field"]]
    with pytest.raises(ValueError, match="newer than this program"):
        upcast(9, [], steps, 1)
    with pytest.raises(ValueError, match="cannot be read any more"):
        upcast(0, [], {}, 1)


def test_an_event_keeps_its_fields_when_defaults_are_left_out():
    """Fields may be appended with a default: an older record without them is read."""
    old = msgspec.msgpack.encode((1, 5, [[1, "id", "a/b:1.0.0", "digest", 0, {"x": 1}]]))
    assert Codec().decode(old) == (5, [InstanceStarted("id", "a/b:1.0.0", "digest", 0, {"x": 1})])
