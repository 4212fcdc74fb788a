"""One run: a scenario played on the whole engine, from its start until everything has ended, and what was wrong."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, Final

import msgspec

from counterpoint.dsl import Definition, load
from counterpoint.engine.limits import EngineLimits
from counterpoint.expressions import Compiler
from counterpoint.plan import compile_plan
from counterpoint.plan.model import Limits, Plan
from counterpoint.simulation.documents import MAIN, NAMESPACE, services_of
from counterpoint.simulation.judging import Judge
from counterpoint.simulation.loop import Livelock, LoopClock, Standstill, VirtualLoop
from counterpoint.simulation.machine import Machine
from counterpoint.simulation.people import People
from counterpoint.simulation.scenario import Arrival, CallFault, Operator, Scenario, Stop, StoreFault
from counterpoint.simulation.services import Services
from counterpoint.simulation.shadow import Shadow
from counterpoint.simulation.store import Disk

BEGINNING_MS: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""
HEALED_SECONDS: Final = 60.0
"""Then nothing fails any more, and people see to whatever waits for them."""
STEPS_MAX: Final = 3_000
_COMPILER: Final = Compiler()


class Outcome(msgspec.Struct, kw_only=True):
    """What became of a run."""

    findings: list[str]
    """What was wrong, in words; empty for a sound run."""
    digest: str
    """Of all that became durable, in order: equal runs have equal digests."""
    statuses: list[str]
    transitions: int
    crashes: int
    lasted_ms: int
    """In virtual time."""


def simulate(scenario: Scenario) -> Outcome:
    """Play a scenario. Raises nothing that a fault of the engine could cause: those are findings."""
    random = Random(scenario.seed)  # noqa: S311 (a simulation must be the same each time)
    order = None if scenario.ordered else Random(scenario.seed + 1)  # noqa: S311
    loop = VirtualLoop(order)  # type: ignore[abstract]  # it offers nothing that needs I/O
    run = Run(scenario, loop, random)
    with _listening(run.judge.findings):
        try:
            loop.run(run.main())
        except (Standstill, Livelock) as error:
            run.judge.findings.append(str(error))
        except Exception as error:
            run.judge.findings.append(f"the run broke off: {type(error).__name__}: {error}")
    for context in loop.failures:
        run.judge.findings.append(f"nobody caught: {context.get('message')}: {context.get('exception')!r}")
    return run.outcome(round(loop.time() * 1000))


class Run:
    """See the module's docstring."""

    def __init__(self, scenario: Scenario, loop: VirtualLoop, random: Random) -> None:
        self._scenario = scenario
        self._loop = loop
        self._clock = LoopClock(loop, BEGINNING_MS)
        limits = _limits(scenario.tight)
        definitions = [load(msgspec.json.encode(each).decode()) for each in scenario.documents]
        plans = _plans(definitions, limits.workflow)
        self._services = Services(services_of(scenario.documents), _of(scenario, CallFault), random)
        self.shadow = Shadow(plans)
        self.judge = Judge(self.shadow, self._services)
        self._disk = Disk(_of(scenario, StoreFault), self._clock.now, self.shadow.wrote)
        self._machine = Machine(loop, self._clock, self._disk, self._services, limits, _COMPILER, random, definitions)
        self._people = People(self._machine, self.shadow, self.judge, random)
        self._services.called = self.judge.called
        self._services.answer_twice = self._machine.answer_twice

    async def main(self) -> None:
        """Play until everything has ended."""
        own = asyncio.current_task()
        assert own is not None
        self._machine.outside.add(own)
        await self._machine.start()
        for number in range(self._scenario.instances):
            self._beside(self._people.start(f"i{number}", f"{NAMESPACE}/{MAIN}"))
        for fault in self._scenario.faults:
            if isinstance(fault, Stop):
                self._beside(self._stop(fault))
            elif isinstance(fault, Operator):
                self._beside(self._people.intervene(fault.at_ms, fault.action, f"i{fault.instance}"))
            elif isinstance(fault, Arrival):
                self._beside(self._people.deliver(fault.at_ms, fault.copies))
        for _ in range(STEPS_MAX):
            if self.judge.findings or not await self._step():
                return
        waiting = {id: str(each.owed) for id, each in self.shadow.instances.items() if not each.over}
        self.judge.findings.append(f"it does not end; what is owed: {waiting}")

    def outcome(self, lasted_ms: int) -> Outcome:
        """What has become of it so far."""
        digest = hashlib.sha256()
        for number, sequence, at, _ in self.shadow.history:
            digest.update(f"{number} {sequence} {at} ".encode())
        for body in self.shadow.bodies:
            digest.update(body)
        return Outcome(
            findings=list(self.judge.findings),
            digest=digest.hexdigest(),
            statuses=[each.status.value for each in self.shadow.instances.values()],
            transitions=len(self.shadow.history),
            crashes=self._machine.crashes,
            lasted_ms=lasted_ms,
        )

    async def _step(self) -> bool:
        """Let the next thing happen; False at the end."""
        machine, loop = self._machine, self._loop
        moved = await loop.step()
        if machine.died:
            await machine.restart()
            return True
        if machine.runtime is None:
            return moved
        now, next_time = self._clock.now(), loop.next_time()
        next_at = None if next_time is None else BEGINNING_MS + round(next_time * 1000)
        if now >= self._disk.full_until:
            self.judge.quiet(machine.runtime, now, next_at)
        if self._people.busy or self.judge.findings:
            return moved
        if self._over():
            self.judge.end()
            return False
        if loop.time() < HEALED_SECONDS:
            if not moved:
                await asyncio.sleep(HEALED_SECONDS - loop.time())
            return True
        self._services.healed = self._disk.healed = True
        if not (await self._people.help() or moved):
            self.judge.findings.append(f"nothing will ever happen: {self._states()}")
        return True

    def _over(self) -> bool:
        instances = self.shadow.instances
        waits = self._disk.contents.messages or self._services.tasks
        return not waits and all(each.over for each in instances.values())

    def _states(self) -> str:
        return ", ".join(f"{id} is {each.status.value}" for id, each in self.shadow.instances.items())

    async def _stop(self, fault: Stop) -> None:
        await asyncio.sleep(fault.at_ms / 1000)
        await self._machine.stop(gently=fault.gently)

    def _beside(self, work: Any) -> None:
        self._people.beside(work)


def _of(scenario: Scenario, kind: type[Any]) -> Sequence[Any]:
    return [each for each in scenario.faults if isinstance(each, kind)]


def _plans(definitions: list[Definition], limits: Limits) -> dict[str, Plan]:
    plans = [compile_plan(each, _COMPILER, limits=limits) for each in definitions]
    return {plan.workflow: plan for plan in plans}


def _limits(tight: bool) -> EngineLimits:
    workflow = Limits(settle_ms_max=5_000, transition_steps_max=3 if tight else 500)
    return EngineLimits(
        effect_duration_ms_max=20_000,
        instances_in_memory_max=1 if tight else 10_000,
        evict_after_ms=100 if tight else 5_000,
        effects_per_instance_max=100,
        workflow=workflow,
    )


@contextmanager
def _listening(findings: list[str]) -> Iterator[None]:
    """What the engine logs with a traceback is a fault of its own; the rest is what a disk that is full causes."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                findings.append(f"the engine logged: {record.getMessage()}: {record.exc_info[1]!r}")

    log, listener = logging.getLogger("counterpoint.engine"), Listener()
    before = log.propagate
    log.addHandler(listener)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(listener)
        log.propagate = before
