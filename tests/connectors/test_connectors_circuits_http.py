"""Circuits in front of real servers that fail and come back, for calls and for undos."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from counterpoint import Engine
from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.circuits import Circuits, CircuitSettings, State
from counterpoint.connectors.http import HttpClient, HttpConnector, HttpLimits
from counterpoint.engine.clock import VirtualClock
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Invocation
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.origin import Answer, Origin, origin

pytestmark = pytest.mark.anyio
SETTINGS = CircuitSettings(failures_max=2, open_ms=10_000)


class Calling:
    """The `http` connector behind circuits, on a clock that is moved by hand."""

    def __init__(self, settings: CircuitSettings = SETTINGS, limits: HttpLimits | None = None) -> None:
        self.now = 1_767_225_600_000
        self.circuits = Circuits(settings, lambda: self.now)
        self.client = HttpClient(NetworkPolicy.development(), limits, now=lambda: self.now)
        self.connector = HttpConnector(self.client.through(self.circuits))

    async def __call__(self, url: str, *, undo: bool = False, deadline: int | None = None, **with_: object) -> object:
        arguments = {"method": "get", "endpoint": url, **with_}
        invocation = Invocation(key="k", function="http", arguments=arguments, undo=undo, deadline=deadline)
        return (await self.connector.invoke(invocation)).output

    async def fails(self, url: str, **how: object) -> ConnectorError:
        with pytest.raises(ConnectorError) as caught:
            await self(url, **how)  # type: ignore[arg-type]
        return caught.value

    def states(self) -> dict[str, State]:
        return {each.destination: each.state for each in self.circuits.told()}


@pytest.fixture
async def calling():
    made = Calling()
    yield made
    await made.connector.close()


async def test_a_server_that_fails_is_left_alone_and_called_again_once_a_trial_is_answered(calling, caplog):
    async with origin(Answer(503), Answer(500)) as server:
        for _ in range(2):
            assert (await calling.fails(server.url)).problem.status in (500, 503)
        refused = await calling.fails(f"{server.url}/pay?card=4111")
        assert len(server.asked) == 2
        problem, host = refused.problem, f"127.0.0.1:{server.port}"
        assert (short_type(problem.type), problem.status, refused.outcome) == ("communication", 503, Outcome.NONE)
        assert problem.title == f"Circuit Open: {host} until 2026-01-01T00:00:10.000Z"
        assert problem.extensions == {"retryAfter": 10, "circuit": host}
        assert "2 times in a row" in problem.detail and "in 10.0 s" in problem.detail and "4111" not in problem.detail
        calling.now += 9_999
        await calling.fails(server.url)
        calling.now += 1
        assert calling.states() == {host: State.HALF_OPEN}
        assert await calling(server.url) == {"ok": True}
        assert await calling(server.url) == {"ok": True}
        assert calling.states() == {host: State.CLOSED}
    opened, closed = [each.getMessage() for each in caplog.records if each.name == "counterpoint.circuits"]
    assert opened.startswith(f"the circuit of {host} is open after 2 failures in a row (status 500): ")
    assert closed == f"the circuit of {host} is closed again: it answers, after 10.0 s"


async def test_of_many_at_once_one_is_the_trial(calling):
    async with origin(Answer(503), Answer(503)) as server:
        for _ in range(2):
            await calling.fails(server.url)
        calling.now += 10_000
        given = await asyncio.gather(*(calling(server.url) for _ in range(20)), return_exceptions=True)
    assert len(server.asked) == 3 and [each for each in given if each == {"ok": True}] == [{"ok": True}]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 422, 429])
async def test_what_blames_the_caller_is_an_answer(calling, status):
    async with origin(Answer(503), Answer(status), Answer(503), Answer(status)) as server:
        for _ in range(4):
            await calling.fails(server.url)
    assert not calling.states()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_silence_and_broken_connections_are_failures(calling):
    async with origin() as server:
        server.respond = lambda asked: silence if asked.path == "/silent" else hang_up
        timeout = await calling.fails(f"{server.url}/silent", deadline=calling.now + 200)
        assert short_type(timeout.problem.type) == "timeout"
        assert "connection failed" in (await calling.fails(server.url)).problem.detail
        assert calling.states() == {f"127.0.0.1:{server.port}": State.OPEN}


async def test_nobody_there_is_a_failure(calling):
    async with origin() as server:
        url = server.url
    for _ in range(2):
        assert (await calling.fails(url)).problem.extensions is None
    assert (await calling.fails(url)).problem.extensions["retryAfter"] == 10


async def test_what_never_reached_a_connection_blames_nobody():
    calling = Calling(limits=HttpLimits(connections_max=1))
    async with origin(silence) as busy, origin() as idle:
        holding = asyncio.ensure_future(calling.fails(busy.url, deadline=calling.now + 400))
        while not busy.asked:
            await asyncio.sleep(0)
        for _ in range(2):
            waited = await calling.fails(idle.url, deadline=calling.now + 20)
            assert short_type(waited.problem.type) == "timeout" and waited.outcome is Outcome.NONE
        await holding
        assert await calling(idle.url) == {"ok": True}
    await calling.connector.close()
    assert not calling.states()


async def test_a_call_that_is_given_up_leaves_the_trial_to_another(calling):
    async with origin(Answer(503), Answer(503), silence) as server:
        for _ in range(2):
            await calling.fails(server.url)
        calling.now += 10_000
        trial = asyncio.ensure_future(calling(server.url))
        while len(server.asked) < 3:
            await asyncio.sleep(0)
        assert "circuit" in (await calling.fails(server.url)).problem.extensions
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)
        assert await calling(server.url) == {"ok": True}


async def test_a_redirection_blames_who_has_failed(calling):
    async with origin() as gate, origin() as behind:
        gate.respond = lambda _: Answer(307, headers={"Location": behind.url})
        behind.respond = lambda _: Answer(503)
        for _ in range(2):
            await calling.fails(gate.url, redirect=True)
        refused = await calling.fails(gate.url, redirect=True)
        assert (refused.problem.extensions["circuit"], refused.outcome) == (
            f"127.0.0.1:{behind.port}",
            Outcome.UNKNOWN,
        )
        assert list(calling.states()) == [f"127.0.0.1:{behind.port}"] and len(gate.asked) == 3


async def test_an_undo_is_sent_while_the_circuit_is_open_and_its_answer_closes_it(calling):
    async with origin(Answer(503), Answer(503), Answer(503)) as server:
        for _ in range(2):
            await calling.fails(server.url)
        assert "circuit" not in (await calling.fails(server.url, undo=True)).problem.to_json()
        assert calling.states() == {f"127.0.0.1:{server.port}": State.OPEN}
        assert await calling(server.url, undo=True) == {"ok": True}
        assert calling.states() == {f"127.0.0.1:{server.port}": State.CLOSED}


async def test_zero_turns_circuits_off():
    calling = Calling(CircuitSettings(failures_max=0))
    async with origin(*[Answer(503)] * 30) as server:
        for _ in range(30):
            await calling.fails(server.url)
        assert len(server.asked) == 30
    await calling.connector.close()


SAGA = """
document: {dsl: '1.0.3', namespace: test, name: flow, version: '1.0.0'}
do:
- reserve:
    call: http
    with: {method: post, endpoint: 'URL/reserve'}
    compensate:
      do: [{release: {call: http, with: {method: post, endpoint: 'URL/release'}}}]
      retry: {delay: {milliseconds: 10}, limit: {attempt: {count: 4}}}
