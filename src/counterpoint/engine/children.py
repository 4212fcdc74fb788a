"""Sub-workflows: the effect `workflow` is another instance, and its end is the effect's outcome.

A child's id follows from its parent's (`{parent id}.{run}`, and `~2` on a second attempt), so it is found again after a
crash. Nobody waits
for it in the meantime: when an instance ends that has a parent, its parent is told.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, Protocol

from counterpoint.engine.labels import UNDOING, inherited, traced
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.engine.outcomes import trace_of, undoes
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, NotFound, StoreUnavailable, Withdrawn
from counterpoint.kernel import Instance
from counterpoint.kernel.commands import Cancel, Command, Compensate, EffectCompleted, EffectFailed, Terminate
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.state import INTERRUPT, INVOKE, Status
from counterpoint.kernel.undoing import due
from counterpoint.plan.model import UNDO_WORKFLOW
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import InstanceRow, StoredDefinition
from counterpoint.ports.telemetry import Observer
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome, Problem
from counterpoint.values.versions import LATEST

_RETRY_MS: Final = 1_000
_log = logging.getLogger("counterpoint.engine")

_UNFOUND: Final = (NotFound, Withdrawn, InvalidInput)
"""What a definition that cannot be started is refused with."""

_UNDOABLE: Final = frozenset({Status.COMPLETED, Status.FAULTED})
"""How a child may have ended that its parent has undone; one that was abandoned is left as it is."""


def child_id(parent: str, run: int, attempt: int) -> str:
    """The id of the sub-workflow that an attempt of a task run awaits."""
    return f"{parent}.{run}" if attempt == 1 else f"{parent}.{run}~{attempt}"


class Nursery(Protocol):
    """What the engine offers for children."""

    def definition(self, reference: str) -> StoredDefinition:
        """A published definition that is to be started. Raises NotFound, Withdrawn."""

    def live(self, id: str) -> Live | None:
        """An instance that is in memory."""

    async def find(self, id: str) -> Live:
        """An instance that has not ended, brought into memory. Raises NotFound, Conflict."""

    async def row(self, id: str) -> InstanceRow | None:
        """The row of any instance."""

    async def ended(self, row: InstanceRow) -> Instance:
        """The state of an instance that is not in memory."""

    async def reopen(self, row: InstanceRow) -> Live:
        """An instance that has ended, brought into memory once more to undo it."""

    async def begin(
        self,
        definition: StoredDefinition,
        id: str,
        input: JsonValue,
        parent: str | None,
        depth: int,
        labels: Mapping[str, str],
    ) -> None:
        """Have an instance started, on the engine's own account."""

    def submit(self, live: Live, command: Command) -> None:
        """Have a command decided."""

    def spawn(self, work: Awaitable[None]) -> None:
        """Do this beside everything else."""

    async def pause(self, duration_ms: int) -> None:
        """For what was spawned: wait, as one who has nothing to do."""


