"""Calls: a queue of effects and the workers that carry them out.

A worker that never has to wait (an async function that answers at once) goes through the whole queue by
itself, which costs no task per effect. As long as the queue is not empty when the loop comes round, more
workers are woken: one, two, four ... up to `effects_in_flight_max`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.engine.outcomes import Answering
from counterpoint.kernel.commands import Command
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.state import INVOKE
from counterpoint.ports.clock import Clock

_IDLE_MAX: Final = 64
"""Workers that are kept while there is nothing to do."""
_SWEEP_SECONDS: Final = 1.0


class _Flight:
    """What one worker carries out, and since when (ms since the epoch)."""

    __slots__ = ("cargo", "since")

    def __init__(self) -> None:
        self.cargo: tuple[Live, Invoke] | None = None
        self.since = 0


class Calls:
    """Carries effects out and submits the commands that their outcomes amount to."""

    def __init__(
        self, clock: Clock, limits: EngineLimits, answering: Answering, submit: Callable[[Live, Command], None]
    ) -> None:
        self._clock = clock
        self._answer = answering.answer
        self._overdue = answering.overdue
        self._submit = submit
        self._workers_max = limits.effects_in_flight_max
        self._per_instance_max = limits.effects_per_instance_max
        self._duration_ms_max = limits.effect_duration_ms_max
        self._queue: deque[tuple[Live, Invoke]] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._workers: set[asyncio.Task[None]] = set()
        self._dropped: set[asyncio.Task[None]] = set()
        self._flights: set[_Flight] = set()
        self._in_flight = 0
        self._checking = False
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def queued(self) -> int:
        """Effects that wait for a worker."""
        return len(self._queue)

    @property
    def in_flight(self) -> int:
        """Effects that are being carried out."""
        return self._in_flight

    @property
    def busy(self) -> int:
        """Effects that are queued or in flight."""
        return len(self._queue) + self._in_flight

    def push(self, live: Live, effect: Invoke) -> None:
        """Queue an effect. `kick` afterwards."""
        self._queue.append((live, effect))

    def kick(self) -> None:
        """See to the queue."""
        if self._queue and not self._checking and not self._closed:
            self._checking = True
            self._wake(1)
            asyncio.get_running_loop().call_soon(self._check, 2)

    def drop(self, live: Live, run: int) -> None:
        """The effect of this run is owed no longer: cancel it where it is in flight."""
        worker = live.flights.pop(run, None)
        if worker is not None:
            self._dropped.add(worker)
            worker.cancel()

    async def close(self) -> None:
        """Cancel everything in flight. Nothing is recorded: it is owed again when the engine returns."""
        self._closed = True
        self._queue.clear()
        if self._sweeping is not None:
            self._sweeping.cancel()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def _check(self, more: int) -> None:
        """The queue is not empty a round of the loop later: those who took from it have to wait. Send more."""
        if self._queue and not self._closed and self._wake(more):
            asyncio.get_running_loop().call_soon(self._check, more * 2)
        else:
            self._checking = False

    def _wake(self, count: int) -> bool:
        """Set up to `count` workers to work; whether there was any."""
        woken = 0
        idle = self._idle
        while idle and woken < count:
            future = idle.pop()
            if not future.done():
                future.set_result(None)
                woken += 1
        while woken < count and len(self._workers) < self._workers_max:
            worker = asyncio.create_task(self._work(), name="counterpoint-worker")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
            woken += 1
        return woken > 0

    async def _work(self) -> None:
        me = asyncio.current_task()
        assert me is not None
        queue, idle, flight = self._queue, self._idle, _Flight()
        self._flights.add(flight)
        try:
            while not self._closed:
                while queue:
                    live, effect = queue.popleft()
                    if live.instance.owed.get((effect.run, INVOKE)) is effect:
                        await self._carry_out(me, flight, live, effect)
                    elif live.held:
                        queue.append((live, live.held.popleft()))
                if len(idle) >= _IDLE_MAX:
                    return
                future = asyncio.get_running_loop().create_future()
                idle.append(future)
                await future
        finally:
            self._flights.discard(flight)

    async def _carry_out(self, me: asyncio.Task[None], flight: _Flight, live: Live, effect: Invoke) -> None:
        flights = live.flights
        if len(flights) >= self._per_instance_max:
            live.held.append(effect)
            return
        run = effect.run
        flights[run] = me
        flight.since = now = self._clock.now()
        flight.cargo = (live, effect)
        self._in_flight += 1
        if self._sweeping is None:
            self._sweep_later()
        try:
            command = await self._answer(live, effect, now)
        except asyncio.CancelledError:
            if me not in self._dropped:
                raise
            self._dropped.discard(me)
            me.uncancel()
        else:
            if me in self._dropped:  # it was answered all the same
                self._dropped.discard(me)
                me.uncancel()
            self._submit(live, command)
        finally:
            self._in_flight -= 1
            flight.cargo = None
            if flights.get(run) is me:
                del flights[run]
            if live.held:
                self._queue.append((live, live.held.popleft()))

    def _sweep_later(self) -> None:
        self._sweeping = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Cancel what has lasted too long, and fail it."""
        self._sweeping = None
        now = self._clock.now()
        for flight in list(self._flights):
            lasted_ms = now - flight.since
            if flight.cargo is None or lasted_ms <= self._duration_ms_max:
                continue
            live, effect = flight.cargo
            if effect.run in live.flights:
                self.drop(live, effect.run)
                self._submit(live, self._overdue(live, effect, lasted_ms))
        if self._in_flight:
            self._sweep_later()
