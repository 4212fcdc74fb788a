"""The population: instances in memory, those that have left it, and how they come back.

An instance that only waits may be evicted; all that stays is its number, in the timers and the listeners.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

from counterpoint.engine.archive import Archive, Folded
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.errors import LimitExceeded
from counterpoint.plan import Plan
from counterpoint.ports.store import InstanceRow, Record, Store, StoredDefinition
from counterpoint.ports.telemetry import Observer


class Population:
    """Instances by number and by id. `returned` is called with each that has come back into memory."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        limits: EngineLimits,
        returned: Callable[[Live], None],
        observer: Observer | None = None,
    ) -> None:
        self._store = store
        self._archive = archive
        self._in_memory_max = limits.instances_in_memory_max
        self.active_max = limits.instances_active_max
        """How many may be active before no more are started."""
        self._returned = returned
        self._observer = observer
        self.lives: dict[int, Live] = {}
        self._by_id: dict[str, Live] = {}
        self._resting: OrderedDict[int, Live] = OrderedDict()
        self._away: set[int] = set()
        self._returning: dict[int, asyncio.Task[None]] = {}
        self._wanted: dict[int, int] = {}
        """How many wait for an instance to come back."""
        self._awaiting_room: deque[Callable[[], None]] = deque()

    def __len__(self) -> int:
        return len(self.lives)

    @property
    def active(self) -> int:
        """How many are at work, or about to be: they are in memory and do not only wait."""
        return len(self.lives) - len(self._resting)

    @property
    def full(self) -> bool:
        """No more are to be started before some have ended or come to rest."""
        return len(self.lives) - len(self._resting) >= self.active_max

    def when_room(self, call: Callable[[], None]) -> None:
        """Call back, once, when it is full no longer."""
        self._awaiting_room.append(call)

    def by_id(self, id: str) -> Live | None:
        """The instance where it is in memory."""
        return self._by_id.get(id)

    def create(self, number: int, id: str, definition: StoredDefinition, plan: Plan, *, bounded: bool = False) -> Live:
        """A new instance, to be started. Raises LimitExceeded where it is `bounded` and there is no room."""
        if bounded and len(self.lives) - len(self._resting) >= self.active_max:
            hint = "some must end or come to rest first; try again later"
            raise LimitExceeded("instances_active_max", self.active_max, hint=hint)
        live = Live(number, definition.number, plan, self._archive.veil(plan))
        self.lives[number] = self._by_id[id] = live
        return live

    def forget(self, live: Live, id: str) -> None:
        """It has ended, or never came to be."""
        self.lives.pop(live.number, None)
        self._by_id.pop(id, None)
        if self._observer is not None:
            self._observer.left(live.number)
        self._resting.pop(live.number, None)
        if self._awaiting_room:
            self._tell_of_room()

    def rest(self, live: Live) -> None:
        """It only waits: it may leave when room is needed. Those that rested longest go first."""
        self._resting[live.number] = live
        self._resting.move_to_end(live.number)
        if len(self.lives) > self._in_memory_max:
            self._evict()
        if self._awaiting_room:
            self._tell_of_room()

    def rouse(self, live: Live) -> None:
        """It has something to do again."""
        self._resting.pop(live.number, None)

    def send_away(self, number: int) -> None:
        """At start-up: this instance waits outside memory."""
        self._away.add(number)

    @property
    def away(self) -> int:
        """How many wait outside memory."""
        return len(self._away)

    def is_away(self, number: int) -> bool:
        """Whether it waits outside memory."""
        return number in self._away

    async def get(self, number: int) -> Live | None:
        """The instance, brought back into memory if need be; None where it has ended. Raises StoreError."""
        while True:
            live = self.lives.get(number)
            if live is not None or number not in self._away:
                return live
            task = self._returning.get(number)
            if task is None:
                task = asyncio.create_task(self._return(number), name="counterpoint-return")
                self._returning[number] = task
                task.add_done_callback(lambda _: self._returning.pop(number, None))
            # It must not leave again before this task runs on, or two that come back would put out each other for ever.
            self._wanted[number] = self._wanted.get(number, 0) + 1
            try:
                await asyncio.shield(task)
            finally:
                self._wanted[number] -= 1
                if not self._wanted[number]:
                    del self._wanted[number]

    async def admit(self, number: int, records: Sequence[Record], row: InstanceRow | None = None) -> Live | None:
        """Fold records into a live instance; None where it has ended. Raises StoreError, NotFound."""
        folded = await self._archive.fold_records(number, records)
        instance = folded.instance
        if instance.over:
            return None
        live = Live(number, folded.definition.number, folded.plan, folded.veil)
        live.recall(instance, folded.transitions)
        live.stored = True
        if row is not None:
            live.adopt(row)
        self._away.discard(number)
        self.lives[number] = self._by_id[instance.id] = live
        self._tell(live, folded)
        return live

    def reopen(self, row: InstanceRow, folded: Folded) -> Live:
        """An instance that has ended comes back to be undone."""
        live = self.lives.get(row.number)
        if live is None:
            live = Live(row.number, folded.definition.number, folded.plan, folded.veil)
            live.recall(folded.instance, folded.transitions)
            live.stored = live.reopened = True
            live.adopt(row)
            self.lives[row.number] = self._by_id[row.id] = live
            self._tell(live, folded)
        return live

    async def reload(self, live: Live) -> None:
        """Throw the working copy away and fold the journal again. Raises StoreError."""
        if live.stored:
            folded = await self._archive.fold_records(live.number, await self._store.read(live.number))
            live.recall(folded.instance, folded.transitions)
            self._tell(live, folded)
        else:
            live.renew()
        live.status = None  # so that its row is written anew

    def _tell_of_room(self) -> None:
        while self._awaiting_room and not self.full:
            self._awaiting_room.popleft()()

    def _tell(self, live: Live, folded: Folded) -> None:
        if self._observer is not None:
            self._observer.returned(live, folded.transitions)

    async def _return(self, number: int) -> None:
        live = await self.admit(number, await self._store.read(number))
        if live is None:
            self._away.discard(number)
            return
        if len(self.lives) > self._in_memory_max:
            self._evict()
        self._resting[number] = live
        self._returned(live)

    def _evict(self) -> None:
        for _ in range(len(self._resting)):
            number, live = self._resting.popitem(last=False)
            if live.pins or live.flights or live.touched or number in self._wanted:
                self._resting[number] = live
                continue
            del self.lives[number]
            del self._by_id[live.instance.id]
            self._away.add(number)
            if self._observer is not None:
                self._observer.left(number)
            if len(self.lives) <= self._in_memory_max:
                return
