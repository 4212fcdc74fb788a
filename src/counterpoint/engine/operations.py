"""Operations: what people ask of instances, whether they hold the engine or post to its inbox."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final, TypeAlias

from counterpoint.engine.archive import Archive
from counterpoint.engine.labels import TRACE, traced
from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.live import Live
from counterpoint.engine.population import Population
from counterpoint.errors import Conflict, CounterpointError, InputRefused, InvalidInput, NotFound, Outdated
from counterpoint.kernel import Instance
from counterpoint.kernel.commands import (
    Cancel,
    Command,
    Compensate,
    EventArrived,
    Resolve,
    Resume,
    Retry,
    Start,
    Suspend,
    Terminate,
)
from counterpoint.kernel.state import Status
from counterpoint.kernel.undoing import due
from counterpoint.plan import Plan
from counterpoint.plan.model import Task
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Store, StoredDefinition
from counterpoint.ports.telemetry import CALLER
from counterpoint.values.json import JsonObject, JsonValue

ID_CHARS_MAX: Final = 200
_NO_IDS: Final = frozenset((".", "..", "counts"))
"""Steps of a path, and what stands beside the ids in the addresses of the HTTP API."""

ACTIONS: Final = ("retry", "skip", "done")
"""Ways to resolve an incident (saga.md, section 2)."""

Given: TypeAlias = tuple[JsonValue] | None
"""A value that was given, in a tuple, or None."""


class Operations:
    """Prepares commands: finds the instance, refuses what its state forbids. The caller has them decided."""

    def __init__(
        self,
        store: Store,
        population: Population,
        library: Library,
        archive: Archive,
        clock: Clock,
        seed: int | None = None,
    ) -> None:
        """`seed` is that of the ids and seeds that instances get; one of the machine's where none is given."""
        self._store = store
        self._archive = archive
        self._population = population
        self._library = library
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 (ids must be unique, not secret)
        self._next_number = 1

    def number_from(self, next_number: int) -> None:
        """The first instance number that is free."""
        self._next_number = next_number

    async def start(
        self,
        definition: StoredDefinition,
        input: JsonValue,
        id: str | None = None,
        parent: str | None = None,
        depth: int = 0,
        labels: Mapping[str, str] | None = None,
        *,
        asked: bool = True,
    ) -> tuple[Live, Start]:
        """A new instance; `asked`: by somebody who is told where there is no room for one more at work, or where the
        workflow's schema does not take the input. With nobody to tell (an event, a schedule) it faults in its history.

        Raises Conflict where the id is taken, InvalidInput for one that cannot be an id, InputRefused, Withdrawn for a
        version that may not be started, LimitExceeded.
        """
        workflow = workflow_of(definition)
        plan = self._library.ready(workflow) or await self._library.plan(workflow)
        if asked:
            _refuse_input(workflow, plan, input)
        id, live = await self.create(definition, plan, id, bounded=asked)
        return live, self._command(id, input, labels, parent, depth)

    def start_at_once(
        self, definition: StoredDefinition, input: JsonValue, labels: Mapping[str, str]
    ) -> tuple[Live, Start] | None:
        """As `start`, for somebody who asks and gives no id; None where something has to be read first."""
        workflow = workflow_of(definition)
        plan = self._library.ready(workflow)
        if plan is None:
            return None
        _refuse_input(workflow, plan, input)
        id, live = self._created(definition, plan, self._new_id(), bounded=True)
        return live, self._command(id, input, labels)

    def _command(
        self,
        id: str,
        input: JsonValue,
        labels: Mapping[str, str] | None,
        parent: str | None = None,
        depth: int = 0,
    ) -> Start:
        seed = self._random.getrandbits(48)
        kept = dict(labels) if labels else {}
        caller = CALLER.get()
        if caller is not None and parent is None and TRACE not in kept:
            kept |= traced(caller)
        at = self._clock.now()
        return Start(at=at, id=id, input=input, seed=seed, parent=parent, depth=depth, labels=kept or None)

    async def create(
        self, definition: StoredDefinition, plan: Plan, id: str | None, *, bounded: bool = True
    ) -> tuple[str, Live]:
        """An instance that is to be stored for the first time, and its id. Raises as `start`."""
        if id is None:
            id = self._new_id()
        else:
            await self._refuse_taken(id)
        return self._created(definition, plan, id, bounded=bounded)

    def _created(self, definition: StoredDefinition, plan: Plan, id: str, *, bounded: bool) -> tuple[str, Live]:
        """Nothing was awaited since it was known that the id is free."""
        self._library.registry.admit(definition, self._clock.now())
        number = self._next_number
        self._next_number += 1
        return id, self._population.create(number, id, definition, plan, bounded=bounded)

    async def cancel(self, id: str, reason: str | None, abandon: bool) -> tuple[Live, Command]:
        """Raises NotFound, Conflict (it has ended)."""
        return await self.find(id), Cancel(at=self._clock.now(), reason=reason, abandon=abandon)

    async def terminate(self, id: str, reason: str | None) -> tuple[Live, Command]:
        """Raises NotFound, Conflict (it has ended)."""
        return await self.find(id), Terminate(at=self._clock.now(), reason=reason)

    async def suspend(self, id: str, reason: str | None) -> tuple[Live, Command]:
        """Raises NotFound, Conflict (it has ended, or is suspended already)."""
        live = await self.find(id)
        if live.instance.suspended:
            raise Conflict(f"instance {id} is suspended already")
        return live, Suspend(at=self._clock.now(), reason=reason)

    async def resume(self, id: str, reason: str | None) -> tuple[Live, Command]:
        """Raises NotFound, Conflict (it has ended, or was not suspended by an operator)."""
        live = await self.find(id)
        if not live.instance.suspended:
            hint = "; it waits because of an incident: retry it" if _incidents(live.instance) else ""
            raise Conflict(f"instance {id} is not suspended by an operator{hint}")
        return live, Resume(at=self._clock.now(), reason=reason)

    async def retry(self, id: str, run: int | None, reason: str | None = None) -> tuple[Live, Command]:
        """Raises NotFound, Conflict (it has ended, or has no such incident)."""
        live = await self.find(id)
        open_incidents = _incidents(live.instance)
        if not open_incidents or (run is not None and run not in open_incidents):
            raise Conflict(f"instance {id} has no open incident{'' if run is None else f' {run}'}: nothing to retry")
        return live, Retry(at=self._clock.now(), run=run, reason=reason)

    async def resolve(self, id: str, run: int, action: str, reason: str | None, input: Given) -> tuple[Live, Command]:
        """Decide about an incident. Raises NotFound, Conflict (no such incident), InvalidInput (no such action), and
        InputRefused for an input that the task's schema does not take."""
        if action not in ACTIONS:
            raise InvalidInput(f"{action!r} is no way to resolve an incident: {', '.join(ACTIONS)}")
        if action != "retry" and not (reason or "").strip():
            raise InvalidInput(f"to {action} an incident needs a reason: it stays in the history")
        live, _ = await self.retry(id, run)
        if action == "retry" and input is not None and run in live.instance.stuck:
            _refuse_edited(live.instance.runs[run].task, input[0])
        command = Resolve(at=self._clock.now(), run=run, action=action, reason=reason, input=input)
        return live, command

    async def compensate(self, id: str, reason: str | None, expected: int | None = None) -> tuple[Live, Command]:
        """Undo what an instance did, also late, within `compensableFor`. Raises NotFound, Conflict, Outdated.

        One that has ended comes back for it. `put_back` it where nothing comes of the command.
        """
        command = Compensate(at=self._clock.now(), reason=reason)
        row = await self._store.find(id)
        if row is None or row.ended_at is None:
            return await self.find(id), command
        folded = await self._archive.fold(row)
        instance, window = folded.instance, folded.plan.saga.compensable_for
        if instance.ended is not Status.COMPLETED or not due(instance, 0):
            raise Conflict(f"instance {id} has ended already ({row.status}) and has nothing left to undo")
        if window is None or command.at > (instance.ended_at or 0) + window:
            allowed = "declares no compensableFor" if window is None else "ended too long ago for its compensableFor"
            raise Conflict(f"instance {id} has completed and {allowed}: it can no longer be undone")
        if expected is not None and instance.sequence != expected:
            raise _outdated(instance, expected)
        return self._population.reopen(row, folded), command

    def put_back(self, live: Live) -> None:
        """A command was refused: what had come back into memory only for it leaves again."""
        if live.reopened and live.instance.over and not live.pins and not live.touched:
            self._population.forget(live, live.instance.id)

    async def signal(self, id: str, event: JsonObject) -> tuple[Live, Command]:
        """Hand a CloudEvent to this instance alone. Raises NotFound, Conflict (it has ended)."""
        return await self.find(id), EventArrived(at=self._clock.now(), event=event)

    async def find(self, id: str) -> Live:
        """An instance that has not ended. Raises NotFound, Conflict where it has."""
        live = self._population.by_id(id)
        if live is None:
            row = await self._store.find(id)
            if row is None:
                raise NotFound(f"there is no instance {id!r}")
            if row.ended_at is None and not self._population.is_away(row.number):
                # It waits for a person alone, so that start-up had no reason to learn of it.
                self._population.send_away(row.number)
            live = await self._population.get(row.number)
            if live is None:
                raise Conflict(f"instance {id} has ended already ({row.status})")
        if live.doomed:
            raise CounterpointError(f"instance {id} cannot go on because of an internal error; see the log")
        return live

    def forget(self, live: Live, id: str) -> None:
        """What `create` made is not wanted after all."""
        self._population.forget(live, id)

    def is_live(self, id: str) -> bool:
        """Whether this instance is in memory: started, or about to be."""
        return self._population.by_id(id) is not None

    async def _refuse_taken(self, id: str) -> None:
        if not id or len(id) > ID_CHARS_MAX or not id.isprintable() or "#" in id:
            raise InvalidInput(f"{id[:50]!r} cannot be an id: 1 to {ID_CHARS_MAX} printable characters other than #")
        if id in _NO_IDS:
            raise InvalidInput(f"{id!r} cannot be an id: in an address it would lead elsewhere; choose another")
        if await self._store.find(id) is not None or self._population.by_id(id) is not None:
            raise Conflict(f"the id {id!r} is taken by another instance")

    def _new_id(self) -> str:
        # Ids that grow with time are stored close to each other.
        return f"{self._clock.now():012x}{self._random.getrandbits(64):016x}"


def _refuse_input(workflow: str, plan: Plan, input: JsonValue) -> None:
    if plan.input_schema is not None and not plan.input_schema.valid(input):
        raise InputRefused(workflow, plan.input_schema.faults(input))


def _refuse_edited(task: Task, input: JsonValue) -> None:
    """A schema is about what flows into a task. Where the task makes something else of that, it says nothing of it."""
    schema = task.input_schema
    if schema is not None and task.input_from is None and not schema.valid(input):
        raise InputRefused(f"`{task.name}`", schema.faults(input))


def _incidents(instance: Instance) -> set[int]:
    return {*instance.stuck, *instance.blocked}


def refuse_moved(live: Live, expected: int | None) -> None:
    """Raises Outdated where the instance has made another number of transitions than `expected`, or is about to move.

    What is submitted without a pause after this is decided next.
    """
    if expected is None or (live.instance.sequence == expected and not live.pins):
        return
    raise _outdated(live.instance, expected, " and is about to make another" if live.pins else "")


def _outdated(instance: Instance, expected: int, about: str = "") -> Outdated:
    return Outdated(
        f"instance {instance.id} has moved on: it has made {instance.sequence} transitions by now, not "
        f"{expected}{about}; look at it again"
    )
