"""What ports/events.py promises, on every transport. `kafka-mock` is librdkafka's mock of a cluster, and no Kafka."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
import pytest
from servers import PASSWORD
from taking import SECONDS, Taking, consuming, event, events, ids, until
from transports import LIMITS, Transport

from counterpoint.errors import LimitExceeded, SinkRefused, SinkUnavailable, StoreUnavailable
from counterpoint.values.json import JsonObject

UNICODE = 'Grüße, 東京 🚀 100% "quoted"'
KINDS: list[JsonObject] = [
    event("object", data={"a": [1, 2.5, None, True], "ü": UNICODE}, datacontenttype="application/json"),
    event("array", data=[], datacontenttype="application/vnd.acme+json; charset=utf-8"),
    event("null", data=None, datacontenttype="application/json"),
    event("string", data=UNICODE, datacontenttype="application/json"),
    event("text", data=UNICODE, datacontenttype="text/plain; charset=utf-8"),
    event("bytes", data_base64="AAECA/8=", datacontenttype="application/octet-stream"),
    event("nothing"),
    event(
        "attributes",
        subject=UNICODE,
        time="2026-11-25T14:16:00.123456Z",
        dataschema="https://example.com/schemas/a?b=c#d",
        source="urn:example:ü",
        partitionkey="key 1",
        correlation="0123",
        flag=True,
        count=-2147483648,
        binary="AAECAw==",
    ),
    event("i d/1 ü %41", data={"id": "strange"}, datacontenttype="application/json"),
]


def as_strings(sent: JsonObject) -> JsonObject:
    """What a binding without types makes of attributes: their canonical strings."""
    return {
        name: value if name == "data" or not isinstance(value, bool | int) else str(value).lower()
        for name, value in sent.items()
    }


def by_id(found: list[JsonObject]) -> dict[str, JsonObject]:
    return {each["id"]: each for each in found}


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_what_is_sent_arrives_as_it_was(transport: Transport, mode: str) -> None:
    async def scenario() -> None:
        sink = transport.sink(mode=mode)
        async with consuming(transport.source(), Taking()) as taking:
            await sink.send(KINDS)
            await taking.have(len(KINDS))
        await sink.close()
        typed = mode == "structured" or transport.typed or not transport.binary
        assert by_id(taking.events) == by_id(KINDS if typed else [as_strings(each) for each in KINDS])

    asyncio.run(scenario())


def test_what_others_write_is_read(transport: Transport) -> None:
    """As the bindings have it, in both modes, by clients that share no code with ours."""
    attributes = {"specversion": "1.0", "id": "b", "source": "/foreign", "type": "t", "extension": "x"}
    structured = msgspec.json.encode({**attributes, "id": "s", "data": {"n": 1}})
    foreign: list[Any] = [(structured, "application/cloudevents+json; charset=UTF-8", {})]
    expected = [{**attributes, "id": "s", "data": {"n": 1}}]
    if transport.binary:
        foreign.append((b'{"n": 2}', "application/json", attributes))
        expected.append({**attributes, "datacontenttype": "application/json", "data": {"n": 2}})

    async def scenario() -> None:
        async with consuming(transport.source(), Taking()) as taking:
            await transport.raw(*foreign)
            await taking.have(len(expected))
        assert by_id(taking.events) == by_id(expected)

    asyncio.run(scenario())


def test_an_event_that_was_not_accepted_comes_again(transport: Transport) -> None:
    """Nothing is acknowledged before `accept` has returned: not even where the engine goes away meanwhile."""

    async def scenario() -> None:
        sink = transport.sink()
        deaf = Taking()
        deaf.open.clear()
        async with consuming(transport.source(), deaf):
            await sink.send(events(5, partitionkey="k"))
            await until(lambda: bool(deaf.calls), lambda: "events to be offered")
        assert deaf.events == []
        async with consuming(transport.source(), Taking()) as taking:
            await taking.have(5)
        assert sorted(taking.ids) == ids(5)
        await sink.close()

    asyncio.run(scenario())


def test_an_event_that_was_accepted_does_not_come_again(transport: Transport) -> None:
    async def scenario() -> None:
        sink = transport.sink()
        source = transport.source()
        async with consuming(source, Taking()) as first:
            await sink.send(events(5, partitionkey="k"))
            await until(lambda: source.tally.accepted == 5, lambda: f"5 events, {source.tally}")
        async with consuming(transport.source(), Taking()) as second:
            await sink.send(events(1, first=5, partitionkey="k"))
            await second.have(1)
        assert (first.ids, second.ids) == (ids(5), ["5"])
        await sink.close()

    asyncio.run(scenario())


def test_an_event_is_offered_again_where_the_store_failed(transport: Transport) -> None:
    async def scenario() -> None:
        sink, source = transport.sink(), transport.source()
        async with consuming(source, Taking(StoreUnavailable(), StoreUnavailable(), RuntimeError("a bug"))) as taking:
            await sink.send([event("1")])
            await taking.have(1)
        assert taking.calls == [["1"]] * 4
        assert source.tally.pauses == 3
        await sink.close()

    asyncio.run(scenario())


def test_receiving_pauses_where_there_is_too_much_to_do(transport: Transport) -> None:
    """The broker keeps the rest: no more than a batch is ever held, however long it takes."""
    limits = msgspec.structs.replace(LIMITS, batch_events_max=5, pause_ms_max=20)

    async def scenario() -> None:
        sink, source = transport.sink(), transport.source(limits=limits)
        taking = Taking(*(LimitExceeded("inbox_events_max", 10) for _ in range(200)))
        await sink.send(events(30, partitionkey="k"))
        async with consuming(source, taking):
            await until(lambda: source.tally.pauses >= 40, lambda: "pauses")
            assert len({each for call in taking.calls for each in call}) <= 5
            taking.refusals.clear()
            await taking.have(30)
        assert taking.ids == ids(30)
        assert max(map(len, taking.calls)) <= 5
        await sink.close()

    asyncio.run(scenario())


def test_events_of_one_key_arrive_in_their_order(transport: Transport) -> None:
    async def scenario() -> None:
        sink = transport.sink()
        sent = [event(f"{key}-{each}", partitionkey=key) for each in range(40) for key in ("a", "b", "c")]
        async with consuming(transport.source(), Taking()) as taking:
            for first in range(0, len(sent), 30):
                await sink.send(sent[first : first + 30])
            await taking.have(len(sent))
        for key in ("a", "b", "c"):
            assert [each for each in taking.ids if each.startswith(key)] == [f"{key}-{each}" for each in range(40)]
        await sink.close()

    asyncio.run(scenario())


def test_what_is_no_event_is_put_aside_and_never_comes_again(transport: Transport) -> None:
    small = msgspec.structs.replace(LIMITS, event_bytes_max=1000)
    noise = [(b"\xff\x00 noise", "text/plain", {}), (b"{nothing", "application/cloudevents+json", {})]
    unwhole = (b'{"specversion": "1.0", "id": "x"}', "application/cloudevents+json", {})
    large = (msgspec.json.encode(event("large", data="x" * 1000)), "application/cloudevents+json", {})

    def whole(id: str) -> Any:
        return (msgspec.json.encode(event(id)), "application/cloudevents+json", {})

    async def scenario() -> None:
        source = transport.source(limits=small)
        async with consuming(source, Taking()) as taking:
            await transport.raw(whole("1"), *noise, whole("2"), unwhole, large, whole("3"))
            done = lambda: (source.tally.accepted, source.tally.put_aside) == (3, 4)  # noqa: E731
            await until(done, lambda: f"three events and four others, {source.tally}")
        assert taking.ids == ["1", "2", "3"]
        again = transport.source(limits=small)
        async with consuming(again, Taking()) as later:
            await transport.raw(whole("4"))
            await later.have(1)
        assert (later.ids, again.tally.put_aside) == (["4"], 0)
        dead = dict(await transport.dead_letters())
        assert dead.keys() == {body for body, _, _ in (*noise, unwhole, large)}
        assert "type is missing" in dead[unwhole[0]]
        assert "eventBytesMax" in dead[large[0]]

    asyncio.run(scenario())


def test_what_is_no_event_is_passed_over_where_no_place_is_named_for_it(transport: Transport) -> None:
    async def scenario() -> None:
        source = transport.source(dead_letter=None)
        async with consuming(source, Taking()) as taking:
            await transport.raw((b"noise", "text/plain", {}))
            await until(lambda: source.tally.put_aside == 1, lambda: "put aside")
        again = transport.source(dead_letter=None)
        async with consuming(again, taking):
            await transport.raw((msgspec.json.encode(event("1")), "application/cloudevents+json", {}))
            await taking.have(1)
        assert again.tally.put_aside == 0

    asyncio.run(scenario())


def test_several_engines_share_the_events(transport: Transport) -> None:
    """Each event goes to one of them."""
    # One that is sent again may come twice: on a busy machine, a connection and 60 syncs to the disk take their time.
    patient = msgspec.structs.replace(LIMITS, connect_ms_max=int(SECONDS * 1000), send_ms_max=int(SECONDS * 1000))
    own = {"mqtt": [{"group": "g", "client": f"{transport.place}-{each}"} for each in "ab"]}

    async def scenario() -> None:
        sink = transport.sink(limits=patient)
        left, right = (transport.source(**more) for more in own.get(transport.name, [{}, {}]))
        async with consuming(left, Taking()) as one, consuming(right, Taking()) as other:
            await until(lambda: bool(left.tally.connected and right.tally.connected), lambda: "both to be connected")
            warm = 0
            while not (one.events and other.events):  # until the group has settled
                warm += 20
                await sink.send([event(f"w{each}", partitionkey=f"k{each}") for each in range(warm - 20, warm)])
                await until(lambda: len({*one.ids, *other.ids}) == warm, lambda: f"{warm} events")  # noqa: B023
            await sink.send([event(each, partitionkey=f"k{each}") for each in range(60)])
            await until(lambda: len({*one.ids, *other.ids}) == warm + 60, lambda: f"{len(one.ids)} + {len(other.ids)}")
        found = sorted((each for each in one.ids + other.ids if each[0] != "w"), key=int)
        if left.tally.connected + right.tally.connected > 2:  # what was not acknowledged before a cut comes again
            found = list(dict.fromkeys(found))
        assert found == ids(60)
        await sink.close()

    asyncio.run(scenario())


def test_an_event_that_is_too_large_is_refused(transport: Transport) -> None:
    small = msgspec.structs.replace(LIMITS, event_bytes_max=100)

    async def scenario() -> None:
        sink = transport.sink(limits=small)
        with pytest.raises(SinkRefused, match="eventBytesMax is 100"):
            await sink.send([event("1", data="x" * 100)])
        await sink.close()

    asyncio.run(scenario())


def test_wrong_credentials_are_told_of_without_showing_them(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    if not transport.asks_who:
        pytest.skip("librdkafka's mock of Kafka knows no users")

    async def scenario() -> None:
        sink, source = transport.sink(credentials="wrong"), transport.source(credentials="wrong")
        with pytest.raises(SinkUnavailable) as told:
            await sink.send([event("1")])
        await sink.close()
        async with consuming(source, Taking()):
            await until(lambda: transport.place in caplog.text, lambda: "a warning")
        everything = f"{told.value!r} {told.value.__cause__!r} {caplog.text}"
        assert any(word in everything.lower() for word in ("credentials", "authori", "not author"))
        assert "Tr0ub4dor" not in everything
        assert PASSWORD not in everything
        assert source.tally.connected == 0

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scenario())
