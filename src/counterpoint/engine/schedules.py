"""Schedules: workflows that start by themselves (dsl-reference, Schedule). Active once `activate` was called.

Of each workflow the version counts that its name alone means, while that may be started. What a schedule remembers is
stored with the starts that follow from it. The id of a started instance follows from the time or the events that caused
it, so that nothing starts twice. Times missed while no engine ran start one instance, late.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from hashlib import blake2b
from typing import Final

import msgspec

from counterpoint.engine.committer import Committer
from counterpoint.engine.cron import next_time
from counterpoint.engine.labels import caused_by, of_event
from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.limits import EventLimits
from counterpoint.engine.operations import Operations
from counterpoint.engine.population import Population
from counterpoint.engine.timers import Timers
from counterpoint.engine.triggers import Trigger
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, NotFound, StoreUnavailable, Withdrawn
from counterpoint.kernel import Instance
from counterpoint.plan import Plan
from counterpoint.plan.model import Schedule
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, InstanceRow, Store, StoredDefinition
from counterpoint.values.json import JsonObject, JsonValue

_RETRY_MS: Final = 1_000
_log = logging.getLogger("counterpoint.engine")


class Memory(msgspec.Struct, array_like=True):
    """What is stored of a schedule."""

    next: int | None = None
    """When it starts an instance next (ms since the epoch)."""
    last_id: str | None = None
    """The instance that it started last: `after` counts from its end."""
    trigger: bytes = b""
    """Events that have arrived towards the next start."""


class Active:
    """One schedule at work."""

    def __init__(
        self,
        index: int,
        definition: StoredDefinition,
        plan: Plan,
        schedule: Schedule,
        memory: Memory,
        events_max: int,
    ) -> None:
        self.index = index
        """Identifies it among the timers."""
        self.definition = definition
        self.plan = plan
        self.schedule = schedule
        self.memory = memory
        on = schedule.on
        self.trigger = None if on is None else Trigger(plan, on, schedule.read, memory.trigger, events_max)

    def may_take(self, event: JsonObject) -> bool:
        """Whether an event may be one that it starts by."""
        types = () if self.schedule.on is None else self.schedule.on.types
        return "*" in types or event["type"] in types

    @property
    def key(self) -> str:
        """Under which its memory is stored."""
        return f"schedule:{workflow_of(self.definition)}"


class Schedules:
    """See the module's docstring."""

    def __init__(
        self,
        store: Store,
        library: Library,
        operations: Operations,
        population: Population,
        committer: Committer,
        timers: Timers,
        clock: Clock,
        limits: EventLimits,
    ) -> None:
        self._store = store
        self._library = library
        self._operations = operations
        self._population = population
        self._committer = committer
        self._timers = timers
        self._clock = clock
        self._events_max = limits.schedule_events_max
        self._active: dict[str, Active] = {}
        self._awaited: dict[str, Active] = {}
        self._running = False
        self._count = 0

    async def activate(self) -> None:
        """Keep all schedules from now on, those of later publications too. Raises StoreError."""
        self._running = True
        for definition in self._library.latest():
            await self.published(definition)

    async def published(self, definition: StoredDefinition) -> None:
        """A definition is there: its schedule takes the place of an older version's."""
        if self._running:
            await self._follow(_name(definition), make_up=True)

    async def changed(self, definition: StoredDefinition) -> None:
        """The state of a version has changed: its schedule may have to stop, or that of another one to begin.

        What was missed in the meantime is not made up for.
        """
        if self._running:
            await self._follow(_name(definition), make_up=False)

    def owed(self, index: int, due: int) -> bool:
        """Whether a timer still matters."""
        active = self._of(index)
        return active is not None and active.memory.next == due

    async def due(self, index: int) -> None:
        """A timer of ours is due."""
        active, now = self._of(index), self._clock.now()
        if active is None or active.memory.next is None or active.memory.next > now:
            return
        due = active.memory.next
        if self._population.full:
            message = "the schedule of %s waits: %d instances are active (instances_active_max)"
            _log.warning(message, active.plan.workflow, self._population.active, extra=_fields(active))
            self._population.when_room(partial(self._timers.add, due, 0, index, ""))
            return
        active.memory.next = None
        id = f"{active.plan.name}-{due}"
        await self._start(active, id, {})
        if active.schedule.after is not None:
            active.memory.last_id = id
            await self._plan_next(active)
        else:
            self._set_next(active, due)
        self._remember(active)

    def ready_for(self, event: JsonObject) -> bool:
        """Whether an event that has arrived can be noticed now: there is room for what it may start."""
        return not (self._population.full and any(each.may_take(event) for each in self._active.values()))

    async def notice(self, event: JsonObject) -> None:
        """An event has arrived."""
        for active in list(self._active.values()):
            if active.trigger is None:
                continue
            taken = active.trigger.offer(event)
            if taken is None:
                continue
            if taken.complete:
                ids = [key.split("\n", 2)[2] for key in taken.keys]
                labels = of_event(event) | caused_by(event, ids)
                digest = blake2b("\n".join(taken.keys).encode(), digest_size=10).hexdigest()
                await self._start(active, f"{active.plan.name}-{digest}", taken.input, labels)
            active.memory.trigger = active.trigger.dump()
            self._remember(active)

    def ended(self, instance: Instance) -> None:
        """An instance has ended: `after` counts from here."""
        active = self._awaited.pop(instance.id, None)
        if active is not None:
            self._set_after(active, instance.ended_at or self._clock.now())
            self._remember(active)

    async def _follow(self, name: str, *, make_up: bool) -> None:
        """Keep the schedule of the version that the name of a workflow alone means."""
        definition, current = self._meant(name), self._active.get(name)
        if current is not None and definition is not None and current.definition.number == definition.number:
            self._warn(definition)
            return
        if definition is None:
            self._stop(name)
            return
        workflow = workflow_of(definition)
        plan = await self._library.plan(workflow)
        content = None if plan.schedule is None else await self._store.value(f"schedule:{workflow}")
        # Only now: where something cannot be read, the old one goes on. And another may have been published meanwhile.
        meant = self._meant(name)
        if meant is None or meant.number != definition.number:
            return
        self._stop(name)
        if plan.schedule is not None:
            memory = Memory() if content is None else msgspec.msgpack.decode(content, type=Memory)
            if not make_up and memory.next is not None and memory.next < self._clock.now():
                memory.next = None
            self._warn(definition)
            self._count += 1
            active = self._active[name] = Active(self._count, definition, plan, plan.schedule, memory, self._events_max)
            await self._plan_next(active)

    def _warn(self, definition: StoredDefinition) -> None:
        """Nobody is there to be told at each start that a version is deprecated."""
        caution = self._library.registry.caution(definition)
        if caution is not None:
            fields = {"workflow": workflow_of(definition)}
            _log.warning("%s, and still starts by its schedule", caution.message, extra=fields)

    def _meant(self, name: str) -> StoredDefinition | None:
        try:
            definition = self._library.find(name)
            self._library.registry.admit(definition, self._clock.now())
        except (NotFound, Withdrawn):
            return None
        return definition

    async def _plan_next(self, active: Active) -> None:
        """When it starts next, from what it remembers."""
        memory, now = active.memory, self._clock.now()
        if active.schedule.after is not None and memory.last_id is not None:
            row = await self._read(memory.last_id)
            if self._operations.is_live(memory.last_id) or (row is not None and row.ended_at is None):
                self._awaited[memory.last_id] = active
                return
            if memory.next is None:
                self._set_after(active, now if row is None or row.ended_at is None else row.ended_at)
                return
        if memory.next is not None:
            self._timers.add(memory.next, 0, active.index, "")
        elif active.schedule.after is not None:
            memory.next = now
            self._timers.add(now, 0, active.index, "")
        elif active.trigger is None:
            self._set_next(active, now)
            self._remember(active)

    async def _read(self, id: str) -> InstanceRow | None:
        """The row of an instance, once the store can be read: nobody asks again."""
        while True:
            try:
                return await self._store.find(id)
            except StoreUnavailable as error:
                _log.warning("a schedule waits: %s", error)
                await self._clock.sleep_until(self._clock.now() + _RETRY_MS)

    def _set_next(self, active: Active, due: int) -> None:
        """The first time of the schedule that is still to come: what was missed is not made up for."""
        now, every, cron = self._clock.now(), active.schedule.every, active.schedule.cron
        if every is not None:
            every = max(every, 1)
            following = due + every * ((now - due) // every + 1)
        elif cron is not None:
            try:
                following = next_time(cron, now)
            except InvalidInput as error:
                _log.error(
                    "the schedule of %s has come to its end: %s", active.plan.workflow, error, extra=_fields(active)
                )
                return
        else:
            return
        active.memory.next = following
        self._timers.add(following, 0, active.index, "")

    def _set_after(self, active: Active, ended_at: int) -> None:
        active.memory.next = ended_at + (active.schedule.after or 0)
        self._timers.add(active.memory.next, 0, active.index, "")

    async def _start(self, active: Active, id: str, input: JsonValue, labels: Mapping[str, str] | None = None) -> None:
        """Start one. Waits for a store that cannot be read: what is missed now is missed for good."""
        while True:
            try:
                await self._start_now(active, id, input, labels)
            except StoreUnavailable as error:
                _log.warning("the schedule of %s waits: %s", active.plan.workflow, error, extra=_fields(active))
                await self._clock.sleep_until(self._clock.now() + _RETRY_MS)
            else:
                return

    async def _start_now(self, active: Active, id: str, input: JsonValue, labels: Mapping[str, str] | None) -> None:
        try:
            live, start = await self._operations.start(
                active.definition, input, id, labels=labels, asked=False
            )  # that there is room was seen before; an event that starts two must not start one
        except Withdrawn as error:
            _log.warning("the schedule of %s has stopped: %s", active.plan.workflow, error, extra=_fields(active))
            self._stop(_name(active.definition))
            return
        except Conflict:
            return  # it was started before a crash, or by an event that came twice
        except StoreUnavailable:
            raise
        except CounterpointError as error:
            _log.error("the schedule of %s could not start: %s", active.plan.workflow, error, extra=_fields(active))
            return
        self._committer.submit(live, start)

    def _remember(self, active: Active) -> None:
        content = msgspec.msgpack.encode(active.memory)

        def write(batch: Batch) -> None:
            batch.values[active.key] = content

        self._committer.write(write)

    def _stop(self, name: str) -> None:
        old = self._active.pop(name, None)
        if old is not None:
            self._awaited = {id: each for id, each in self._awaited.items() if each is not old}

    def _of(self, index: int) -> Active | None:
        return next((each for each in self._active.values() if each.index == index), None)


def _name(definition: StoredDefinition) -> str:
    return f"{definition.namespace}/{definition.name}"


def _fields(active: Active) -> dict[str, str]:
    return {"workflow": active.plan.workflow}
