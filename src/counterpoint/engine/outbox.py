"""The outbox: events on their way out, written in the transaction of what they tell of (see ADR 0010).

An entry is there for each event and each sink that takes it, until the receiver has acknowledged it. The routes are
kept in the store: an engine that is opened without any writes entries all the same, for one that will send them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import msgspec

from counterpoint.engine.committer import Committer
from counterpoint.engine.ending import to_its_end
from counterpoint.engine.limits import EventLimits
from counterpoint.engine.routes import STORED, Destination, Route, Router
from counterpoint.engine.sending import Sending, SinkState
from counterpoint.errors import LimitExceeded
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, Outgoing, Store
from counterpoint.values.json import JsonObject

_log = logging.getLogger("counterpoint.engine")


class Outbox:
    """See the module's docstring. `destinations` of None: keep the routes that the store has, and send nothing."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        clock: Clock,
        limits: EventLimits,
        destinations: Sequence[Destination] | None,
    ) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._events_max = limits.outbox_events_max
        self._given = destinations
        self._router = Router(())
        self._sendings = {
            each.route.name: Sending(each, store, committer, clock, limits, self._left) for each in destinations or ()
        }
        self._batch: Batch | None = None
        """The batch that is being written, where it may have entries."""
        self._room: list[Callable[[], None]] = []
        self.owed = 0
        """Entries that are owed, without those of the batch that is being written."""

    @property
    def active(self) -> bool:
        """Whether any event may have to go out."""
        return not self._router.empty

    @property
    def lifecycle(self) -> bool:
        """Whether lifecycle events go out."""
        return self._router.lifecycle

    @property
    def full(self) -> bool:
        """No more may be written before some have been acknowledged."""
        return self.owed >= self._events_max

    @property
    def idle(self) -> bool:
        """Nothing happens until time has passed, or until there is more to send."""
        return all(each.idle for each in self._sendings.values())

    @property
    def states(self) -> dict[str, SinkState]:
        """What became of the events of each sink that is configured here."""
        return {name: each.state for name, each in self._sendings.items()}

    async def open(self) -> None:
        """Learn or keep the routes, and how much is owed. Raises StoreError."""
        stored = await self._store.value(STORED)
        routes = [] if stored is None else msgspec.msgpack.decode(stored, type=list[Route])
        if self._given is not None:
            routes = [each.route for each in self._given]
            content = msgspec.msgpack.encode(routes)
            if content != stored and (routes or stored is not None):
                self._committer.write(lambda batch: batch.values.update({STORED: content}))
        self._router = Router(routes)
        sizes = await self._store.outbox_sizes() if routes or stored is not None else {}
        names = {each.name for each in routes}
        self.owed = sum(size.owed for sink, size in sizes.items() if sink in names)
        for sink, size in sizes.items():
            if size.owed and sink not in self._sendings:
                _log.warning("%d events for the sink %s stay in the outbox: it is not configured here", size.owed, sink)

    def run(self) -> None:
        """Begin to send."""
        for each in self._sendings.values():
            each.run()

    async def close(self) -> None:
        """Stop sending; what was not acknowledged stays owed."""
        for each in self._sendings.values():
            await each.close()

    def entries(
        self, event: JsonObject, body: bytes, instance: int, *, lifecycle: bool = False
    ) -> tuple[Outgoing, ...]:
        """The entries of an event (`body` is its JSON), to be written with what it tells of."""
        sinks = self._router.sinks(event, lifecycle=lifecycle)
        at = self._clock.now()
        return tuple(Outgoing(sink=sink, body=body, instance=instance, written_at=at) for sink in sinks)

    def writing(self, batch: Batch) -> None:
        """This batch is about to be written. The store may refuse it: then its entries are in a later one."""
        self._batch = batch if batch.outgoing or batch.posted else None

    def written(self) -> None:
        """The batch is durable."""
        batch, self._batch = self._batch, None
        if batch is None:
            return
        known = set(batch.duplicates)
        entries = list(batch.outgoing)
        for place, message in enumerate(batch.posted):
            if place not in known:
                entries += message.outgoing
        self.owed += len(entries)
        for sink in {each.sink for each in entries}:
            sending = self._sendings.get(sink)
            if sending is not None:
                sending.wake()

    def refuse_when_full(self) -> None:
        """Raises LimitExceeded where there is no room for what more work would give."""
        if self.full:
            raise LimitExceeded(
                "outbox_events_max", self._events_max, hint="receivers must take some events first; try again later"
            )

    def when_room(self, call: Callable[[], None]) -> None:
        """Call back, once, when there is room again."""
        self._room.append(call)

    async def revive(self, entries: Sequence[Outgoing]) -> None:
        """Dead letters are owed again; durable on return. Raises StoreError."""
        await to_its_end(self._revive(entries))

    async def _revive(self, entries: Sequence[Outgoing]) -> None:
        numbers = [each.number for each in entries]

        def write(batch: Batch) -> None:
            batch.revived.extend(numbers)

        await self._committer.request_write(write)
        for each in entries:
            sending = self._sendings.get(each.sink)
            self.owed += 1
            if sending is not None:
                sending.revive(msgspec.structs.replace(each, refusal=None))

    async def discard(self, numbers: Sequence[int]) -> None:
        """Throw dead letters away; durable on return. Raises StoreError."""

        def write(batch: Batch) -> None:
            batch.sent.extend(numbers)

        await self._committer.request_write(write)

    def _left(self, count: int) -> None:
        self.owed = max(0, self.owed - count)
        if self._room and not self.full:
            waiting, self._room = self._room, []
            for call in waiting:
                call()
