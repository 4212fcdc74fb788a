"""Every strategy of `listen`, over every way in which events come, in every situation that befalls them.

All cells of one way are played in one engine; each test looks at one of them. `kafka-mock` is librdkafka's mock of a
cluster, and no Kafka.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from servers import SERVERS, Server
from taking import until
from transports import TRANSPORTS, Transport

from counterpoint import Engine
from counterpoint.api import Access, Address, listen
from counterpoint.values.json import JsonObject

WAYS = ("in-process", "http", *SERVERS)
SITUATIONS = ("duplicate", "late", "reordered", "before-listen")
Said = tuple[str, int]
"""Which of the types of its cell an event has, and the number in its data."""


class Strategy(msgspec.Struct, frozen=True):
    """How a task listens (`A`, `B` and `C` stand for the types of its cell), what is said, what it makes of that."""

    to: str
    said: list[Said]
    output: list[int]
    reordered: list[Said]
    reordered_output: list[int]
    foreach: str = ""


STRATEGIES = {
    "one": Strategy("one: {with: {type: A}}", [("A", 1)], [1], [("A", 2), ("A", 1)], [2]),
    "any": Strategy("any: [{with: {type: A}}, {with: {type: B}}]", [("B", 1)], [1], [("B", 2), ("A", 1)], [2]),
    "all": Strategy(
        "all: [{with: {type: A}}, {with: {type: B}}]", [("A", 1), ("B", 2)], [1, 2], [("B", 2), ("A", 1)], [2, 1]
    ),
    "until": Strategy(
        "{any: [{with: {type: A}}, {with: {type: B}}], until: {one: {with: {type: C}}}}",
        [("A", 1), ("B", 2), ("C", 3)],
        [1, 2],
        [("B", 2), ("A", 1), ("C", 3)],
        [2, 1],
    ),
    "foreach": Strategy(
        "{any: [{with: {type: A}}], until: '${ length == 3 }'}",
        [("A", 1), ("A", 2), ("A", 3)],
        [10, 20, 30],
        [("A", 3), ("A", 1), ("A", 2)],
        [30, 10, 20],
        "foreach: {item: heard, do: [{tenfold: {set: '${ $heard.n * 10 }'}}]}",
    ),
}
CELLS = [(strategy, situation) for strategy in STRATEGIES for situation in SITUATIONS]


def document(name: str, strategy: Strategy) -> str:
    to = strategy.to if strategy.to.startswith("{") else f"{{{strategy.to}}}"
    for letter in "ABC":
        to = to.replace(f"type: {letter}", f"type: {name}.{letter}")
    output = "" if strategy.foreach else "output: {as: '${ [.[].n] }'}"
    return f"""
document: {{dsl: '1.0.3', namespace: matrix, name: {name}, version: '1.0.0'}}
do:
- hear:
    listen: {{to: {to}}}
    {strategy.foreach}
    {output}
