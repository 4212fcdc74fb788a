"""People: they start instances, deliver events, intervene at any moment, and in the end see to what waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from random import Random
from typing import Any, Final

from counterpoint.application.instances import Instances
from counterpoint.errors import Conflict, InvalidInput, LimitExceeded, NotFound, StoreUnavailable
from counterpoint.kernel import Instance, pending
from counterpoint.kernel.effects import Listen
from counterpoint.simulation.documents import EVENT_TYPE
from counterpoint.simulation.judging import Judge
from counterpoint.simulation.machine import Machine
from counterpoint.simulation.shadow import Shadow

_REFUSED: Final = (Conflict, InvalidInput, LimitExceeded, NotFound)
_PAUSE_SECONDS: Final = 0.5


class People:
    """Everybody outside."""

    def __init__(self, machine: Machine, shadow: Shadow, judge: Judge, random: Random) -> None:
        self._machine = machine
        self._shadow = shadow
        self._judge = judge
        self._random = random
        self._tasks: set[asyncio.Task[Any]] = set()
        self._events = 0

    @property
    def busy(self) -> bool:
        """Whether anybody is at work."""
        return bool(self._tasks)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Have somebody do this."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        self._machine.outside.add(task)
        task.add_done_callback(self._tasks.discard)

    async def start(self, id: str, workflow: str) -> None:
        """Start an instance, and make sure that it was started."""

        async def ask(instances: Instances) -> None:
            try:
                await instances.start(workflow, {"of": id}, id)
            except Conflict:
                return  # it was started before the engine was killed
            if id not in self._shadow.instances:
                self._judge.findings.append(f"{id} was acknowledged and is not durable")

        await self._insist(ask)

    async def deliver(self, at_ms: int, copies: int) -> None:
        """Deliver an event, several times perhaps."""
        await asyncio.sleep(at_ms / 1000)
        event = self._event()
        for _ in range(copies):
            await self._insist(lambda instances: instances.deliver(event))

    async def intervene(self, at_ms: int, action: str, id: str) -> None:
        """Ask something of an instance; it may be refused."""
        await asyncio.sleep(at_ms / 1000)
        if action == "abandon":
            self._judge.abandoned.add(id)
        await self._ask(action, id)

    async def help(self) -> int:
        """See to what waits for a person, or for an event; how many needed help."""
        helped = 0
        for id, instance in list(self._shadow.instances.items()):
            if instance.over:
                continue
            if instance.suspended:
                await self._ask("resume", id)
            elif instance.blocked or instance.stuck:
                await self._resolve(id, instance)
            elif any(type(effect) is Listen for effect in pending(instance)):
                event = self._event()
                await self._insist(lambda instances, event=event: instances.deliver(event))
            else:
                continue
            helped += 1
        return helped

    async def _resolve(self, id: str, instance: Instance) -> None:
        run = next(iter((*instance.blocked, *instance.stuck)))
        action = self._random.choice(["retry", "retry", "skip", "done"])
        if run in instance.blocked and action == "done":
            self._judge.done_by_hand.add(instance.log[run].key)
        await self._ask("resolve", id, run, action, reason="a person has decided")

    async def _ask(self, action: str, id: str, *arguments: Any, **options: Any) -> None:
        async def ask(instances: Instances) -> None:
            if action == "abandon":
                await instances.cancel(id, abandon=True)
            else:
                await getattr(instances, action)(id, *arguments, **options)

        try:
            await self._machine.ask(ask)
        except (*_REFUSED, StoreUnavailable):
            return

    async def _insist(self, request: Any) -> None:
        """Ask until it is acknowledged."""
        while True:
            try:
                await self._machine.ask(request)
            except StoreUnavailable:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    def _event(self) -> dict[str, Any]:
        self._events += 1
        return {"specversion": "1.0", "id": str(self._events), "source": "/people", "type": EVENT_TYPE}
