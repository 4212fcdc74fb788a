"""Debug sessions on a running engine: who debugs what, within limits, and that nobody is held for ever.

A session belongs to its engine: it ends with it. An engine that finds an instance held in its store, because the one
before it was killed, lets it go on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from typing import Final

import msgspec

from counterpoint.application.debugging.breakpoints import Breakpoints
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.stages import LiveStage, Stage, TrialStage
from counterpoint.application.instances import Instances, checked_json
from counterpoint.application.supposing import Supposed
from counterpoint.application.travelling import Travel
from counterpoint.engine.live import Live
from counterpoint.engine.registry import may_mean
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, LimitExceeded, NotFound
from counterpoint.expressions import Compiler
from counterpoint.kernel.commands import Hold
from counterpoint.plan import Plan
from counterpoint.plan.model import RunTask
from counterpoint.scenarios import Mocks
from counterpoint.trial import Trial, World
from counterpoint.values.json import JsonValue
from counterpoint.values.versions import LATEST

OWNER_CHARS_MAX: Final = 200
STOPPING: Final = "the engine stops: debug sessions end with it"


class DebugLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much debugging an engine takes on."""

    sessions_max: int = 32
    """Sessions that are open at the same time; as many that have ended are remembered."""
    breakpoints_max: int = 100
    """Breakpoints of one session."""
    lease_ms_max: int = 60 * 60 * 1000
    """How long a session may live without a sign of its owner, in milliseconds."""
    lease_ms: int = 60_000
    """How long it does where nothing is said."""


class Breaks(msgspec.Struct, frozen=True, kw_only=True):
    """A breakpoint that is asked for: see `Breakpoint`."""

    on: str = "task"
    task: str | None = None
    condition: str | None = None


