"""The figures of the load benchmark, side by side."""

from __future__ import annotations

from pathlib import Path

from bench.figures import Figure
from bench.load import measure
from bench.load.measure import CLIENTS, CONNECTIONS, OVERLOAD_SECONDS, Overload, Side
from bench.load.ours import serving


def figures(folder: Path) -> list[Figure]:
    """Measure everything: about four minutes."""
    ceiling = measure.ceiling()
    compared = measure.compared(folder)
    with serving(folder) as server:
        overload = measure.overload(server)
    peer, theirs = compared.peer, compared.theirs
    bulk = Figure("over HTTP, started in bulk, to the end of all", compared.bulk, "sagas/s")
    return [
        bulk.beside(f"{peer}, its best way", max(theirs.sagas_per_second, theirs.calls.rate)),
        *_one_by_one(compared.ours, peer, theirs),
        Figure("load generator against a trivial server", ceiling.rate, "requests/s"),
        *_overload(overload),
    ]


def _one_by_one(ours: Side, peer: str, theirs: Side) -> list[Figure]:
    over = f"over HTTP, {CONNECTIONS} connections"
    sent, called = f"{peer}, sent", f"{peer}, called"
    sagas = Figure(f"{over}, started one by one, to the end of all", ours.sagas_per_second, "sagas/s")
    calls = Figure(f"{over}, started and waited for", ours.calls.rate, "sagas/s")
    starts = Figure(f"{over}, starts", ours.starts.rate, "starts/s")
    rows = [
        sagas.beside(sent, theirs.sagas_per_second),
        calls.beside(called, theirs.calls.rate),
        starts.beside(sent, theirs.starts.rate),
    ]
    for what, mine, their, label in (
        ("started and waited for", ours.calls, theirs.calls, called),
        ("starts", ours.starts, theirs.starts, sent),
    ):
        for name, value, other in (("p50", mine.p50_ms, their.p50_ms), ("p99", mine.p99_ms, their.p99_ms)):
            rows.append(Figure(f"{over}, {what}: {name}", value, "ms").beside(label, other, more_is_better=False))
    return rows


def _overload(seen: Overload) -> list[Figure]:
    clients = f"{CLIENTS} clients for {OVERLOAD_SECONDS:.0f} s"
    answers, accepted = seen.load.answers, seen.load.answers.get("201", 0)
    others = sum(count for status, count in answers.items() if status not in ("201", "429"))
    return [
        Figure(f"{clients}: starts", seen.load.rate, "starts/s"),
        Figure(f"{clients}: start, p99", seen.load.p99_ms, "ms"),
        Figure(f"{clients}: answers other than 201 and 429", others, f"of {sum(answers.values()):,}"),
        Figure(f"{clients}: accepted starts that did not end", accepted - seen.ended, f"of {accepted:,}"),
        Figure(f"{clients}: resident memory, at most", max(seen.resident_mib), "MiB"),
        Figure(f"{clients}: resident memory, growth from the first half to the second", seen.growth_mib, "MiB"),
    ]
