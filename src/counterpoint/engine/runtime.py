"""The runtime: puts the parts of an engine together, starts them on a store, and stops them.

commands ─► committer ─► store             one transaction for all that wait
                │ durable
                ▼
            dispatch ─► calls ─► connectors    effects
                ├─────► timers, listeners      waits
                ├─────► children, emission     other instances, events
                └─────► lifecycle, waiters     who wants to know
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import msgspec

from counterpoint.engine.archive import Archive
from counterpoint.engine.bus import Bus
from counterpoint.engine.calls import Calls
from counterpoint.engine.children import Children
from counterpoint.engine.committer import Committer
from counterpoint.engine.deciding import Attempt
from counterpoint.engine.dispatch import Dispatch
from counterpoint.engine.emission import EMITTED, EVENT, Emission
from counterpoint.engine.forking import Forking
from counterpoint.engine.inbox import Inbox
from counterpoint.engine.letters import Letters
from counterpoint.engine.library import Library
from counterpoint.engine.lifecycle import Lifecycle, Subscriber
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.engine.operations import Operations
from counterpoint.engine.outbox import Outbox
from counterpoint.engine.outcomes import Answering
from counterpoint.engine.population import Population
from counterpoint.engine.readiness import refuse_without_functions
from counterpoint.engine.recovery import recover
from counterpoint.engine.requests import Requests
from counterpoint.engine.routes import Destination
from counterpoint.engine.schedules import Schedules
from counterpoint.engine.signals import Signals
from counterpoint.engine.versions import Versions
from counterpoint.errors import CounterpointError
from counterpoint.expressions import Compiler
from counterpoint.history import Codec
from counterpoint.kernel import Instance
from counterpoint.kernel.commands import Command
from counterpoint.ports.clock import Clock
from counterpoint.ports.connector import Connector
from counterpoint.ports.secrets import Secrets
from counterpoint.ports.store import InstanceRow, Store, StoredDefinition
from counterpoint.ports.telemetry import Observer
from counterpoint.values.json import JsonValue

_log = logging.getLogger("counterpoint.engine")


class Runtime:
    """One engine on one store. `start` before use, `close` after it; everything happens on one event loop."""

    _pausing = 0
    """How much of what was spawned only waits."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        secrets: Secrets,
        connectors: Iterable[Connector],
        limits: EngineLimits,
        compiler: Compiler,
        *,
        owner: str,
        shared: bool,
        destinations: Sequence[Destination] | None = None,
        careful: bool = False,
        seed: int | None = None,
        observer: Observer | None = None,
        schedules: bool = False,
    ) -> None:
        """`owner` is who holds the lease; `shared`: other processes may post to the store.

        `destinations`: where events go out; None where that is not this engine's to say (see `Outbox`).
        `careful`: do not start where unfinished instances call functions that no connector has. `seed` makes what
        the engine draws (ids, jitter) the same each time; a simulation needs that. `observer` is told of everything.
        `schedules`: the inbox waits for `run_schedules`, so that no event is handled before they are there.
        """
        self.store = store
        self.clock = clock
        self.limits = limits
        self.connectors = tuple(connectors)
        self._owner = owner
        self._observer = observer
        self._careful = careful
        self._scheduled = schedules
        self._asides: set[asyncio.Future[None]] = set()
        codec = Codec(limits.inline_bytes_max, limits.payload_cache_bytes_max)
        self.lifecycle = Lifecycle()
        self.library = Library(store, compiler, limits.workflow)
        self.dispatch = dispatch = Dispatch(clock, self.lifecycle, observer)
        self.committer = Committer(store, codec, clock, limits, dispatch, observer)
        self.archive = Archive(store, codec, self.library, secrets)
        self.population = Population(store, self.archive, limits, dispatch.resume, observer)
        self.operations = Operations(store, self.population, self.library, self.archive, clock, seed)
        self.outbox = Outbox(store, self.committer, clock, limits.events, destinations)
        self.emission = Emission(clock, self.committer, self.outbox, observer)
        answering = Answering(self.connectors, clock, limits, observer)
        self.calls = Calls(clock, limits, answering, self.committer.submit)
        self.schedules = Schedules(
            store, self.library, self.operations, self.population, self.committer, dispatch.timers, clock, limits.events
        )
        bus = Bus(self.population, dispatch.listeners, self.committer, self.emission, self.schedules, clock)
        requests = Requests(self.operations, self.library, self.committer)
        self.versions = Versions(store, self.library, self.population, self.committer, self.schedules, clock)
        self.signals = Signals(self.operations, self.archive, self.committer)
        self.forking = Forking(store, self.archive, self.library, self.operations, self.committer, codec, clock, limits)
        handlers = {
            "fork": self.forking.handle,
            "signal": self.signals.handle,
            **requests.handlers,
            **self.versions.handlers,
            **Letters(store, self.outbox).handlers,
            EVENT: bus.deliver,
            EMITTED: bus.deliver_emitted,
        }
        self.inbox = Inbox(store, self.committer, self.population, limits, handlers, shared)
        dispatch.committer, dispatch.population, dispatch.calls = self.committer, self.population, self.calls
        dispatch.children, dispatch.emission = Children(self, clock, limits, observer), self.emission
        dispatch.inbox, dispatch.schedules, dispatch.spawn = self.inbox, self.schedules, self.spawn
        dispatch.outbox = self.outbox

    @property
    def idle(self) -> bool:
        """Nothing happens until a timer is due or something comes from outside."""
        quiet = self.committer.idle and self.inbox.idle and self.outbox.idle
        return quiet and not (self.calls.busy or len(self._asides) > self._pausing)

    async def start(self) -> None:
        """Take the lease, learn what is published, and take up every instance that has not ended.

        Raises StoreError; MissingFunctions where it is careful.
        """
        lease = await self.store.claim(self._owner)
        if self._observer is not None:
            await self._observer.began(self.store, self.clock.now())
        self.operations.number_from(lease.next_instance)
        await self.library.open()
        if self._careful:
            known = {name for connector in self.connectors for name in connector.functions}
            await refuse_without_functions(self.store, self.library, known)
        await self.outbox.open()
        self.lifecycle.always = self.outbox.lifecycle
        if self.outbox.active:
            self.committer.before = self._complete
            self.committer.admit = self.outbox.refuse_when_full
        self.committer.run()
        await recover(self.store, self.population, self.dispatch, self.clock, self.limits)
        if not self._scheduled:
            self.inbox.run()
        self.outbox.run()

    async def close(self) -> None:
        """Take no more commands, interrupt effects without recording a failure, write what is decided, release all."""
        await self.inbox.close()
        await self.outbox.close()
        await self.dispatch.close()
        for aside in list(self._asides):
            aside.cancel()
        await self.calls.close()
        await self.committer.close()
        for connector in self.connectors:
            await connector.close()
        await self.store.close()

    async def run_schedules(self) -> None:
        """Keep schedules from now on. Raises StoreError."""
        await self.schedules.activate()
        if self._scheduled:
            self._scheduled = False
            self.inbox.run()

    def follow(self, subscriber: Subscriber) -> Callable[[], None]:
        """Tell a subscriber of every lifecycle event from now on; call what is returned to stop."""
        if not self.lifecycle.wanted:
            for live in self.population.lives.values():
                self.lifecycle.follow(live)
        return self.lifecycle.subscribe(subscriber)

    def _complete(self, attempt: Attempt) -> None:
        """Lifecycle events go out by the transaction of what they tell of."""
        if self.lifecycle.always:
            for live, event in self.lifecycle.prepare(attempt.commits):
                entries = self.outbox.entries(event, msgspec.json.encode(event), live.number, lifecycle=True)
                attempt.batch.outgoing.extend(entries)
        self.outbox.writing(attempt.batch)

    def live(self, id: str) -> Live | None:
        """See `Nursery.live`."""
        return self.population.by_id(id)

    def definition(self, reference: str) -> StoredDefinition:
        """See `Nursery.definition`."""
        return self.library.to_start(reference)

    async def find(self, id: str) -> Live:
        """See `Nursery.find`."""
        return await self.operations.find(id)

    async def row(self, id: str) -> InstanceRow | None:
        """See `Nursery.row`."""
        return await self.store.find(id)

    async def ended(self, row: InstanceRow) -> Instance:
        """See `Nursery.ended`."""
        return (await self.archive.fold(row)).instance

    async def reopen(self, row: InstanceRow) -> Live:
        """See `Nursery.reopen`."""
        return self.population.reopen(row, await self.archive.fold(row))

    async def begin(
        self,
        definition: StoredDefinition,
        id: str,
        input: JsonValue,
        parent: str | None,
        depth: int,
        labels: Mapping[str, str],
    ) -> None:
        """See `Nursery.begin`."""
        live, start = await self.operations.start(definition, input, id, parent, depth, labels, asked=False)
        awaiting = None if parent is None else self.live(parent.rpartition("#")[0])
        if awaiting is not None and awaiting.instance.hold is not None:  # who debugs it steps through this one too
            start = msgspec.structs.replace(start, hold=awaiting.instance.hold)
        self.committer.submit(live, start)

    def submit(self, live: Live, command: Command) -> None:
        """See `Nursery.submit`."""
        self.committer.submit(live, command)

    def spawn(self, work: Awaitable[None]) -> None:
        """See `Nursery.spawn`."""
        aside = asyncio.ensure_future(_guarded(work))
        self._asides.add(aside)
        aside.add_done_callback(self._asides.discard)

    async def pause(self, duration_ms: int) -> None:
        """See `Nursery.pause`."""
        self._pausing += 1
        try:
            await self.clock.sleep_until(self.clock.now() + duration_ms)
        finally:
            self._pausing -= 1


async def _guarded(work: Awaitable[None]) -> None:
    try:
        await work
    except CounterpointError as error:
        _log.error("work beside the engine failed: %s", error)
    except Exception:
        _log.exception("work beside the engine failed: an internal error")
