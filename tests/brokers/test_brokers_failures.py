"""What happens where the broker is not there, goes away, or dies."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import SERVERS, NatsServer, Server, free_port
from taking import Taking, consuming, event, events, ids, persist
from transports import SECRETS, Transport

from counterpoint.brokers import sink_of, source_of
from counterpoint.brokers.settings import KafkaSink, NatsSink, NatsSource
from counterpoint.brokers.tls import Tls
from counterpoint.errors import InvalidInput, SinkUnavailable


def down(server: Server, transport: Transport) -> None:
    """As hard as what it promises allows."""
    (server.kill if transport.survives_kill else server.stop)()


def test_a_broker_that_is_not_there_yet_is_waited_for(server: Server, transport: Transport) -> None:
    async def scenario() -> None:
        down(server, transport)
        sink, source = transport.sink(), transport.source()
        try:
            with pytest.raises(SinkUnavailable):
                await sink.send([event("early")])
            async with consuming(source, Taking()) as taking:
                await asyncio.to_thread(server.start)
                await persist(sink, events(3))
                await taking.have(3)
        finally:
            await sink.close()
        assert sorted(taking.ids) == ids(3)

    asyncio.run(scenario())


def test_a_broker_that_dies_in_the_middle_loses_nothing(server: Server, transport: Transport) -> None:
    """What was acknowledged is still there, source and sink find their way back, and order holds."""

    async def scenario() -> None:
        sink, source = transport.sink(), transport.source()
        async with consuming(source, Taking()) as taking:
            await sink.send(events(10, partitionkey="k"))
            await taking.have(10)
            down(server, transport)
            with pytest.raises(SinkUnavailable):
                await sink.send(events(1, first=10, partitionkey="k"))
            await asyncio.to_thread(server.start)
            await persist(sink, events(10, first=10, partitionkey="k"))
            await taking.have(20)
        assert taking.ids == ids(20)
        await sink.close()

    asyncio.run(scenario())


def test_what_the_broker_has_acknowledged_outlives_it(server: Server, transport: Transport) -> None:
    """Killed right after its acknowledgement, with nobody listening yet."""

    async def scenario() -> None:
        sink = transport.sink()
        await sink.send(events(20, partitionkey="k"))
        down(server, transport)
        await asyncio.to_thread(server.start)
        async with consuming(transport.source(), Taking()) as taking:
            await taking.have(20)
        assert taking.ids == ids(20)
        await sink.close()

    asyncio.run(scenario())


def test_a_source_stops_in_time_where_no_broker_is(server: Server, transport: Transport) -> None:
    """`consuming` fails where it takes longer than two seconds."""

    async def scenario() -> None:
        nowhere = transport.source(servers=(f"127.0.0.1:{free_port()}",))
        async with consuming(nowhere, Taking()):
            await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_broker_is_reached_by_tls_only_where_it_is_who_it_says(tmp_path: Path, own_nats: NatsServer) -> None:
    """NATS. A certificate that nobody trusts is refused, and so is a broker without TLS."""
    ca = own_nats.directory / "cert.pem"

    async def scenario() -> None:
        common = {"servers": (f"localhost:{own_nats.port}",), "subject": "tls.events"}
        trusting = sink_of(NatsSink(**common, credentials="broker", tls=Tls(ca_file=str(ca))), SECRETS)
        with pytest.raises(SinkUnavailable, match=r"no stream takes the subject tls\.events"):
            await trusting.send([event("1")])
        careful = sink_of(NatsSink(**common, credentials="broker", tls=Tls()), SECRETS)
        with pytest.raises(SinkUnavailable, match=r"(?i)certificate"):
            await careful.send([event("1")])
        for sink in (trusting, careful):
            await sink.close()

    asyncio.run(scenario())


def test_kafka_mock_that_knows_no_users_is_told_of_without_showing_the_password(
    tmp_path: Path, running: dict[str, Server]
) -> None:
    if "kafka-mock" not in running:
        running["kafka-mock"] = SERVERS["kafka-mock"](tmp_path)
        running["kafka-mock"].start()
    servers = tuple(running["kafka-mock"].address.split(","))

    async def scenario() -> None:
        sink = sink_of(KafkaSink(servers=servers, topic="t", credentials="broker", mechanism="PLAIN"), SECRETS)
        with pytest.raises(SinkUnavailable) as told:
            await sink.send([event("1")])
        assert "correct-horse" not in repr(told.value)
        await sink.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"servers": ()}, "at least one server"),
        ({"servers": ("nats://counterpoint:hunter22@127.0.0.1",)}, "without credentials: name a secret"),
        ({"credentials": "absent"}, "there is no secret 'absent'"),
        ({"tls": Tls(ca_file="nowhere.pem")}, "TLS files"),
        ({"servers": ("nats.example.com",), "credentials": "broker"}, "unencrypted: give `tls`"),
        ({"ack_wait_ms": 100}, "ackWaitMs must be at least 10,000"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(settings: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        source_of(NatsSource(**{"servers": ("127.0.0.1",), "stream": "s", **settings}), SECRETS)  # type: ignore[arg-type]
    assert "hunter22" not in str(refused.value)


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[NatsServer]:
    """A NATS that wants TLS, for `localhost`."""
    server = NatsServer(tmp_path / "nats")
    server.tls = True
    server.start()
    yield server
    server.close()


def test_an_engine_that_is_killed_leaves_its_events_to_another_one(transport: Transport) -> None:
    """`kill -9` of a process that has received events, and acknowledged none."""
    script = Path(__file__).with_name("doomed_engine.py")
    given = [transport.name, transport.server.address, transport.place]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(script.parent), str(script.parents[2])])}

    async def scenario() -> None:
        victim = await asyncio.create_subprocess_exec(
            sys.executable, script, *given, stdout=asyncio.subprocess.PIPE, env=environment
        )
        sink = transport.sink()
        try:
            await sink.send(events(10, partitionkey="k"))
            assert victim.stdout is not None
            async with asyncio.timeout(30):
                received = (await victim.stdout.readline()).decode().split()
        finally:
            victim.kill()
            await victim.communicate()
        assert received
        async with consuming(transport.source(**transport.soon), Taking()) as taking:
            await taking.have(10)
        assert sorted(taking.ids) == ids(10)
        await sink.close()

    asyncio.run(scenario())
