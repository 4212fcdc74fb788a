"""The world outside: services that act once for each idempotency key, and that misbehave as a scenario says.

What a service does goes on when its caller is gone: a request that was sent may take effect later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from random import Random
from typing import Final

from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Completion, Invocation
from counterpoint.simulation.scenario import CallFault, Conduct
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Outcome, Problem

_NEVER_SECONDS: Final = 30 * 24 * 3600.0
_LATE_SECONDS: Final = (0.5, 4.0, 40.0)
_LATENCIES_SECONDS: Final = (0.0, 0.0, 0.0, 0.001, 0.01, 0.5)


class Services:
    """All services, their ledgers, and what is in flight."""

    def __init__(self, names: Iterable[str], faults: Iterable[CallFault], random: Random) -> None:
        self.functions = frozenset(names)
        """See `Connector.functions`."""
        self._faults = list(faults)
        self._random = random
        self._calls: dict[str, int] = {}
        self.applied: dict[str, str] = {}
        """What took place: the service by the key, in order."""
        self.undone: set[str] = set()
        """Keys of effects whose undo was asked for: they take place no more."""
        self.in_flight: dict[str, int] = {}
        """How many calls with a key have not been answered."""
        self.healed = False
        """From now on all services do as they are told."""
        self.refused: set[str] = set()
        """Keys of which some answer said that nothing happened."""
        self.denied: set[str] = set()
        """Keys of which a probe said that nothing happened."""
        self.called: Callable[[Invocation], None] = lambda invocation: None
        """Told of every call, before anything else."""
        self.answer_twice: Callable[[Invocation, JsonValue], None] = lambda invocation, output: None
        """Hands the engine an answer that it will get once more."""
        self.tasks: set[asyncio.Task[None]] = set()
        """What goes on without a caller."""

    async def invoke(self, invocation: Invocation) -> Completion:
        """See `Connector.invoke`."""
        key = invocation.key
        self.called(invocation)
        self.in_flight[key] = self.in_flight.get(key, 0) + 1
        try:
            return Completion(output=await self._serve(invocation))
        finally:
            self.in_flight[key] -= 1

    async def close(self) -> None:
        """See `Connector.close`."""

    async def _serve(self, invocation: Invocation) -> JsonValue:
        service, key = invocation.function, invocation.key
        conduct = self._conduct(service)
        await asyncio.sleep(self._random.choice(_LATENCIES_SECONDS))
        if conduct == "vanish":
            raise _lost(service)
        if conduct == "delayed":
            self._later(service, key)
            raise _lost(service)
        if conduct == "refuse" or not self._may_act(service, key):
            self.refused.add(key)
            raise ConnectorError(Problem.standard("runtime", f"{service} refuses", status=409), Outcome.NONE)
        if service.startswith("probe"):
            return self._probe(key) if conduct is None else None
        self._act(service, key)
        if conduct == "lose":
            raise _lost(service)
        if conduct == "hang":
            await asyncio.sleep(_NEVER_SECONDS)
        if conduct == "late":
            await asyncio.sleep(self._random.choice(_LATE_SECONDS))
        output: JsonValue = {"of": service}
        if conduct == "twice":
            self.answer_twice(invocation, output)
        return output

    def _conduct(self, service: str) -> Conduct | None:
        number = self._calls[service] = self._calls.get(service, 0) + 1
        if self.healed:
            return None
        for fault in self._faults:
            if fault.service == service and fault.first <= number <= fault.last:
                return fault.conduct
        return None

    def _may_act(self, service: str, key: str) -> bool:
        """An effect that was undone before it arrived takes place no more: every such service must know this."""
        return key in self.applied or key not in self.undone

    def _act(self, service: str, key: str) -> None:
        if ":undo" in key:
            self.undone.add(key.partition(":undo")[0])
        self.applied.setdefault(key, service)

    def _probe(self, key: str) -> bool:
        forward = key.partition(":probe")[0]
        if forward not in self.applied:
            self.denied.add(forward)
            self.undone.add(forward)  # who says that it did not happen must keep to it
            return False
        return True

    def _later(self, service: str, key: str) -> None:
        async def act() -> None:
            await asyncio.sleep(self._random.choice(_LATE_SECONDS))
            if self._may_act(service, key):
                self._act(service, key)

        task = asyncio.ensure_future(act())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _lost(service: str) -> ConnectorError:
    problem = Problem.standard("communication", f"the connection to {service} was lost", status=503)
    return ConnectorError(problem, Outcome.UNKNOWN)
