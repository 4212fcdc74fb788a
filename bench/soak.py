"""A soak: very many starts, one by one and in bulk at the same time, on one real server that is killed in between.

    python -m bench.soak [--starts 200000] [--seconds-max 900] [--kills 1]

Holds the server to three things, and fails where one does not hold: whatever was accepted has come to its end, nothing
was started that nobody asked for, and memory is at the end what it was after the first rounds. Bounded in time: when
that is up, no more is started, and what was is judged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from bench.load.generator import generate
from bench.load.ours import START, Server, serving

ROUND = 10_000
"""Starts of a round: one half one by one, the other in bulk."""
CONNECTIONS = 100
BULK = 1_000
WARM_ROUNDS = 3
"""Rounds until memory is as it stays."""
GROWTH_MIB_MAX = 24.0
DRAIN_SECONDS_MAX = 120.0


@dataclass
class Soak:
    """What has happened so far."""

    accepted: int = 0
    """Starts that were answered with 201."""
    refused: int = 0
    """With 429: they are not sent again, others are."""
    unanswered: int = 0
    """Sent, and cut off by a kill: nobody knows whether they were started."""
    others: dict[str, int] = field(default_factory=dict)
    """Other answers, which there should be none of."""
    resident_mib: list[float] = field(default_factory=list)
    """After each round, when all had ended."""
    lives: list[int] = field(default_factory=list)
    """The place in `resident_mib` at which each life of the server begins."""

    @property
    def growth_mib(self) -> float:
        """The most that a life of the server has grown by after its first rounds."""
        ends = [*self.lives[1:], len(self.resident_mib)]
        spans = [self.resident_mib[first:end] for first, end in zip(self.lives, ends, strict=True)]
        return max(
            (max(span[WARM_ROUNDS:]) - span[WARM_ROUNDS - 1] for span in spans if len(span) > WARM_ROUNDS), default=0.0
        )


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--starts", type=int, default=200_000)
    options.add_argument("--seconds-max", type=float, default=900.0)
    options.add_argument("--kills", type=int, default=1)
    chosen = options.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        soak, ended = asyncio.run(_soak(Path(folder), chosen.starts, begun + chosen.seconds_max, chosen.kills))
    print(f"{time.monotonic() - begun:,.0f} s, {len(soak.lives)} lives of the server")
    print(f"accepted {soak.accepted:,}, ended {ended:,}, unanswered {soak.unanswered:,}, refused {soak.refused:,}")
    print(f"resident after each round, MiB: {' '.join(f'{each:.0f}' for each in soak.resident_mib)}")
    print(f"growth after {WARM_ROUNDS} rounds of a life, at most: {soak.growth_mib:+.1f} MiB")
    faults = list(_faults(soak, ended))
    for each in faults:
        print(f"does not hold: {each}", file=sys.stderr)
    sys.exit(bool(faults))


def _faults(soak: Soak, ended: int) -> list[str]:
    return [
        told
        for holds, told in (
            (not soak.others, f"other answers than 201 and 429: {soak.others}"),
            (ended >= soak.accepted, f"{soak.accepted - ended:,} accepted starts have not ended"),
            (ended <= soak.accepted + soak.unanswered, "more has ended than was asked for"),
            (soak.growth_mib <= GROWTH_MIB_MAX, f"memory has grown by {soak.growth_mib:.1f} MiB"),
        )
        if not holds
    ]


async def _soak(folder: Path, starts: int, until: float, kills: int) -> tuple[Soak, int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    soak, part = Soak(), starts // (kills + 1)
    for life in range(kills + 1):
        last = life == kills
        with serving(folder, port=port) as server:
            soak.lives.append(len(soak.resident_mib))
            while soak.accepted < (starts if last else part * (life + 1)) and time.monotonic() < until:
                await _round(server, soak)
            if last:
                _settle(server, soak)
                return soak, server.ended()
            asking = asyncio.create_task(_round(server, soak, killed=True))
            await asyncio.sleep(1.0)
            server.process.send_signal(signal.SIGKILL)
            await asking
    raise AssertionError("there is a last life")


async def _round(server: Server, soak: Soak, *, killed: bool = False) -> None:
    """Start a round of instances; unless the server is killed under it, wait until all have ended."""
    half = ROUND // 2
    load, bulks = await asyncio.gather(
        generate(f"{server.url}/v1/instances", START, CONNECTIONS, requests_max=half, back_off=0.1),
        asyncio.gather(*(asyncio.to_thread(_bulk, server, BULK) for _ in range(half // BULK))),
    )
    singles = dict(load.answers)
    soak.accepted += singles.pop("201", 0)
    soak.refused += singles.pop("429", 0)
    soak.unanswered += singles.pop("broken", 0)
    for items in bulks:
        if items is None:
            soak.unanswered += BULK
            continue
        soak.accepted += items.count(201)
        soak.refused += items.count(429)
        singles |= {str(each): items.count(each) for each in set(items) - {201, 429}}
    if killed:
        return
    for status, count in singles.items():
        soak.others[status] = soak.others.get(status, 0) + count
    _settle(server, soak)


def _bulk(server: Server, count: int) -> list[int] | None:
    """The status of each of many starts; None where no answer came."""
    start = {"definition": "bench/saga:1.0.0", "input": {"order": "bulk"}}
    try:
        items = server.post("/v1/bulk/starts", json.dumps([start] * count).encode())["items"]
    except (OSError, HTTPException):
        return None
    return [each["status"] for each in items]


def _settle(server: Server, soak: Soak) -> None:
    """Wait until whatever was started has ended, and look at the memory."""
    until = time.monotonic() + DRAIN_SECONDS_MAX
    with suppress(OSError):
        while server.unfinished() and time.monotonic() < until:
            time.sleep(0.05)
    soak.resident_mib.append(server.resident_bytes() / 2**20)


if __name__ == "__main__":
    main()
