"""The typed client against a real server: runs, errors, pages, streams across cuts, repeated starts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from counterpoint import errors
from counterpoint.api import Access, ApiLimits, listen
from counterpoint.client import Client, ClientLimits
from counterpoint.client.blocking import Client as BlockingClient
from counterpoint.client.errors import (
    InvalidRequest,
    KeyReused,
    NotFound,
    NotUnderstood,
    TooMuch,
    Unauthorized,
    Unreachable,
)
from tests.api.conftest import HEAD, HEARS, SET

pytestmark = pytest.mark.anyio
DOCUMENT = HEAD.format(name="thing", version="1.0.0") + SET
WAITS = HEAD.format(name="waits", version="1.0.0") + HEARS
GO = {"specversion": "1.0", "source": "/desk", "type": "api.go", "id": "1", "data": 7}
QUICK = ClientLimits(pause_ms_max=10)


def url_of(serving):
    return f"http://{serving.address}"


@asynccontextmanager
async def cutting(address, cuts):
    """A proxy that passes requests on and cuts the first few connections before anything is answered."""
    left = [cuts]

    async def pass_on(source, target):
        while data := await source.read(65_536):
            target.write(data)
        target.close()

    async def serve(reader, writer):
        there, back = await asyncio.open_connection(address.host, address.port)
        if left[0]:
            left[0] -= 1
            back.write(await reader.read(65_536))
            await there.read(1)  # the server has answered: what was asked has happened
            back.close()
            writer.close()
            return
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.close()


async def test_a_workflow_is_published_run_and_looked_at(serving):
    async with Client(url_of(serving)) as client:
        entry = await client.publish_definition(DOCUMENT)
        assert entry.reference == "api/thing:1.0.0"
        done = await client.run("thing", {"who": "Ada"}, timeout=10)
        assert (done.status, done.output, done.workflow) == ("completed", {"told": "Ada"}, entry.reference)
        assert [each.name for each in done.tasks] == ["tell"]
        assert (await client.get_instance(done.id)) == done
        assert (await client.get_history(done.id)).items == await serving.engine.history(done.id)
        assert (await client.ready()).status == "ok"
        found = await client.get_definition("api", "thing", "latest")
        assert (found.text, found.etag) == (DOCUMENT, f'W/"{found.digest}.0"')


async def test_the_blocking_client_does_the_same(serving):
    def work():
        with BlockingClient(url_of(serving)) as client:
            client.publish_definition(DOCUMENT)
            client.publish_definition(WAITS)
            done = client.run("thing", {"who": "Ada"}, timeout=10)
            waits = client.start_instance("waits", id="a/b")
            with pytest.raises(TimeoutError, match="instance a/b is"):
                client.wait_for(waits.id, timeout=0.05)
            client.send_events([GO])
            types = [event.type for event in client.follow_instance(waits.id)]
            return done.output, types, client.wait_for(waits.id, timeout=10).output

    output, types, heard = await asyncio.to_thread(work)
    assert (output, heard) == ({"told": "Ada"}, {"got": 7})
    assert types == [each["type"] for each in await serving.engine.history("a/b")]


async def test_refusals_are_exceptions_that_say_what_they_are(serve):
    async with serve(token="correct-horse-battery-staple") as serving:
        async with Client(url_of(serving)) as client:
            assert (await client.live()).status == "ok"
            with pytest.raises(Unauthorized):
                await client.list_instances()
        async with Client(url_of(serving), token="correct-horse-battery-staple") as client:
            with pytest.raises(NotFound) as missing:
                await client.get_instance("none")
            assert isinstance(missing.value, errors.NotFound)
            assert (missing.value.status, missing.value.name) == (404, "not-found")
            assert missing.value.problem.request_id
            with pytest.raises(InvalidRequest) as invalid:
                await client.publish_definition("document: {}")
            assert invalid.value.diagnostics[0].code
            await client.publish_definition(WAITS)
            await client.start_instance("waits", input={"a": 1}, idempotency_key="k")
            with pytest.raises(KeyReused):
                await client.start_instance("waits", input={"a": 2}, idempotency_key="k")


async def test_pages_are_walked_through(serving):
    async with Client(url_of(serving)) as client:
        await client.publish_definition(DOCUMENT)
        ids = [(await client.start_instance("thing")).id for _ in range(5)]
        assert [each.id async for each in client.iterate_instances(limit=2)] == ids[::-1]


@pytest.mark.parametrize("cuts", [1, 3])
async def test_a_start_that_got_no_answer_is_repeated_and_happens_once(serving, cuts):
    await serving.engine.publish(WAITS)
    async with cutting(serving.address, cuts) as url, Client(url, limits=QUICK) as client:
        started = await client.start_instance("waits")
    assert started.replayed
    assert [row.id for row in await serving.engine.list()] == [started.id]


async def test_what_may_have_happened_is_not_repeated_without_a_key(serving):
    await serving.engine.publish(WAITS)
    async with cutting(serving.address, 1) as url, Client(url, limits=QUICK) as client:
        with pytest.raises(Unreachable):
            await client.start_instance("waits", id="one")
    assert [row.id for row in await serving.engine.list()] == ["one"]


async def test_a_server_that_is_not_there_is_unreachable_and_a_stranger_not_understood(serving):
    await serving.stop()
    async with Client(url_of(serving), limits=QUICK) as client:
        with pytest.raises(Unreachable, match=str(serving.address.port)):
            await client.list_instances()

    async def stranger(reader, writer):
        await reader.read(1000)
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")
        writer.close()

    server = await asyncio.start_server(stranger, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Client(f"http://127.0.0.1:{port}", limits=QUICK) as client:
        with pytest.raises(NotUnderstood, match="502"):
            await client.list_instances()
    server.close()


async def test_too_much_is_tried_again_and_then_told(serve):
    async with serve(ApiLimits(requests_in_flight_max=1)) as serving:
        await serving.engine.publish(WAITS)
        async with Client(url_of(serving), limits=QUICK) as client, Client(url_of(serving)) as other:
            started = await client.start_instance("waits")
            waiting = asyncio.create_task(other.wait_for(started.id, timeout=30))
            while not serving.engine.runtime.dispatch.waiters:
                await asyncio.sleep(0)
            with pytest.raises(TooMuch) as refused:
                await client.list_instances()
            assert refused.value.problem.limit == "requests_in_flight_max"
            asking = asyncio.create_task(client.list_instances())
            await asyncio.sleep(0)
            await serving.engine.deliver(GO)
            assert len((await asking).items) == 1
            assert (await waiting).status == "completed"


async def test_a_stream_goes_on_when_the_server_is_started_again(serving):
    """The stream of all instances, which the client follows across a server that has gone for a while."""
    await serving.engine.publish(DOCUMENT)
    live = []
    serving.engine.on_lifecycle(lambda event: live.append(event["id"]))
    async with Client(url_of(serving), limits=ClientLimits(pause_ms_max=50)) as client:
        stream = client.follow_lifecycle(from_="start")
        await serving.engine.start("thing", id="1")
        found = [(await anext(stream)).data["id"] for _ in range(3)]
        await serving.stop()
        await serving.engine.start("thing", id="2")
        await serving.engine.result("2", timeout=10)
        async with listen(serving.engine.service, serving.address, Access(None)):
            while len(found) < len(live):
                found.append((await anext(stream)).data["id"])
            await stream.aclose()
    assert found == live


async def test_a_stream_that_cannot_be_taken_up_again_is_given_up(serving):
    await serving.engine.publish(WAITS)
    id = await serving.engine.start("waits")
    async with Client(url_of(serving), limits=ClientLimits(pause_ms_max=10, resume_ms_max=100)) as client:
        stream = client.follow_instance(id)
        await anext(stream)
        await serving.stop()
        with pytest.raises(Unreachable, match="cannot be taken up again"):
            async for _ in stream:
                pass
        with pytest.raises(Unreachable):
            await anext(client.follow_instance("none"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
async def test_a_number_that_json_has_not_is_refused_before_it_is_sent(serving, number):
    async with Client(url_of(serving)) as client:
        with pytest.raises(errors.InvalidInput, match="no numbers of JSON"):
            await client.start_instance("thing", input={"deep": [{"a": number}], "none": None})
