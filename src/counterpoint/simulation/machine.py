"""The machine: one engine after the other on the same disk. It can be killed at any moment."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, Final

from counterpoint.application.instances import Instances
from counterpoint.dsl import Definition
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.runtime import Runtime
from counterpoint.expressions import Compiler
from counterpoint.kernel.commands import EffectCompleted
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.state import INVOKE
from counterpoint.ports.connector import Invocation
from counterpoint.simulation.loop import LoopClock, VirtualLoop
from counterpoint.simulation.services import Services
from counterpoint.simulation.store import Disk, SimulatedStore
from counterpoint.values.json import JsonValue

_DOWN_SECONDS: Final = (0.0, 0.01, 1.0)


class NoSecrets:
    """See `Secrets`."""

    def get(self, name: str) -> JsonValue:
        """See `Secrets.get`."""
        return None


class Machine:
    """Runs engines."""

    def __init__(
        self,
        loop: VirtualLoop,
        clock: LoopClock,
        disk: Disk,
        services: Services,
        limits: EngineLimits,
        compiler: Compiler,
        random: Random,
        definitions: list[Definition],
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._disk = disk
        self._services = services
        self._limits = limits
        self._compiler = compiler
        self._random = random
        self._definitions = definitions
        self._store: SimulatedStore
        self._up = asyncio.Event()
        self.outside: set[asyncio.Task[Any]] = set()
        """Tasks that are no part of the engine: they outlive it."""
        self.runtime: Runtime | None = None
        """The engine, while it runs."""
        self.instances: Instances
        self.crashes = 0

    @property
    def died(self) -> bool:
        """Whether the engine was killed and has not been started again."""
        return self._store.died.is_set()

    async def start(self) -> None:
        """Start an engine on what is on the disk."""
        self._store = store = self._disk.open()
        starting = asyncio.ensure_future(self._start(store))
        dying = asyncio.ensure_future(store.died.wait())
        self.outside |= {dying}
        await asyncio.wait({starting, dying}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if starting.done():
            starting.result()

    async def restart(self) -> None:
        """Bury the engine that was killed, and start another one."""
        self.crashes += 1
        await self._bury()
        await asyncio.sleep(self._random.choice(_DOWN_SECONDS))
        await self.start()

    async def stop(self, *, gently: bool) -> None:
        """Kill the engine, or close it and start another one."""
        runtime = self.runtime
        if runtime is None or self.died:
            return
        if not gently:
            self._store.died.set()
            return
        self.runtime = None
        self._up.clear()
        closing = asyncio.ensure_future(runtime.close())
        dying = asyncio.ensure_future(self._store.died.wait())
        self.outside.add(dying)
        await asyncio.wait({closing, dying}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if not self.died:
            closing.result()
            await self._bury()
            await self.start()

    async def ask(self, request: Any) -> Any:
        """Have `request(instances)` done by the engine that runs, until one has answered. Raises what it refuses."""
        while True:
            await self._up.wait()
            asking = asyncio.ensure_future(request(self.instances))
            await asyncio.wait({asking})
            if not asking.cancelled():
                return asking.result()

    def answer_twice(self, invocation: Invocation, output: JsonValue) -> None:
        """Submit an answer that the engine is about to get."""
        live = None if self.runtime is None else self.runtime.population.by_id(invocation.instance)
        if live is None or self.runtime is None:
            return
        for (run, kind), effect in live.instance.owed.items():
            if kind == INVOKE and isinstance(effect, Invoke) and effect.key == invocation.key:
                self.runtime.submit(live, EffectCompleted(at=self._clock.now(), run=run, output=output))
                return

    async def _start(self, store: SimulatedStore) -> None:
        runtime = Runtime(
            store,
            self._clock,
            NoSecrets(),
            [self._services],
            self._limits,
            self._compiler,
            owner="simulation",
            shared=False,
            seed=self._random.getrandbits(32),
        )
        await runtime.start()
        for definition in self._definitions:
            plan = runtime.library.compile(definition, {})
            await runtime.library.publish(definition, plan, {}, self._clock.now())
        self.runtime, self.instances = runtime, Instances(runtime)
        self._up.set()

    async def _bury(self) -> None:
        """Have nothing of the engine run on."""
        self.runtime = None
        self._up.clear()
        outside = self.outside | self._services.tasks
        while left := [task for task in self._loop.tasks() if task not in outside]:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=0.001)