class DebugSessions:
    """The sessions of one engine."""

    def __init__(
        self,
        runtime: Runtime,
        instances: Instances,
        travel: Travel,
        compiler: Compiler,
        limits: DebugLimits | None = None,
    ) -> None:
        self._runtime = runtime
        self._instances = instances
        self._travel = travel
        self._compiler = compiler
        self.limits = limits or DebugLimits()
        self._sessions: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()
        runtime.dispatch.held = self._moved

    def all(self) -> list[Session]:
        """The sessions, the oldest first; some that have ended among them."""
        return list(self._sessions.values())

    def find(self, id: str) -> Session:
        """Raises NotFound."""
        session = self._sessions.get(id)
        if session is None:
            raise NotFound(f"there is no debug session {id!r}; sessions end with their engine")
        return session

    async def attach(
        self,
        instance: str,
        owner: str,
        *,
        lease_ms: int | None = None,
        breakpoints: Iterable[Breaks] = (),
        stop_on_entry: bool = True,
        takeover: bool = False,
    ) -> Session:
        """Debug an instance that runs or waits. It is held on return.

        Raises NotFound, Conflict (it has ended, or somebody else debugs it and `takeover` is not asked for),
        InvalidInput, LimitExceeded.
        """
        async with self._opening:
            return await self._attach(
                instance, owner, self._lease(lease_ms), breakpoints, stop_on_entry=stop_on_entry, takeover=takeover
            )

    async def _attach(
        self,
        instance: str,
        owner: str,
        lease_ms: int,
        breakpoints: Iterable[Breaks],
        *,
        stop_on_entry: bool,
        takeover: bool,
    ) -> Session:
        _check_owner(owner)
        live = await self._runtime.operations.find(instance)
        before = self._of(instance)
        if before is not None and not takeover:
            debugged = f"instance {instance} is being debugged by {before.owner} (session {before.id})"
            raise Conflict(f"{debugged}; ask for a takeover to debug it instead")
        if before is None:
            self._refuse_too_many()
        elif before.stage.id != instance:
            raise Conflict(f"{before.owner} debugs instance {before.stage.id}, which awaits {instance}: take over that")
        points = self._breakpoints([live.plan, *self._below(live.plan)], breakpoints)
        stage = LiveStage(self._runtime, self._travel, live)
        if before is not None:  # not for a moment is it held by nobody
            await before.end(f"{owner} has taken it over", release=False)
        try:
            for id in [instance, *stage.instances()]:
                held = self._runtime.live(id)
                if held is not None:
                    await self._runtime.committer.request(held, Hold(at=self._runtime.clock.now(), owner=owner))
        except CounterpointError:
            await stage.leave("it could not be held", release=False)
            raise
        return self._open(owner, stage, points, lease_ms, stop_on_entry=stop_on_entry)

    async def start(
        self,
        definition: str,
        input: JsonValue,
        owner: str,
        *,
        id: str | None = None,
        lease_ms: int | None = None,
        breakpoints: Iterable[Breaks] = (),
        stop_on_entry: bool = True,
    ) -> Session:
        """Start an instance that is held at its first task. Raises what `Instances.start` and `attach` raise."""
        lease_ms = self._lease(lease_ms)
        _check_owner(owner)
        self._refuse_too_many()
        stored = self._runtime.library.to_start(definition)
        plan = await self._runtime.library.plan(f"{stored.namespace}/{stored.name}:{stored.version}")
        points = self._breakpoints([plan, *self._below(plan)], breakpoints)
        live, start = await self._instances.prepare(stored, input, id)
        await self._instances.submit(live, msgspec.structs.replace(start, hold=owner))
        stage = LiveStage(self._runtime, self._travel, live)
        return self._open(owner, stage, points, lease_ms, stop_on_entry=stop_on_entry)

    def simulate(
        self,
        supposed: Supposed,
        owner: str,
        *,
        lease_ms: int | None = None,
        breakpoints: Iterable[Breaks] = (),
        stop_on_entry: bool = True,
    ) -> Session:
        """Debug a trial of a document. Raises InvalidInput, LimitExceeded."""
        lease_ms = self._lease(lease_ms)
        _check_owner(owner)
        self._refuse_too_many()
        points = self._breakpoints(supposed.library.plans(), breakpoints)
        return self._open(owner, trial_stage(supposed, owner), points, lease_ms, stop_on_entry=stop_on_entry)

    def lease(self, session: Session, lease_ms: int | None) -> None:
        """A sign of a session's owner. Raises Conflict where it has ended, InvalidInput."""
        if session.ended is not None:
            raise Conflict(f"the debug session has ended: {session.ended}")
        session.renew(None if lease_ms is None else self._lease(lease_ms))

    async def close(self) -> None:
        """End all sessions: what they hold goes on, with this engine or with the next."""
        for session in list(self._sessions.values()):
            if session.ended is None:
                await session.end(STOPPING)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _open(
        self, owner: str, stage: Stage, breakpoints: Breakpoints, lease_ms: int, *, stop_on_entry: bool
    ) -> Session:
        clock = self._runtime.clock
        id = secrets.token_hex(8)
        session = Session(id, owner, stage, breakpoints, clock, lease_ms=lease_ms, stop_on_entry=stop_on_entry)
        ended = [each for each in self._sessions.values() if each.ended is not None]
        for each in ended[: max(0, len(ended) - self.limits.sessions_max)]:
            del self._sessions[each.id]
        self._sessions[id] = session
        task = asyncio.create_task(session.run(), name="counterpoint-debug")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session

    def _moved(self, live: Live) -> None:
        """An instance that is held has moved: whoever debugs it, or an instance around it, looks again."""
        id = live.instance.id
        for session in self._sessions.values():
            if session.ended is None and (session.stage.id == id or id.startswith(f"{session.stage.id}.")):
                session.stage.moved.set()

    def _of(self, instance: str) -> Session | None:
        """Who debugs an instance, or one around it."""
        for session in self._sessions.values():
            stage = session.stage
            held = session.ended is None and stage.kind == LiveStage.kind
            if held and (instance == stage.id or instance in stage.instances()):
                return session
        return None

    def _below(self, plan: Plan) -> list[Plan]:
        """The workflows that it may run, and those that these may, as far as they are compiled: their tasks may be
        named too."""
        compiled, found = self._runtime.library.compiled(), [plan]
        for caller in found:  # which grows meanwhile
            for workflow in _run_by(caller):
                found += [each for each in compiled if each not in found and may_mean(workflow, each.workflow)]
        return found[1:]

    def _breakpoints(self, plans: list[Plan], wanted: Iterable[Breaks]) -> Breakpoints:
        found = Breakpoints(plans, self._compiler, self.limits.breakpoints_max)
        for each in wanted:
            found.add(each.on, each.task, each.condition)
        return found

    def _lease(self, lease_ms: int | None) -> int:
        if lease_ms is None:
            return min(self.limits.lease_ms, self.limits.lease_ms_max)
        if not 1 <= lease_ms <= self.limits.lease_ms_max:
            raise InvalidInput(f"a lease lasts 1 to {self.limits.lease_ms_max:,} ms (lease_ms_max), not {lease_ms:,}")
        return lease_ms

    def _refuse_too_many(self) -> None:
        if sum(each.ended is None for each in self._sessions.values()) >= self.limits.sessions_max:
            raise LimitExceeded("sessions_max", self.limits.sessions_max, hint="close one, or wait for a lease to end")


def _run_by(plan: Plan) -> set[str]:
    """`namespace/name:RANGE` of the workflows that a workflow runs."""
    found = set()
    for task in plan.tasks:
        if isinstance(task, RunTask) and task.function == "workflow":
            run = task.definition["run"]["workflow"]
            found.add(f"{run['namespace']}/{run['name']}:{run.get('version', LATEST)}")
    return found


def trial_stage(supposed: Supposed, owner: str) -> TrialStage:
    """The stage of a trial of a document, with the answers, faults and events that were supposed."""
    scenario = supposed.scenario
    world = World(supposed.library, secrets=scenario.secrets, now=scenario.now)
    trial = Trial(world, Mocks(scenario, supposed.contracts), scenario.actions)
    return TrialStage(trial, supposed.plan, checked_json(scenario.input), supposed.texts, owner)


def _check_owner(owner: str) -> None:
    if not owner or len(owner) > OWNER_CHARS_MAX or not owner.isprintable():
        raise InvalidInput(f"the owner of a debug session is a name of 1 to {OWNER_CHARS_MAX} printable characters")
