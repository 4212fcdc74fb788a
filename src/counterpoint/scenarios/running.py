"""Runs scenarios: one trial each, and what came of it against what was expected."""

from __future__ import annotations

from typing import NamedTuple

from counterpoint.plan import Plan
from counterpoint.scenarios.comparing import Mismatch, compare
from counterpoint.scenarios.contracts import Contracts
from counterpoint.scenarios.mocks import Mocks
from counterpoint.scenarios.model import Scenario
from counterpoint.trial import Library, Trace, Trial, World


class Outcome(NamedTuple):
    """What became of a scenario. `world` holds the histories, for coverage."""

    scenario: Scenario
    trace: Trace
    mismatches: list[Mismatch]
    world: World

    @property
    def holds(self) -> bool:
        """Whether everything was as expected."""
        return not self.mismatches


def run(scenario: Scenario, plan: Plan, library: Library, contracts: Contracts) -> Outcome:
    """Run one scenario of a workflow; `library` holds the workflows that it may run, itself included."""
    mocks = Mocks(scenario, contracts)
    world = World(library, secrets=scenario.secrets, now=scenario.now)
    trace = Trial(world, mocks, scenario.actions).run(plan, scenario.input)
    found = compare(scenario.expect, trace, scenario.pointer)
    if trace.halted is None:
        for what, pointers in (("faults", mocks.unmet()), ("actions", trace.unmet)):
            for pointer in pointers:
                found.append(Mismatch(what=what, message=_UNMET[what], pointer=pointer))
    return Outcome(scenario, trace, found, world)


_UNMET = {
    "faults": "no call has met this fault",
    "actions": "the point at which this was to happen has not come",
}
