"""The 4-step saga of `bench.sagas` under load over HTTP, ours and the peer's, by the same load generator.

What each does for a saga: our steps are Python functions in the server's process, the peer's are `ctx.run` closures in
a Node process; both give back a small object, and both systems make each step durable (fsync) before the next. The
generator shares the machine with them. Each figure is the median of `ROUNDS` rounds, on both sides.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.load import peer
from bench.load.generator import Load
from bench.load.ours import ROOT, START, Server, serving
from bench.load.trivial import answering

CONNECTIONS = 200
CEILING_REQUESTS = 30_000
ROUNDS = 5
OUR_STARTS = 20_000
OUR_CALLS = 15_000
PEER_STARTS = 4_000
PEER_CALLS = 3_000
BULK = 10_000
CLIENTS = 500
OVERLOAD_SECONDS = 60.0
BACK_OFF_SECONDS = 0.1


@dataclass(frozen=True)
class Side:
    """What one system gave: of each, the median round."""

    starts: Load
    """Answered once they were durable."""
    sagas_per_second: float
    """Of the same round: from the first start to the end of the last saga."""
    calls: Load
    """Answered with the result."""


@dataclass(frozen=True)
class Overload:
    """Many clients for a long time."""

    load: Load
    ended: int
    """Instances that have come to their end, of all that were accepted."""
    resident_mib: list[float]
    """A second apart."""

    @property
    def growth_mib(self) -> float:
        """Of the second half beside the first: the middle of each, so that no single moment decides."""
        half = len(self.resident_mib) // 2
        first, second = sorted(self.resident_mib[half // 2 : half]), sorted(self.resident_mib[half:])
        return second[len(second) // 2] - first[len(first) // 2]


def ceiling() -> Load:
    """What the generator can give at most."""
    with answering() as url:
        return _generate(url, START, CONNECTIONS, CEILING_REQUESTS)


@dataclass(frozen=True)
class Compared:
    """Both, by rounds that took turns: whatever the machine does besides harms both."""

    peer: str
    theirs: Side
    ours: Side
    bulk: float
    """Sagas a second of ours, from the request that starts `BULK` of them to the end of the last."""


def compared(folder: Path) -> Compared:
    """`ROUNDS` rounds of each, in turn, every one on a system that has just been started; medians."""
    theirs, ours, bulks, name = list[Side](), list[Side](), list[float](), ""
    for number in range(ROUNDS):
        name, side = _theirs(_new(folder / f"peer-{number}"))
        theirs.append(side)
        with serving(_new(folder / f"ours-{number}")) as server:
            ours.append(_ours(server))
            bulks.append(_bulk(server))
    return Compared(name, _median(theirs), _median(ours), statistics.median(bulks))


def _theirs(folder: Path) -> tuple[str, Side]:
    """The peer's name, and what it gave."""
    with peer.restate(folder) as system:

        def until_finished(count: int) -> None:
            while system.finished() < count:
                time.sleep(0.02)

        _generate(system.call, peer.BODY, CONNECTIONS, 500)
        calls = _generate(system.call, peer.BODY, CONNECTIONS, PEER_CALLS)
        expected = system.finished() + PEER_STARTS
        starts, sagas = _starts(system.send, peer.BODY, PEER_STARTS, partial(until_finished, expected))
        return f"Restate {system.version}", Side(starts, sagas, calls)


def _ours(server: Server) -> Side:
    """What we gave, one start a request."""
    url = f"{server.url}/v1/instances"
    _generate(url, START, CONNECTIONS, 1_000)
    server.drain()
    calls = _generate(f"{url}?wait=60", START, CONNECTIONS, OUR_CALLS)
    starts, sagas = _starts(url, START, OUR_STARTS, server.drain)
    return Side(starts, sagas, calls)


def _bulk(server: Server) -> float:
    body = json.dumps([json.loads(START.replace("@", str(number))) for number in range(BULK)]).encode()
    begun = time.perf_counter()
    items = server.post("/v1/bulk/starts", body)["items"]
    assert {each["status"] for each in items} == {201}, items[:3]
    server.drain()
    return BULK / (time.perf_counter() - begun)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def overload(server: Server) -> Overload:
    """`CLIENTS` clients that never pause, for `OVERLOAD_SECONDS`."""
    before, resident = server.ended(), list[float]()
    running = _start_generator(
        f"{server.url}/v1/instances",
        START,
        CLIENTS,
        "--seconds",
        str(OVERLOAD_SECONDS),
        "--back-off",
        str(BACK_OFF_SECONDS),
    )
    while running.poll() is None:
        resident.append(server.resident_bytes() / 2**20)
        time.sleep(1.0)
    load = _load(running)
    server.drain()
    return Overload(load, server.ended() - before, resident)


def _median(rounds: list[Side]) -> Side:
    def middle(loads: list[Load]) -> Load:
        return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]

    return Side(
        starts=middle([each.starts for each in rounds]),
        sagas_per_second=statistics.median(each.sagas_per_second for each in rounds),
        calls=middle([each.calls for each in rounds]),
    )


def _starts(url: str, body: str, count: int, drained: Callable[[], None]) -> tuple[Load, float]:
    """The load, and sagas a second from its first request (not from the start of the generator) to their end."""
    load = _generate(url, body, CONNECTIONS, count)
    drained()
    return load, count / (time.monotonic() - load.begun)


def _generate(url: str, body: str, connections: int, count: int) -> Load:
    load = _load(_start_generator(url, body, connections, "--requests-max", str(count)))
    assert not set(load.answers) - {"200", "201", "202"}, load
    return load


def _start_generator(url: str, body: str, connections: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.load.generator", url, "--body", body, "--connections", str(connections)]
    return subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _load(generator: subprocess.Popen[str]) -> Load:
    out, _ = generator.communicate()
    assert generator.returncode == 0, "the load generator failed"
    return Load(**json.loads(out))
