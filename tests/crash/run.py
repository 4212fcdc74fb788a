"""Kill a real engine with SIGKILL at random moments until every saga has ended, and look whether all is well.

    python -m tests.crash.run --kills 200 --sagas 1000 [--seed 7]

Prints a line of figures; exits with 1 and the broken promises where there are any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.crash import victim
from tests.crash.document import SHAPES
from tests.crash.oracle import End, violations
from tests.crash.world import World

LIFE_SECONDS_MAX = 1.5
EXTRA_SECONDS_MAX = 0.05
"""An engine is killed at a random moment after a random number of sagas has ended, or when it has lived long enough."""
STILLBORN_SHARE = 0.15
"""How many are killed while they start up and recover."""
STARTUP_SECONDS_MAX = 30.0
LAST_LIFE_SECONDS_MAX = 180.0


@dataclass
class Outcome:
    """What a run of the harness saw."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    ends: dict[str, set[End]] = field(default_factory=lambda: defaultdict(set))
    broken: list[str] = field(default_factory=list)
    requests: int = 0
    repeated: int = 0
    seconds: float = 0.0

    def summary(self) -> str:
        """One line for people."""
        how = Counter(" ".join(filter(None, end)) for seen in self.ends.values() for end in seen)
        ends = ", ".join(f"{count} {name}" for name, count in how.most_common())
        return (
            f"{self.kills} kills, {len(self.ends)} sagas ({ends}), "
            f"{self.requests} requests, {self.repeated} of them repeated, {self.seconds:.0f} s, "
            f"{len(self.broken)} broken promises"
        )


def torment(kills: int, sagas: int, seed: int, folder: Path) -> Outcome:
    """Run `sagas` sagas on a database in `folder` through `kills` kills."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.victim", "httpx2"])
    orders = [f"order-{number:05}-{SHAPES[number % len(SHAPES)]}" for number in range(sagas)]
    begun = time.monotonic()
    outcome = Outcome()
    with World(seed) as world:
        harness = _Harness(context, str(folder / "engine.db"), world.url, orders, random.Random(seed), outcome)
        for left in range(kills, 0, -1):
            harness.short_life(left)
        harness.last_life()
        harness.look_again()
    _check_database(folder / "engine.db", outcome)
    outcome.broken += violations(world.ledger, outcome.ends, orders)
    outcome.requests = len(world.ledger.requests)
    outcome.repeated = outcome.requests - len({each.key for each in world.ledger.requests})
    outcome.seconds = time.monotonic() - begun
    return outcome


class _Harness:
    def __init__(
        self,
        context: ForkServerContext,
        path: str,
        url: str,
        orders: list[str],
        chance: random.Random,
        outcome: Outcome,
    ) -> None:
        self._context = context
        self._path = path
        self._url = url
        self._orders = orders
        self._chance = chance
        self._outcome = outcome

    def short_life(self, lives_left: int) -> None:
        """One engine from birth to its kill."""
        fresh = [order for order in self._orders if order not in self._outcome.acknowledged]
        begin = fresh[: -(-len(fresh) // lives_left)]
        process, facts = self._spawn(begin)
        if self._chance.random() < STILLBORN_SHARE:
            self._listen(facts, self._chance.uniform(0, 0.15))
        elif self._listen(facts, STARTUP_SECONDS_MAX, until="ready"):
            self._listen(facts, LIFE_SECONDS_MAX, until="ended", times=self._chance.randint(0, 3 * len(begin)))
            self._listen(facts, self._chance.uniform(0, EXTRA_SECONDS_MAX))
        else:
            self._outcome.broken.append(f"life {self._outcome.kills} did not become ready")
        process.kill()
        process.join()
        self._outcome.kills += 1
        self._listen(facts, 0)

    def last_life(self) -> None:
        """One that is left alone until everything has ended."""
        self._live([order for order in self._orders if order not in self._outcome.acknowledged])

    def look_again(self) -> None:
        """A further one, which must find the same ends in the journal."""
        self._live([])

    def _live(self, begin: list[str]) -> None:
        process, facts = self._spawn(begin, everything=True)
        if not self._listen(facts, LAST_LIFE_SECONDS_MAX, until="done"):
            self._outcome.broken.append("the last life did not see every saga to its end")
            process.kill()
        process.join()

    def _spawn(
        self, begin: list[str], *, everything: bool = False
    ) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        mine, theirs = self._context.Pipe(duplex=False)
        known = self._outcome.acknowledged
        pending = [order for order in known if everything or order not in self._outcome.ends]
        process = self._context.Process(target=victim.run, args=(theirs, self._path, self._url, begin, pending))
        process.start()
        theirs.close()
        return process, mine

    def _listen(self, facts: Connection, seconds: float, until: str | None = None, times: int = 1) -> bool:
        """Take in facts for a while, or until so many of one kind; whether they came."""
        deadline = time.monotonic() + seconds
        try:
            while times > 0 and facts.poll(max(0.0, deadline - time.monotonic())):
                fact: victim.Fact = facts.recv()
                match fact:
                    case ("started", order):
                        self._outcome.acknowledged.add(order)
                    case ("ended", order, status, saga):
                        self._outcome.ends[order].add((status, saga))
                times -= fact[0] == until
        except EOFError:
            return False  # it has ended, or was killed in the middle of a word
        return times <= 0


def _check_database(path: Path, outcome: Outcome) -> None:
    with sqlite3.connect(path) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        outcome.broken.append(f"the database is damaged: {verdict}")


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--sagas", type=int, default=1000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = torment(chosen.kills, chosen.sagas, chosen.seed, Path(folder))
    print(outcome.summary())
    for line in outcome.broken:
        print("BROKEN:", line)
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
