"""Run the benchmarks and print them side by side.

    python -m bench [saga] [compensated] [startup] [waiting] [growth] [load] [studio]

Without arguments all of them, and `bench/latest.json` is written.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import compensated, growth, peer, sagas, startup, waiting
from bench.figures import Figure, table, write
from bench.load import report
from bench.studio import lighthouse

LATEST = Path(__file__).parent / "latest.json"


def main() -> None:
    """The command line."""
    wanted = sys.argv[1:]
    figures: list[Figure] = []
    for name, benchmark in BENCHMARKS.items():
        if not wanted or name in wanted:
            print(f"{name} ...", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                figures += benchmark(Path(folder))
    print(table(figures))
    if not wanted:
        write(figures, LATEST)


def _saga(folder: Path) -> list[Figure]:
    before = {journal: _best_way(journal) for journal in ("shipped", "wal")}
    ours = sagas.measure(folder)
    shipped, wal = (_again(figures) for figures in before.values())
    rate = Figure("4-step saga, 200 at once", ours.sagas_per_second, "sagas/s")
    alone = Figure("4-step saga, one alone, p50", ours.alone_p50_ms, "ms")
    disk = Figure("4-step saga on disk", ours.bytes_per_saga, "bytes/saga")
    return [
        rate.beside(_label(shipped), shipped["sagas_per_second"]),
        rate.beside(_label(wal), wal["sagas_per_second"]),
        alone.beside(_label(shipped), shipped["alone_p50_ms"], more_is_better=False),
        alone.beside(_label(wal), wal["alone_p50_ms"], more_is_better=False),
        disk.beside(_label(shipped), shipped["bytes_per_saga"], more_is_better=False),
    ]


def _compensated(folder: Path) -> list[Figure]:
    return [Figure("4-step saga refused at step 4, three undos, 200 at once", compensated.rate(folder), "sagas/s")]


def _startup(folder: Path) -> list[Figure]:
    ours = startup.measure(folder)
    name = f"start-up with {startup.UNFINISHED:,} unfinished instances"
    return [
        Figure(f"{name}: ready", ours.ready_seconds, "s"),
        Figure(f"{name}: all ended", ours.caught_up_seconds, "s"),
    ]


def _waiting(folder: Path) -> list[Figure]:
    return [Figure(f"{waiting.WAITING:,} waiting instances: peak memory", waiting.peak_bytes(folder) / 2**20, "MiB")]


def _growth(_: Path) -> list[Figure]:
    figures = []
    sizes = {
        f"{growth.ITERATIONS:,}-iteration loop, in memory": growth.loop,
        f"{growth.BRANCHES:,}-branch fork, in memory": growth.fork,
    }
    for name, measure in sizes.items():
        ours = measure()
        figures.append(Figure(name, ours.seconds, "s"))
        figures.append(Figure(f"{name}: time(n)/time(n/4)/4", ours.growth, "(1 linear, 4 quadratic)"))
    return figures


def _best_way(journal: str) -> dict[str, Any]:
    """The peer in the faster of its two ways."""
    ways = [peer.measure("--way", way, "--journal", journal) for way in ("threads", "asyncio")]
    return max(ways, key=_rate)


def _again(before: dict[str, Any]) -> dict[str, Any]:
    """The better of what the peer gave before we were measured and what it gives after: a busy disk harms both."""
    after = peer.measure("--way", before["way"], "--journal", before["journal"])
    return max(before, after, key=_rate)


def _rate(figures: dict[str, Any]) -> float:
    rate: float = figures["sagas_per_second"]
    return rate


def _label(figures: dict[str, Any]) -> str:
    journal = f"journal_mode={figures['journal_mode']}{' as shipped' if figures['journal'] == 'shipped' else ''}"
    return f"{figures['peer']}, {figures['way']}, {journal}, synchronous={figures['synchronous']}"


BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "saga": _saga,
    "compensated": _compensated,
    "startup": _startup,
    "waiting": _waiting,
    "growth": _growth,
    "load": report.figures,
    "studio": lighthouse.figures,
}
