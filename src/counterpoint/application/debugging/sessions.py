"""Debug sessions on a running engine: who debugs what, within limits, and that nobody is held for ever.

A session belongs to its engine: it ends with it. An engine that finds an instance held in its store, because the one
before it was killed, lets it go on. And whatever moves while it is held and nobody steps it is let go: a sub-workflow
that is awaited no more, or one that began as its session ended.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from counterpoint.application.debugging.breakpoints import Breakpoints
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.stages import LiveStage, Stage, TrialStage
from counterpoint.application.debugging.trees import brought, hold, in_memory, let_go
from counterpoint.application.instances import Instances, checked_json
from counterpoint.application.supposing import Supposed
from counterpoint.application.travelling import Travel
from counterpoint.engine.live import Live
from counterpoint.engine.registry import may_mean
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, InvalidInput, LimitExceeded, NotFound
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan
from counterpoint.plan.model import RunTask
from counterpoint.scenarios import Mocks
from counterpoint.trial import Trial, World
from counterpoint.values.json import JsonValue
from counterpoint.values.versions import LATEST

OWNER_CHARS_MAX: Final = 200
STOPPING: Final = "the engine stops: debug sessions end with it"
LEFT: Final = "nobody debugs it any more"


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
        self._opened: str | None = None
        """The instance that is being held for a session that is not there yet."""
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
        """Debug an instance that runs or waits. It is held on return, and so are the sub-workflows that it awaits.

        Raises NotFound, Conflict (it has ended, or somebody else debugs it or one of these and `takeover` is not asked
        for), InvalidInput, LimitExceeded, StoreError.
        """
        lease_ms = self._lease(lease_ms)
        _check_owner(owner)
        async with self._opening:
            plans = [each.plan async for each in brought(self._runtime, instance)]
            live = await self._runtime.find(instance)
            before = self._taken_over(live, takeover=takeover)
            if not before:
                self._refuse_too_many()
            points = self._breakpoints(self._with_below(plans), breakpoints)
            with self._held_for_a_session(instance):
                for each in before:  # not for a moment is it held by nobody
                    await each.end(f"{owner} has taken it over", release=False)
                stage = LiveStage(self._runtime, self._travel, await hold(self._runtime, instance, owner))
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
        async with self._opening:
            self._refuse_too_many()
            stored = self._runtime.library.to_start(definition)
            plan = await self._runtime.library.plan(f"{stored.namespace}/{stored.name}:{stored.version}")
            points = self._breakpoints(self._with_below([plan]), breakpoints)
            live, start = await self._instances.prepare(stored, input, id)
            with self._held_for_a_session(start.id):
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

    @contextmanager
    def _held_for_a_session(self, id: str) -> Iterator[None]:
        """Within, an instance is held and gets its session. If it gets none, it is let go: also where whoever has asked
        is gone, and asks no more."""
        self._opened = id
        try:
            yield
        except BaseException:
            live = self._runtime.live(id)
            if live is not None:
                let_go(self._runtime, live, "it could not be held")
            raise
        finally:
            self._opened = None

    def _moved(self, live: Live) -> None:
        """An instance that is held has moved: whoever debugs it, or an instance around it, looks again."""
        session = self._of(live)
        opened = None if self._opened is None else self._runtime.live(self._opened)
        if session is not None:
            session.stage.moved.set()
        elif opened is None or live not in in_memory(self._runtime, opened):
            let_go(self._runtime, live, LEFT)

    def _taken_over(self, live: Live, *, takeover: bool) -> list[Session]:
        """Who debugs an instance, or sub-workflows that it awaits: these sessions end where somebody else debugs it.

        Raises Conflict where no `takeover` is asked for, or where an instance around it is debugged.
        """
        id, around = live.instance.id, self._of(live)
        if around is not None and takeover and around.stage.id != id:
            raise Conflict(f"{around.owner} debugs instance {around.stage.id}, which awaits {id}: take over that")
        awaited = {each.instance.id for each in in_memory(self._runtime, live)}
        found = [around] if around is not None else [each for each in self._on_engine() if each.stage.id in awaited]
        if found and not takeover:
            which = id if around is not None else f"{found[0].stage.id}, which {id} awaits,"
            debugged = f"instance {which} is being debugged by {found[0].owner} (session {found[0].id})"
            raise Conflict(f"{debugged}; ask for a takeover to debug it instead")
        return found

    def _of(self, live: Live) -> Session | None:
        """Who debugs an instance, or one around it."""
        id = live.instance.id
        debugging = (each for each in self._on_engine() if id == each.stage.id or id in each.stage.instances())
        return next(debugging, None)

    def _on_engine(self) -> list[Session]:
        """The sessions that hold instances."""
        return [each for each in self._sessions.values() if each.ended is None and each.stage.kind == LiveStage.kind]

    def _with_below(self, plans: list[Plan]) -> list[Plan]:
        """Workflows, those that they may run, and those that these may, as far as they are compiled: their tasks may be
        named too."""
        compiled, found = self._runtime.library.compiled(), list(dict.fromkeys(plans))
        for caller in found:  # which grows meanwhile
            for workflow in _run_by(caller):
                found += [each for each in compiled if each not in found and may_mean(workflow, each.workflow)]
        return found

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