- pay:
    try: [{charge: {call: http, with: {method: post, endpoint: 'URL/charge'}}}]
    catch:
      errors: {with: {status: 503}}
      retry: {delay: {seconds: 4}, limit: {attempt: {count: CHARGES}}}
"""


async def run(server: Origin, charges: int, settings: CircuitSettings) -> tuple[object, list[str]]:
    """How the saga ends, and what the server was asked after the first call."""
    text = SAGA.replace("URL", server.url).replace("CHARGES", str(charges))
    engine = Engine.embedded(network=NetworkPolicy.development(), clock=VirtualClock(), circuits=settings)
    async with engine:
        view = await engine.result(await engine.start(await engine.publish(text)), timeout=20)
    return view, [each.path for each in server.asked[1:]]


def failing(times: int, *paths: str) -> Callable[[object], Answer]:
    left = [times]

    def respond(asked: object) -> Answer:
        if asked.path in paths and left[0]:  # type: ignore[attr-defined]
            left[0] -= 1
            return Answer(503)
        return Answer(body={"ok": True})

    return respond


async def test_a_document_that_retries_outlives_the_outage_with_fewer_calls():
    async with origin() as server:
        server.respond = failing(3, "/charge")
        view, asked = await run(server, 10, SETTINGS)
    assert view.status == "completed"
    # Failures at 0 and 4 s; nothing is sent at 8 and 12 s; the trial at 16 s fails; the one at 28 s is answered.
    assert asked == ["/charge"] * 4


async def test_an_undo_is_given_up_no_sooner_than_its_policy_says():
    """The retries of the step are used up while the circuit is open; the undo has four attempts, and needs them."""
    async with origin() as server:
        server.respond = failing(2 + 3, "/charge", "/release")
        view, asked = await run(server, 3, SETTINGS)
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert asked == ["/charge"] * 2 + ["/release"] * 4


UNDOES = """
document: {dsl: '1.0.3', namespace: test, name: NAME, version: '1.0.0'}
do: [{go: WHAT}]
"""
RUNS = "{run: {workflow: {namespace: test, name: NAME, version: latest}}}"


async def test_a_workflow_that_an_undo_runs_is_part_of_it_and_is_sent_too():
    """Also one that it runs in turn: each attempt of the undo is sent."""
    network, clock = NetworkPolicy.development(), VirtualClock()
    settings = CircuitSettings(failures_max=2, open_ms=3_600_000)
    async with origin() as server:
        server.respond = failing(2 + 2, "/charge", "/release")
        release = f"{{call: http, with: {{method: post, endpoint: '{server.url}/release'}}}}"
        saga = SAGA.replace("URL", server.url).replace("CHARGES", "3").replace(release, RUNS.replace("NAME", "outer"))
        assert "outer" in saga
        async with Engine.embedded(network=network, clock=clock, circuits=settings) as engine:
            await engine.publish(UNDOES.replace("NAME", "inner").replace("WHAT", release))
            await engine.publish(UNDOES.replace("NAME", "outer").replace("WHAT", RUNS.replace("NAME", "inner")))
            view = await engine.result(await engine.start(await engine.publish(saga)), timeout=20)
            views = [await engine.inspect(each.id) for each in await engine.list()]
            undoing = [each for each in views if "undoing" in each.labels]
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert [each.path for each in server.asked[1:]] == ["/charge"] * 2 + ["/release"] * 3
    assert len(undoing) == 2 * 3


async def test_a_journal_with_a_refused_call_is_resumed_without_circuits(tmp_path):
    store = tmp_path / "store.db"
    network = NetworkPolicy.development()
    async with origin() as server:
        server.respond = failing(1_000, "/charge")
        text = SAGA.replace("URL", server.url).replace("CHARGES", "1000")
        clock = VirtualClock(jumps=False)
        async with Engine.embedded(store, network=network, clock=clock, circuits=SETTINGS) as engine:
            id = await engine.start(await engine.publish(text))
            await until_retried(engine, id, clock, 3)
            before = await engine.history(id)
        server.respond = lambda _: Answer(body={"ok": True})
        off = CircuitSettings(failures_max=0)
        async with Engine.embedded(store, network=network, clock=VirtualClock(clock.now()), circuits=off) as engine:
            view = await engine.result(id, timeout=20)
            after = await engine.history(id)
    assert view.status == "completed" and after[: len(before)] == before
    assert "Circuit Open" in str(before)


async def until_retried(engine: Engine, id: str, clock: VirtualClock, times: int) -> None:
    """Until the step has failed so often, once every four seconds."""
    for number in range(times):
        while str(await engine.history(id)).count("RetryScheduled") <= number:
            await asyncio.sleep(0)
        clock.advance(4_000)