"""


def spoken(name: str, said: Sequence[Said], suffix: str = "") -> list[JsonObject]:
    """Events of one cell: with one key, so that they stay in order."""
    return [
        {
            "specversion": "1.0",
            "id": f"{name}-{letter}{number}{suffix}",
            "source": "/matrix",
            "type": f"{name}.{letter}",
            "partitionkey": name,
            "data": {"n": number},
        }
        for letter, number in said
    ]


class Way:
    """How events come to an engine: here by its own function."""

    kept_while_away = False
    """Whether events may be sent while no engine is there."""

    async def ready(self) -> None:
        """Before anything is sent."""

    @asynccontextmanager
    async def to(self, engine: Engine) -> AsyncIterator[None]:
        """Events come to this engine for as long as the context lasts."""
        self.engine = engine
        yield

    async def send(self, events: Sequence[JsonObject]) -> None:
        for event in events:
            await self.engine.deliver(event)

    async def close(self) -> None:
        """Nothing more is sent."""


class Http(Way):
    """As a batch over the HTTP API of a real server."""

    @asynccontextmanager
    async def to(self, engine: Engine) -> AsyncIterator[None]:
        async with listen(engine.service, Address.of("127.0.0.1:0"), Access(None)) as address:
            self.url = f"http://{address}/v1/events"
            yield

    async def send(self, events: Sequence[JsonObject]) -> None:
        async with httpx2.AsyncClient(trust_env=False) as client:
            kind = {"Content-Type": "application/cloudevents-batch+json"}
            answer = await client.post(self.url, content=msgspec.json.encode(list(events)), headers=kind)
        assert answer.status_code == 202, answer.text


class Brokered(Way):
    """By a broker, out of our sink and into our source."""

    kept_while_away = True

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._sink = transport.sink()
        self._sent = self._accepted = 0

    async def ready(self) -> None:
        await self._transport.ready()

    @asynccontextmanager
    async def to(self, engine: Engine) -> AsyncIterator[None]:
        source = self._transport.source()

        async def accept(events: Sequence[JsonObject]) -> None:
            await engine.service.deliver(list(events))
            self._accepted += len(events)

        receiving = asyncio.create_task(source.run(accept))
        try:
            yield
        finally:
            receiving.cancel()
            await asyncio.wait({receiving})

    async def send(self, events: Sequence[JsonObject]) -> None:
        await self._sink.send(events)
        self._sent += len(events)

    async def arrived(self) -> None:
        """The engine has all that was sent."""
        await until(lambda: self._accepted >= self._sent, lambda: f"{self._sent} events")

    async def close(self) -> None:
        await self._sink.close()


async def play(way: Way, store: Path) -> dict[str, Any]:
    """The output of every cell, by its name."""
    names = {f"{strategy}-{situation}": (STRATEGIES[strategy], situation) for strategy, situation in CELLS}
    outputs: dict[str, Any] = {}

    async def finish(engine: Engine, those: Sequence[str]) -> None:
        for name in those:
            outputs[name] = (await engine.result(name, timeout=20)).output

    await way.ready()
    async with Engine.embedded(store) as engine, way.to(engine):
        early = [name for name, (_, situation) in names.items() if situation == "before-listen"]
        for name in early:
            await way.send(spoken(name, names[name][0].said, "-early"))
        if isinstance(way, Brokered):
            await way.arrived()
        await quiet(engine)
        for name, (strategy, _) in names.items():
            await engine.start(await engine.publish(document(name, strategy)), id=name)
        await quiet(engine)
        for name, (strategy, situation) in names.items():
            await way.send(events_of(name, strategy, situation))
        await finish(engine, [name for name, (_, situation) in names.items() if situation != "late"])
    late = [name for name, (_, situation) in names.items() if situation == "late"]
    if way.kept_while_away:
        for name in late:
            await way.send(spoken(name, names[name][0].said))
    async with Engine.embedded(store) as engine, way.to(engine):
        if not way.kept_while_away:
            for name in late:
                await way.send(spoken(name, names[name][0].said))
        await finish(engine, late)
    await way.close()
    return outputs


def events_of(name: str, strategy: Strategy, situation: str) -> list[JsonObject]:
    """What is sent while the cell listens."""
    match situation:
        case "duplicate":
            once = spoken(name, strategy.said)
            return [twice for each in once[:-1] for twice in (each, each)] + once[:-1] + once[-1:] * 2
        case "reordered":
            return spoken(name, strategy.reordered)
        case "late":
            return []
    return spoken(name, strategy.said)


async def quiet(engine: Engine) -> None:
    """What was asked of the engine is done, and all that run wait."""
    await until(lambda: engine.runtime.idle, lambda: "the engine to be quiet")


@pytest.fixture(scope="module")
def outputs(
    request: pytest.FixtureRequest, running: dict[str, Server], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the cells of one way give. Skips where the broker's program is absent."""
    name: str = request.param
    store = tmp_path_factory.mktemp(f"matrix-{name}") / "engine.db"
    if name not in SERVERS:
        return asyncio.run(play(Http() if name == "http" else Way(), store))
    kind = SERVERS[name]
    if kind.program() is None:
        pytest.skip(f"{name} is not installed (Debian package {kind.package}; .ci/servers installs it)")
    if name not in running:
        running[name] = kind(tmp_path_factory.mktemp(name))
        running[name].start()
    return asyncio.run(brokered(TRANSPORTS[name](running[name]), store))


async def brokered(transport: Transport, store: Path) -> dict[str, Any]:
    return await play(Brokered(transport), store)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "outputs",
    [pytest.param(way, marks=pytest.mark.xdist_group(f"broker-{way}"), id=way) for way in WAYS],
    indirect=True,
)
def test_a_strategy_gives_the_same_however_events_come(outputs: dict[str, Any], strategy: str, situation: str) -> None:
    """A duplicate counts once; what came before the task listened is not for it; order is that of arrival."""
    wanted = STRATEGIES[strategy]
    expected = wanted.reordered_output if situation == "reordered" else wanted.output
    assert outputs[f"{strategy}-{situation}"] == expected
