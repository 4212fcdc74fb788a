"""A campaign: many seeds, on several processes, and what they have found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Final

import msgspec

from counterpoint.simulation.run import simulate
from counterpoint.simulation.scenario import generate

SEEDS_AT_ONCE: Final = 50
"""Seeds that a process takes at a time."""


class Progress(msgspec.Struct, kw_only=True):
    """What a part of a campaign, or all of it so far, amounts to."""

    seeds: int = 0
    transitions: int = 0
    crashes: int = 0
    statuses: dict[str, int] = {}
    """How many instances ended in which status."""
    findings: dict[int, list[str]] = {}
    """What was wrong, by the seed."""

    def add(self, other: Progress) -> None:
        """Take the figures of another part over."""
        self.seeds += other.seeds
        self.transitions += other.transitions
        self.crashes += other.crashes
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        self.findings.update(other.findings)


def run_seeds(start: int, count: int, jobs: int = 1) -> Iterator[Progress]:
    """Run `count` seeds from `start` on; yields a part whenever one is done, in any order."""
    if jobs <= 1:
        yield from map(_part, _parts(start, count))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        parts = _parts(start, count)
        waiting = [pool.submit(_part, each) for each in islice(parts, jobs * 2)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(_part, each) for each in islice(parts, 1)]


def _parts(start: int, count: int) -> Iterator[tuple[int, int]]:
    end = start + count
    return ((each, min(each + SEEDS_AT_ONCE, end)) for each in range(start, end, SEEDS_AT_ONCE))


def _part(seeds: tuple[int, int]) -> Progress:
    progress = Progress()
    for seed in range(*seeds):
        outcome = simulate(generate(seed))
        statuses: dict[str, int] = {}
        for status in outcome.statuses:
            statuses[status] = statuses.get(status, 0) + 1
        findings = {seed: outcome.findings} if outcome.findings else {}
        progress.add(
            Progress(
                seeds=1,
                transitions=outcome.transitions,
                crashes=outcome.crashes,
                statuses=statuses,
                findings=findings,
            )
        )
    return progress