class Children:
    """See the module's docstring."""

    def __init__(self, nursery: Nursery, clock: Clock, limits: EngineLimits, observer: Observer | None = None) -> None:
        self._nursery = nursery
        self._observer = observer
        self._clock = clock
        self._depth_max = limits.depth_max
        self._awaited: dict[tuple[int, int], str] = {}
        self._undone: dict[str, tuple[Live, Invoke]] = {}
        """Who waits, with which effect, until this child is undone."""

    def owe(self, live: Live, effect: Invoke) -> None:
        """An instance owes a sub-workflow: start it, or find it where it was started before; or its undo."""
        work = self._undo if effect.function == UNDO_WORKFLOW else self._owe
        self._spawn(partial(work, live, effect))

    def interrupt(self, live: Live, run: int) -> None:
        """The parent is being undone and waits for the child to undo itself first."""
        settling = live.instance.settling.get(run)
        if settling is not None:
            self._spawn(partial(self._cancel, child_id(live.instance.id, run, settling.attempt)))

    def drop(self, live: Live, run: int) -> None:
        """The parent goes on without it: cancel the child, which then undoes what it did.

        One whose parent was terminated is terminated, too, even while it is undone.
        """
        if not (self._awaited or self._undone):
            return
        forced = live.instance.terminated
        ids = [self._awaited.pop((live.number, run), None)]
        if forced:
            waits = [id for id, (parent, effect) in self._undone.items() if parent is live and effect.run == run]
            ids += waits
            for each in waits:
                del self._undone[each]
        for id in ids:
            if id is not None:
                self._spawn(partial(self._cancel, id, forced=forced))

    def ended(self, instance: Instance) -> None:
        """Tell the parent of an instance that has ended."""
        assert instance.parent is not None
        live, effect = self._undone.pop(instance.id, (None, None))
        if live is not None and effect is not None:
            self._submit(live, effect, self._undo_outcome(effect, instance))
        parent, run = self._locate(instance.parent)
        if parent is not None:
            self._nursery.submit(parent, self._outcome(run, instance))

    def adopt(self, id: str, parent: str) -> None:
        """At start-up, with all parents in memory: a child whose parent does not wait for it any more is cancelled."""
        live, run = self._locate(parent)
        if live is None or (run, INVOKE) not in live.instance.owed:
            self._spawn(partial(self._orphaned, id, parent.rpartition("#")[0]))

    def refused(self, parent: str, problem: Problem) -> None:
        """A child could not even be started."""
        live, run = self._locate(parent)
        if live is not None:
            self._awaited.pop((live.number, run), None)
            self._nursery.submit(live, self._failed(run, problem, Outcome.NONE))

    def _spawn(self, work: Callable[[], Awaitable[None]]) -> None:
        self._nursery.spawn(self._until_read(work))

    async def _until_read(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it again for as long as the store cannot be read: nobody else would."""
        while True:
            try:
                await work()
            except StoreUnavailable as error:
                _log.warning("a sub-workflow waits for the store: %s", error)
                await self._nursery.pause(_RETRY_MS)
            else:
                return

    async def _orphaned(self, id: str, parent: str) -> None:
        row = await self._nursery.row(parent)
        ended = row is not None and row.ended_at is not None
        forced = row is not None and ended and (await self._nursery.ended(row)).terminated
        await self._cancel(id, forced=forced)

    async def _cancel(self, id: str, *, forced: bool = False) -> None:
        try:
            child = await self._nursery.find(id)
        except (Conflict, NotFound):
            return  # it has ended, or was never started
        at = self._clock.now()
        if forced:
            self._nursery.submit(child, Terminate(at=at, reason="its parent was terminated"))
        else:
            self._nursery.submit(child, Cancel(at=at, reason="its parent went on without it"))

    async def _owe(self, live: Live, effect: Invoke) -> None:
        arguments: JsonObject = effect.arguments
        id = child_id(live.instance.id, effect.run, effect.attempt)
        awaits = arguments.get("await", True)
        parent = f"{live.instance.id}#{effect.run}" if awaits else None
        if live.instance.owed.get((effect.run, INVOKE)) is not effect:
            return
        if awaits:
            self._awaited[live.number, effect.run] = id
        try:
            if (effect.run, INTERRUPT) in live.instance.owed and await self._nursery.row(id) is None:
                problem = Problem.standard("runtime", f"sub-workflow {id} was cancelled before it started")
                self._submit(live, effect, self._failed(effect.run, problem, Outcome.NONE))
            elif self._nursery.live(id) is None and not await self._answered(live, effect, id, parent):
                await self._begin(live, effect, id, parent)
                if awaits and live.instance.owed.get((effect.run, INVOKE)) is not effect:
                    self._spawn(partial(self._cancel, id))
        except StoreUnavailable:
            raise
        except CounterpointError as error:
            self._awaited.pop((live.number, effect.run), None)
            kind = "configuration" if isinstance(error, _UNFOUND) else "runtime"
            problem = Problem.standard(kind, error.message)
            self._submit(live, effect, self._failed(effect.run, problem.at(effect.reference), Outcome.NONE))
            return
        if not awaits:
            self._submit(live, effect, EffectCompleted(at=self._clock.now(), run=effect.run, output=effect.input))

    async def _undo(self, live: Live, effect: Invoke) -> None:
        arguments: JsonObject = effect.arguments
        id = child_id(live.instance.id, arguments["run"], arguments["tries"])
        if live.instance.owed.get((effect.run, INVOKE)) is not effect:
            return
        try:
            await self._undo_child(live, effect, id)
        except StoreUnavailable:
            raise
        except CounterpointError as error:
            self._undone.pop(id, None)
            problem = Problem.standard("runtime", error.message)
            self._submit(live, effect, self._failed(effect.run, problem.at(effect.reference), Outcome.UNKNOWN))

    async def _undo_child(self, live: Live, effect: Invoke, id: str) -> None:
        arguments: JsonObject = effect.arguments
        row = await self._nursery.row(id)
        if row is not None and row.ended_at is None:  # it is being undone since before a crash, or still runs
            self._undone[id] = live, effect
            await self._cancel(id)
            return
        state = None if row is None else await self._nursery.ended(row)
        if row is None or state is None or not (due(state, 0) and state.ended in _UNDOABLE):
            self._submit(live, effect, EffectCompleted(at=self._clock.now(), run=effect.run))
            return
        self._undone[id] = live, effect
        child = await self._nursery.reopen(row)
        self._nursery.submit(child, Compensate(at=self._clock.now(), trigger=arguments["trigger"], by_parent=True))

    async def _answered(self, live: Live, effect: Invoke, id: str, parent: str | None) -> bool:
        """Whether the child exists; if it has ended, its parent is told."""
        row = await self._nursery.row(id)
        if row is None:
            return False
        if row.parent != parent:
            raise CounterpointError(f"the id {id!r} of the sub-workflow is taken by another instance")
        if parent is not None and row.ended_at is not None:
            self._submit(live, effect, self._outcome(effect.run, await self._nursery.ended(row)))
        return True

    async def _begin(self, live: Live, effect: Invoke, id: str, parent: str | None) -> None:
        depth = live.instance.depth + 1
        if depth > self._depth_max:
            raise CounterpointError(f"sub-workflows are nested deeper than depth_max of {self._depth_max}")
        arguments: JsonObject = effect.arguments
        wanted = arguments.get("version", LATEST)
        definition = self._nursery.definition(f"{arguments['namespace']}/{arguments['name']}:{wanted}")
        input = arguments.get("input", effect.input)
        trace = trace_of(live, effect, self._observer)
        labels = inherited(live.instance) | ({} if trace is None else traced(trace))
        if undoes(live.instance, effect):
            labels[UNDOING] = labels.get(UNDOING, effect.key)
        await self._nursery.begin(definition, id, input, parent, depth, labels)

    def _submit(self, live: Live, effect: Invoke, command: Command) -> None:
        if live.instance.owed.get((effect.run, INVOKE)) is effect:
            self._nursery.submit(live, command)

    def _outcome(self, run: int, child: Instance) -> Command:
        if child.status is Status.COMPLETED:
            undoable = bool(due(child, 0))
            return EffectCompleted(at=self._clock.now(), run=run, output=child.output, undoable=undoable)
        outcome = Outcome.UNKNOWN if due(child, 0) else Outcome.NONE
        if child.error is not None:
            return self._failed(run, Problem.from_json(child.error), outcome)
        reason = f": {child.reason}" if child.reason else ""
        return self._failed(run, Problem.standard("runtime", f"sub-workflow {child.id} was cancelled{reason}"), outcome)

    def _undo_outcome(self, effect: Invoke, child: Instance) -> Command:
        if not due(child, 0):
            return EffectCompleted(at=self._clock.now(), run=effect.run)
        problem = Problem.standard("runtime", f"sub-workflow {child.id} was not undone wholly")
        return self._failed(effect.run, problem, Outcome.UNKNOWN)

    def _failed(self, run: int, problem: Problem, outcome: Outcome) -> EffectFailed:
        return EffectFailed(at=self._clock.now(), run=run, problem=problem, outcome=outcome)

    def _locate(self, parent: str) -> tuple[Live | None, int]:
        id, _, run = parent.rpartition("#")
        return self._nursery.live(id), int(run)
