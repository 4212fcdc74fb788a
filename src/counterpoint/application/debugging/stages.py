"""Stages: what a session steps. A real instance on a running engine, or a trial in a simulated world."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from counterpoint.application.debugging.stepper import Instances, points
from counterpoint.application.debugging.trees import in_memory, let_go
from counterpoint.application.moments import TaskLog
from counterpoint.application.travelling import Past, Travel
from counterpoint.engine.library import workflow_of
from counterpoint.engine.live import Live
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, CounterpointError
from counterpoint.history.timeline import Timeline
from counterpoint.kernel import commands as c
from counterpoint.plan import Plan
from counterpoint.ports.store import Batch
from counterpoint.trial import Trace, Trial
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

_log = logging.getLogger("counterpoint.debugging")


class Stage(Protocol):
    """What a session needs of what it steps."""

    kind: str
    """`instance` or `simulation`."""
    id: str
    """Of the outermost instance."""
    moved: asyncio.Event
    """Set when something has happened."""

    def instances(self) -> Instances:
        """The instances that are held, the outermost first."""

    def over(self) -> str | None:
        """How it has ended; None as long as it has not."""

    async def step(
        self, id: str, run: int, problem: Problem | None = None, output: tuple[JsonValue] | None = None
    ) -> None:
        """See the kernel's `Step`. Durable on return."""

    async def edit(self, id: str, run: int, what: str, value: JsonValue) -> None:
        """See the kernel's `Edit`. Durable on return."""

    async def work(self) -> bool:
        """Let something happen that needs no step; False where nothing can, or where it happens by itself."""

    async def past(self, id: str) -> Past:
        """The history of one of its instances. Raises NotFound."""

    def texts(self) -> Mapping[str, str]:
        """The documents that it executes, by workflow."""

    async def leave(self, reason: str, *, release: bool) -> None:
        """Look at it no more, and (`release`) let it go on by itself: on return, or, where the store takes nothing now,
        once it does."""


class LiveStage:
    """A real instance. Its sub-workflows are held with it."""

    kind = "instance"

    def __init__(self, runtime: Runtime, travel: Travel, live: Live) -> None:
        self._runtime = runtime
        self._travel = travel
        self._live = live
        self.id = live.instance.id
        self.moved = asyncio.Event()
        runtime.dispatch.watchers.setdefault(live.number, []).append(self.moved)

    def instances(self) -> Instances:
        """See `Stage.instances`."""
        instances = [each.instance for each in in_memory(self._runtime, self._live)]
        return {each.id: each for each in instances if each.hold is not None}

    def over(self) -> str | None:
        """See `Stage.over`."""
        instance = self._live.instance
        # It is in memory until its end is durable: if the store refuses that, it has not ended.
        ended = instance.over and self._runtime.live(self.id) is not self._live
        return instance.status.value if ended or self._live.doomed else None

    async def step(
        self, id: str, run: int, problem: Problem | None = None, output: tuple[JsonValue] | None = None
    ) -> None:
        """See `Stage.step`."""
        await self._tell(id, c.Step(at=self._runtime.clock.now(), run=run, problem=problem, output=output))

    async def edit(self, id: str, run: int, what: str, value: JsonValue) -> None:
        """See `Stage.edit`."""
        await self._tell(id, c.Edit(at=self._runtime.clock.now(), run=run, what=what, value=value))

    async def work(self) -> bool:
        """See `Stage.work`: an engine needs nobody for that."""
        return False

    async def past(self, id: str) -> Past:
        """See `Stage.past`."""
        return await self._travel.past(id)

    def texts(self) -> Mapping[str, str]:
        """See `Stage.texts`."""
        workflows = {self._live.plan.workflow, *(each.plan.workflow for each in self.instances().values())}
        return {name: each.text for each in self._runtime.library.all() if (name := workflow_of(each)) in workflows}

    async def leave(self, reason: str, *, release: bool) -> None:
        """See `Stage.leave`."""
        watchers = self._runtime.dispatch.watchers.get(self._live.number, [])
        if self.moved in watchers:
            watchers.remove(self.moved)
            if not watchers:
                del self._runtime.dispatch.watchers[self._live.number]
        if release and let_go(self._runtime, self._live, reason):
            try:
                await self._runtime.committer.request_write(_nothing)  # done when what came before it is
            except CounterpointError as error:
                _log.warning("instance %s, debugged no more, goes on once that can be written: %s", self.id, error)

    async def _tell(self, id: str, command: c.Command) -> None:
        live = self._runtime.live(id)
        if live is None:
            raise Conflict(f"instance {id} has ended")
        await self._runtime.committer.request(live, command)


def _nothing(batch: Batch) -> None:
    """What is written to learn that everything before it is."""


class TrialStage:
    """A trial: everything outside is mocked, and time stands still while it is stopped."""

    kind = "simulation"

    def __init__(self, trial: Trial, plan: Plan, input: JsonValue, texts: Mapping[str, str], owner: str) -> None:
        self._trial = trial
        self._world = trial.world
        self._texts = texts
        self._pasts: dict[str, tuple[Past, int]] = {}
        self._done = False
        self.moved = asyncio.Event()
        trial.begin(plan, input, owner)
        self.id = next(iter(self._world.actors))

    def instances(self) -> Instances:
        """See `Stage.instances`."""
        held = {id: each.instance for id, each in self._world.actors.items()}
        return {id: each for id, each in held.items() if each.hold is not None}

    def over(self) -> str | None:
        """See `Stage.over`."""
        instance = self._world.actors[self.id].instance
        if not (instance.over or self._done):
            return None
        return self._trial.halted or instance.status.value

    async def step(
        self, id: str, run: int, problem: Problem | None = None, output: tuple[JsonValue] | None = None
    ) -> None:
        """See `Stage.step`."""
        self._world.tell(id, c.Step(at=self._world.now, run=run, problem=problem, output=output))

    async def edit(self, id: str, run: int, what: str, value: JsonValue) -> None:
        """See `Stage.edit`."""
        self._world.tell(id, c.Edit(at=self._world.now, run=run, what=what, value=value))

    async def work(self) -> bool:
        """See `Stage.work`."""
        await asyncio.sleep(0)  # a trial that goes on for long must not keep others waiting
        self._world.settle()
        if next(points(self.instances()), None) is None:  # what is ready comes before anything takes time
            self._done = not self._trial.advance()
        return not self._done

    async def past(self, id: str) -> Past:
        """See `Stage.past`."""
        actor = self._world.actor(id)
        past, known = self._pasts.get(id, (None, 0))
        if past is None:
            tasks = TaskLog()
            past = Past(Timeline(actor.plan, actor.secrets, tasks.observe), tasks)
        past.timeline.extend(actor.history[known:])
        self._pasts[id] = (past, len(actor.history))
        return past

    def texts(self) -> Mapping[str, str]:
        """See `Stage.texts`."""
        return self._texts

    async def leave(self, reason: str, *, release: bool) -> None:
        """See `Stage.leave`: nobody waits for what a trial would do."""
        self._done = True

    def trace(self) -> Trace:
        """What has happened so far."""
        return self._trial.trace()
