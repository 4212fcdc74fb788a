"""Dispatch: what happens once a batch is durable. Effects that came to be owed go out, those dropped are cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from counterpoint.engine.calls import Calls
from counterpoint.engine.children import Children
from counterpoint.engine.committer import Committer
from counterpoint.engine.deciding import Commit
from counterpoint.engine.emission import Emission
from counterpoint.engine.inbox import Inbox
from counterpoint.engine.lifecycle import Lifecycle
from counterpoint.engine.listeners import Listeners
from counterpoint.engine.live import Live
from counterpoint.engine.outbox import Outbox
from counterpoint.engine.population import Population
from counterpoint.engine.schedules import Schedules
from counterpoint.engine.timers import Entry, Timers
from counterpoint.errors import CounterpointError
from counterpoint.kernel import pending
from counterpoint.kernel.commands import Continue, Fork, Release, Start, TimerFired
from counterpoint.kernel.effects import Effect, EffectKey, Interrupt, Invoke, Listen, Timer
from counterpoint.kernel.state import INVOKE, LISTEN
from counterpoint.plan.model import UNDO_WORKFLOW
from counterpoint.ports.clock import Clock
from counterpoint.ports.telemetry import Observer
from counterpoint.values.problem import Problem

_RETRY_MS: Final = 5_000
_CHILDREN: Final = frozenset({"workflow", UNDO_WORKFLOW})
_log = logging.getLogger("counterpoint.engine")


class Dispatch:
    """The committer's dispatcher. Its parts are set once, by the engine that puts everything together."""

    committer: Committer
    population: Population
    calls: Calls
    children: Children
    emission: Emission
    inbox: Inbox
    outbox: Outbox
    schedules: Schedules
    spawn: Callable[[Awaitable[None]], None]

    def __init__(self, clock: Clock, lifecycle: Lifecycle, observer: Observer | None = None) -> None:
        self._clock = clock
        self._observer = observer
        self._lifecycle = lifecycle
        self.listeners = Listeners()
        self.timers = Timers(clock, self._fire, self._still_owed)
        self.waiters: dict[int, list[asyncio.Future[Live]]] = {}
        """Callers who wait until an instance has ended or needs a person, by its number."""
        self.watchers: dict[int, list[asyncio.Event]] = {}
        """Set whenever an instance has moved, by its number: for those who follow its history."""
        self.followers: set[asyncio.Event] = set()
        """Set whenever anything is durable: for those who follow all instances."""
        self.held: Callable[[Live], None] | None = None
        """Told of each instance that has moved while it is held."""
        self._waking: asyncio.Task[None] | None = None
        self._to_wake: deque[int] = deque()

    def committed(self, commits: list[Commit], touched: list[Live], posted: bool) -> None:
        """See `Dispatcher.committed`."""
        told, observer = self._lifecycle if self._lifecycle.wanted else None, self._observer
        for live, sequence, at, events in commits:
            live.note(sequence, at, events)
            if told is not None:
                told.publish(live, sequence, at, events)
            if observer is not None:
                observer.moved(live, at, events)
        for follower in self.followers:
            follower.set()
        waiters, watchers, population = self.waiters, self.watchers, self.population
        for live in touched:
            if watchers and live.number in watchers:
                for watcher in watchers[live.number]:
                    watcher.set()
            instance = live.instance
            if instance.hold is not None and self.held is not None:
                self.held(live)
            fresh, dropped = instance.take_changes()
            if dropped:
                self._drop(live, dropped)
            if fresh:
                self.owe(live, fresh)
            live.touched = False  # not before this: what it owes must not go out for one that has left memory
            if instance.ended is not None:
                self._end(live)
            elif not live.active:
                population.rest(live)
            else:
                population.rouse(live)
            if waiters and live.number in waiters and live.awaited:
                for waiter in waiters.pop(live.number):
                    if not waiter.done():
                        waiter.set_result(live)
        self.calls.kick()
        self.outbox.written()
        if posted:
            self.inbox.wake()

    def refused(self, live: Live, start: Start | Fork, problem: Problem) -> None:
        """See `Dispatcher.refused`."""
        self.population.forget(live, start.id)
        if isinstance(start, Start) and start.parent is not None:
            self.children.refused(start.parent, problem)

    async def reload(self, live: Live, settled: set[int]) -> None:
        """See `Dispatcher.reload`."""
        await self.population.reload(live)
        if live.reopened and live.instance.over and not live.pins:
            self.population.forget(live, live.instance.id)  # what it came back for was refused
            return
        if self._lifecycle.wanted:
            self._lifecycle.follow(live)
        if live.stored:
            done = {*settled, *live.flights}
            self.owe(
                live, [each for each in pending(live.instance) if type(each) is not Invoke or each.run not in done]
            )
            self.calls.kick()

    def resume(self, live: Live) -> None:
        """It has come (back) into memory: whatever it owes goes out, perhaps for the second time."""
        if self._lifecycle.wanted:
            self._lifecycle.follow(live)
        owed = pending(live.instance)
        live.repeated = {each.run for each in owed if type(each) is Invoke}
        self.owe(live, owed)
        self.calls.kick()

    def let_go(self, live: Live) -> None:
        """An engine before this one has left it held."""
        reason = "the engine that it was debugged on has stopped"
        self.committer.submit(live, Release(at=self._clock.now(), reason=reason))

    def owe(self, live: Live, effects: Iterable[Effect]) -> None:
        """Send effects on their way. `calls.kick` afterwards."""
        for effect in effects:
            kind = type(effect)
            if kind is Invoke:
                function = effect.function  # type: ignore[union-attr]
                if function in _CHILDREN:
                    self.children.owe(live, effect)  # type: ignore[arg-type]
                elif function == "emit":
                    self.emission.owe(live, effect)  # type: ignore[arg-type]
                else:
                    self.calls.push(live, effect)  # type: ignore[arg-type]
            elif kind is Timer:
                self.timers.add(effect.due, live.number, effect.run, effect.timer)  # type: ignore[union-attr]
            elif kind is Listen:
                self.listeners.begin(live, effect.run, effect.types)  # type: ignore[union-attr]
            elif kind is Interrupt:
                self.children.interrupt(live, effect.run)
            else:
                self.committer.submit(live, Continue(at=self._clock.now()))

    def _drop(self, live: Live, dropped: list[EffectKey]) -> None:
        owed = live.instance.owed
        for key in dropped:
            run, kind = key
            if kind == INVOKE:
                if live.flights:
                    self.calls.drop(live, run)
                self.children.drop(live, run)
            elif kind == LISTEN and key not in owed:
                self.listeners.end(live, run)

    def _end(self, live: Live) -> None:
        instance = live.instance
        self.population.forget(live, instance.id)
        if live.listening:
            self.listeners.end_all(live)
        if instance.parent is not None:
            self.children.ended(instance)
        if not live.reopened:
            self.schedules.ended(instance)

    def _fire(self, number: int, run: int, timer: str) -> None:
        live = self.population.lives.get(number)
        if live is None:
            if number == 0:
                self.spawn(self.schedules.due(run))
            elif self.population.is_away(number):
                self._wake(number)
            return
        instance, now = live.instance, self._clock.now()
        if instance.suspended:
            return
        if timer:
            effect = instance.owed.get((run, timer))
            if type(effect) is Timer and effect.due <= now:
                self.committer.submit(live, TimerFired(at=now, run=run, timer=timer))

    def _still_owed(self, entry: Entry) -> bool:
        due, number, run, timer = entry
        if number == 0:
            return self.schedules.owed(run, due)
        live = self.population.lives.get(number)
        if live is None:
            return self.population.is_away(number)
        effect = live.instance.owed.get((run, timer))
        return type(effect) is Timer and effect.due == due

    def _wake(self, number: int) -> None:
        """Bring an instance back, one after the other: very many may be due at once."""
        self._to_wake.append(number)
        if self._waking is None:
            self._waking = asyncio.create_task(self._wake_all(), name="counterpoint-wake")

    async def _wake_all(self) -> None:
        while self._to_wake:
            number = self._to_wake.popleft()
            try:
                await self.population.get(number)
            except CounterpointError as error:
                _log.error("instance number %d cannot be brought back: %s", number, error)
                self.timers.add(self._clock.now() + _RETRY_MS, number, 0, "")
            except Exception:
                # A fault of ours, which will be there the next time, too: the others must not wait for it.
                _log.exception("instance number %d cannot be brought back, and is left as it is", number)
            await asyncio.sleep(0)
        self._waking = None

    async def close(self) -> None:
        """Fire no timer and wake nothing any more; who waits is told that it is over."""
        await self.timers.close()
        if self._waking is not None:
            self._waking.cancel()
            await asyncio.gather(self._waking, return_exceptions=True)
        for waiters in self.waiters.values():
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_exception(CounterpointError("the engine was closed before the instance had ended"))
        self.waiters.clear()
