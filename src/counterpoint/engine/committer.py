"""The committer: one loop that decides commands, writes what they give in one transaction, and passes it on.

All commands that arrive while a batch is being written share the next one (group commit). Nothing is
dispatched or acknowledged before its batch is durable. When the store refuses a batch, the working copies
that it touched are thrown away and folded again, whoever asked from outside gets the error, and what the
engine asked of itself (outcomes of effects, timers ...) is decided again once the store has healed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, Protocol

from counterpoint.engine.chains import link
from counterpoint.engine.deciding import Attempt, Commit, Decider, Item, Write
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, LimitExceeded, NotFound, StoreUnavailable
from counterpoint.history import Codec
from counterpoint.kernel.commands import Command, Continue, EffectCompleted, EffectFailed, Fork, Start
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Store
from counterpoint.ports.telemetry import Observer
from counterpoint.values.problem import Problem

_RETRY_MS_MIN: Final = 50
_OF_ONE: Final = (Conflict, NotFound, InvalidInput)
"""What a store refuses a batch with because of one thing in it, and would again."""
_TURNS_MAX: Final = 4
"""Turns of the loop for which a batch may wait for more to join it."""
_log = logging.getLogger("counterpoint.engine")


class Dispatcher(Protocol):
    """What the committer hands its results to. Called on the loop; must not block."""

    def committed(self, commits: list[Commit], touched: list[Live], posted: bool) -> None:
        """These transitions are durable; `posted`: so are messages of the inbox."""

    def refused(self, live: Live, start: Start | Fork, problem: Problem) -> None:
        """The instance could not be started, and does not exist."""

    async def reload(self, live: Live, settled: set[int]) -> None:
        """Fold the instance again and dispatch what it owes but for the runs in `settled`. Raises StoreError."""


class Committer:
    """See the module's docstring."""

    def __init__(
        self,
        store: Store,
        codec: Codec,
        clock: Clock,
        limits: EngineLimits,
        dispatcher: Dispatcher,
        observer: Observer | None = None,
    ) -> None:
        self._store = store
        self._codec = codec
        self._clock = clock
        self._limits = limits
        self._dispatcher = dispatcher
        self._observer = observer
        self._queue: deque[Item] = deque()
        self._along: dict[asyncio.Future[Any], Write] = {}
        """What is to be written in the same transaction as the request of a caller, until that is decided."""
        self._decider = Decider(self._queue, codec, clock, limits, dispatcher.refused, self._along)
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._unavailable: CounterpointError | None = None
        self._failures = 0
        """How many batches in a row were refused."""
        self._closing = False
        self._writing = False
        self._appending: asyncio.Future[None] | None = None
        """Done once the batch that the store is writing was passed on, or refused."""
        self._pausing = False
        self.before: Callable[[Attempt], None] | None = None
        """Adds to a batch what follows from its transitions; called just before the batch is written."""
        self.admit: Callable[[], None] | None = None
        """Raises LimitExceeded where no new instance may be started by a caller."""

    @property
    def idle(self) -> bool:
        """Nothing is queued and nothing is being written, or the store is given time to heal."""
        return self._pausing or not (self._queue or self._writing)

    @property
    def queued(self) -> int:
        """Commands that wait to be decided."""
        return len(self._queue)

    @property
    def failure(self) -> CounterpointError | None:
        """Why nothing can be written now; None while the store takes what it is given."""
        if self._closing:
            return StoreUnavailable("the engine has stopped; nothing was accepted")
        return self._unavailable

    def run(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="counterpoint-committer")
        self._task.add_done_callback(self._ended)

    def submit(self, live: Live, command: Command) -> None:
        """Have a command decided soon, on the engine's own account."""
        live.pins += 1
        self._queue.append((live, command, None))
        if self._wake is not None:
            self._wake.set_result(None)
            self._wake = None

    def write(self, write: Write) -> None:
        """Add to a batch soon, in the order of submission, on the engine's own account."""
        self._queue.append((None, write, None))
        self._go()

    def request(self, live: Live, command: Command, along: Write | None = None) -> asyncio.Future[Any]:
        """Have a command decided for a caller. The future is done once it is durable, or has the reason why not.

        `along` adds to the batch that the transition is in, and to no other: both are durable or none is.
        """
        future = self._requested(live, command)
        if along is not None:
            self._along[future] = along
        return future

    def request_write(self, write: Write) -> asyncio.Future[Any]:
        """Add to a batch for a caller."""
        return self._requested(None, write)

    async def passed_on(self) -> None:
        """Return once what is durable was passed on too: only then is it known who listens."""
        if self._appending is not None:
            await asyncio.shield(self._appending)

    async def close(self) -> None:
        """Write what is queued, then stop. What a failing store refuses is owed again after a restart."""
        self._closing = True
        if self._task is not None:
            if self._unavailable is not None:
                self._task.cancel()
            self._go()
            await asyncio.gather(self._task, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody may wait for ever, however it came to its end."""
        self._closing = True
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.critical("the engine has stopped: an internal error", exc_info=error)
        for _, _, waiter in self._queue:
            if waiter is not None and not waiter.done():
                waiter.set_exception(StoreUnavailable("the engine has stopped; nothing was accepted"))

    def require_room(self, count: int) -> None:
        """Raises what so many requests would be refused with: LimitExceeded, or why nothing can be written."""
        if self.failure is not None:
            raise self.failure
        if len(self._queue) + count > self._limits.commands_queued_max:
            raise LimitExceeded("commands_queued_max", self._limits.commands_queued_max, hint="try again later")

    def _requested(self, live: Any, item: Any) -> asyncio.Future[Any]:
        self.require_room(1)
        if self.admit is not None and type(item) in (Start, Fork):
            self.admit()
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if live is not None:
            live.pins += 1
        self._queue.append((live, item, future))
        self._go()
        return future

    def _go(self) -> None:
        if self._wake is not None:
            self._wake.set_result(None)
            self._wake = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._queue:
                if self._closing:
                    return
                self._wake = loop.create_future()
                await self._wake
            await self._gather()
            self._writing = True
            await self._commit(self._decider.decide())
            self._writing = False

    async def _gather(self) -> None:
        """Let others have their turn for as long as more comes of it: a batch costs as much as dozens of transitions.

        One turn in any case: the store may answer without waiting.
        """
        queue, queued = self._queue, 0
        for _ in range(_TURNS_MAX):
            if len(queue) == queued or len(queue) >= self._limits.batch_transitions_max:
                return
            queued = len(queue)
            await asyncio.sleep(0)

    async def _commit(self, attempt: Attempt) -> None:
        batch = attempt.batch
        now, evict_after_ms = self._clock.now(), self._limits.evict_after_ms
        for live in attempt.touched:
            if not live.stored:
                batch.created.append(live.row(now, evict_after_ms))
            elif live not in attempt.broken:
                summary = live.summary(now, evict_after_ms)
                if summary is not None:
                    batch.summaries.append(summary)
        if attempt.heard:
            link(attempt)
        if self.before is not None:
            self.before(attempt)
        if not batch.empty:
            began = 0.0 if self._observer is None else perf_counter()
            self._appending = asyncio.get_running_loop().create_future()
            try:
                await self._store.append(batch)
            except CounterpointError as error:
                self._appended()
                await self._heal(attempt, error)
                return
            if self._observer is not None:
                self._observer.wrote(len(batch.records), perf_counter() - began)
        self._failures = 0
        for live in attempt.touched:
            live.stored, live.prefix = True, None
        sound = [live for live in attempt.touched if live not in attempt.broken] if attempt.broken else attempt.touched
        self._dispatcher.committed(attempt.commits, sound, bool(batch.posted))
        self._appended()
        for waiter in attempt.waiters:
            if self._along:
                self._along.pop(waiter, None)
            if not waiter.done():
                waiter.set_result(None)
        for live in attempt.unfinished:
            if live.instance.ready:
                self.submit(live, Continue(at=self._clock.now()))
        for live in attempt.broken:
            live.touched = False
        if attempt.broken:
            await self._mend(attempt)

    def _appended(self) -> None:
        if self._appending is not None:
            self._appending.set_result(None)
            self._appending = None

    async def _mend(self, attempt: Attempt) -> None:
        """Fold spoilt instances again and have their remedies decided first."""
        self._queue.extendleft(reversed(attempt.deferred))
        for live, remedy in attempt.broken.items():
            if not live.doomed:
                live.pins += 1
                self._queue.appendleft((live, remedy, None))
        await self._reload(list(attempt.broken))

    async def _heal(self, attempt: Attempt, error: CounterpointError) -> None:
        """The batch was refused: nothing of it happened. Answer, fold again, and try what is ours once more."""
        self._codec.forget(attempt.batch.blobs)
        if isinstance(error, _OF_ONE) and attempt.items:
            await self._find_out(attempt, error)
            return
        _log.error("the store refused a batch of %d transitions: %s", len(attempt.commits), error)
        self._unavailable = error
        self._failures += 1
        remedies: list[Item] = [(live, each, None) for live, each in attempt.broken.items() if not live.doomed]
        decided = [*attempt.items, *remedies]
        items = [*decided, *attempt.deferred, *self._queue]
        for live, _, waiter in decided:
            if live is not None:
                live.pins += waiter is None
        for live, _, waiter in items[len(decided) :]:
            if live is not None:
                live.pins -= waiter is not None
        self._queue.clear()
        self._queue.extend(each for each in items if each[2] is None)
        for live, command, waiter in items:
            if waiter is None:
                continue
            self._along.pop(waiter, None)
            if not waiter.done():
                waiter.set_exception(error)
            if live is not None and isinstance(command, (Start, Fork)):
                self._dispatcher.refused(live, command, Problem.standard("runtime", error.message))
        await self._pause(_RETRY_MS_MIN * 2 ** min(self._failures, 10))
        for live in attempt.touched:
            live.touched = False
        await self._reload([*attempt.touched, *attempt.broken])

    async def _find_out(self, attempt: Attempt, error: CounterpointError) -> None:
        """One thing in the batch is refused, and always will be: nothing else may suffer. Each is tried by itself."""
        items, told = attempt.items, None
        if len(items) > 1:
            _log.warning("the store refuses one of %d, each of which is tried by itself: %s", len(items), error)
            self._decider.singly = len(items)
            again = items
        else:
            [told] = items
            again = []
        remedies: list[Item] = [(live, each, None) for live, each in attempt.broken.items() if not live.doomed]
        for live, _, _ in [*again, *remedies]:
            if live is not None:
                live.pins += 1
        self._queue.extendleft(reversed([*again, *remedies, *attempt.deferred]))
        if told is not None:
            self._refuse(told, error)
        for live in attempt.touched:
            live.touched = False
        await self._reload([each for each in [*attempt.touched, *attempt.broken] if not each.doomed])

    def _refuse(self, item: Item, error: CounterpointError) -> None:
        """This is what the store does not take."""
        live, command, waiter = item
        if waiter is not None:
            self._along.pop(waiter, None)
            if not waiter.done():
                waiter.set_exception(error)
        if live is None:
            if waiter is None:
                _log.error("the store refuses something of the engine's own, which is given up: %s", error)
        elif isinstance(command, (Start, Fork)):
            self._dispatcher.refused(live, command, Problem.standard("runtime", error.message))
        elif waiter is None:
            live.doomed = True
            _log.critical("the store refuses a transition of instance %s, which is left as it is: %s", live, error)

    async def _reload(self, lives: list[Live]) -> None:
        """Fold these again; goes on trying while the store cannot be read."""
        settled: dict[Live, set[int]] = {}
        for live, command, _ in self._queue:
            if live is not None and isinstance(command, (EffectCompleted, EffectFailed)):
                settled.setdefault(live, set()).add(command.run)
        for live in dict.fromkeys(lives):
            pause = _RETRY_MS_MIN
            while True:
                try:
                    await self._dispatcher.reload(live, settled.get(live, set()))
                    break
                except StoreUnavailable as error:
                    self._unavailable = error
                    pause *= 2
                    await self._pause(pause)
                except CounterpointError as error:
                    live.doomed = True  # what is in memory of it is ahead of the store
                    _log.critical("%s cannot be read again, and is left as it is: %s", live, error)
                    break
        self._unavailable = None

    async def _pause(self, duration_ms: int) -> None:
        self._pausing = True
        await self._clock.sleep_until(self._clock.now() + min(duration_ms, self._limits.retry_ms_max))
        self._pausing = False
