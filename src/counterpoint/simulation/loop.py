"""An event loop without I/O, threads or real time: when nothing is ready to run, time jumps to the next timer.

Code runs on it as on any loop of asyncio, a thousand times faster and always in the same way. With a `random`,
callbacks that are ready at the same time run in an order that it draws: the orders that a real loop might have
shown. Whoever conducts a run uses `quiet` and `step` to act between two moments.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import weakref
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, Final, TypeVar

T = TypeVar("T")

_ROUNDS_MAX: Final = 20_000


class Standstill(RuntimeError):
    """Nothing is ready, no timer is set, and yet somebody waits."""


class Livelock(RuntimeError):
    """Callbacks follow each other without end, and time stands still."""


class VirtualLoop(asyncio.AbstractEventLoop):
    """See the module's docstring. `time()` is in seconds since the loop was made."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random
        self._now = 0.0
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._count = itertools.count()
        self._quiet: list[tuple[asyncio.Future[bool], bool]] = []
        self._rounds = 0
        self._tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        self._running = self._closed = False
        self.failures: list[dict[str, Any]] = []
        """What nobody caught: the contexts of `call_exception_handler`."""

    async def quiet(self) -> None:
        """Return once nothing is left to do at this time."""
        future: asyncio.Future[bool] = self.create_future()
        self._quiet.append((future, True))
        await future

    async def step(self) -> bool:
        """Let time reach the next timer and return once all is quiet; False where no timer is set."""
        future: asyncio.Future[bool] = self.create_future()
        self._quiet.append((future, False))
        return await future

    def run_until_complete(self, future: Any) -> Any:
        """Run until the coroutine or future is done; gives its result. Raises Standstill, Livelock."""
        task = future if asyncio.isfuture(future) else self.create_task(future)
        self._rounds, self._running = 0, True
        events._set_running_loop(self)
        try:
            while not task.done():
                self._round()
        finally:
            events._set_running_loop(None)
            self._running = False
        return task.result()

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run `main`, cancel what it leaves behind, and close the loop."""
        try:
            result: T = self.run_until_complete(main)
            return result
        finally:
            while left := self.tasks():
                for task in left:
                    task.cancel()
                self.run_until_complete(asyncio.wait(left, timeout=1))
            self.close()

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """See asyncio."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._count), handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        """See asyncio."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None) -> asyncio.Task[Any]:
        """See asyncio."""
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks[task] = next(self._count)
        return task

    def tasks(self) -> list[asyncio.Task[Any]]:
        """All tasks that are not done, in the order in which they were made."""
        return sorted((task for task in self._tasks if not task.done()), key=self._tasks.__getitem__)

    def next_time(self) -> float | None:
        """When the next timer is due, in seconds of `time`; None where none is set."""
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        return timers[0][0] if timers else None

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what nobody caught."""
        self.failures.append(context)

    def get_debug(self) -> bool:
        """Never."""
        return False

    def is_running(self) -> bool:
        """See asyncio."""
        return self._running

    def is_closed(self) -> bool:
        """See asyncio."""
        return self._closed

    def close(self) -> None:
        """Run nothing any more."""
        self._closed = True
        self._ready.clear()
        self._timers.clear()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Asked by asyncio's timer handles; a cancelled one is passed over when its time comes."""

    def _round(self) -> None:
        """Run what is ready now; where nothing is, go on in time."""
        ready = self._ready
        if not ready:
            self._rounds = 0
            if not self._tell_quiet():
                self._jump()
            return
        self._rounds += 1
        if self._rounds > _ROUNDS_MAX:
            raise Livelock(f"more than {_ROUNDS_MAX:,} rounds of callbacks at {self._now:g} s")
        if self._random is not None and len(ready) > 1:
            batch = list(ready)
            self._random.shuffle(batch)
            ready.clear()
        else:
            batch = [ready.popleft() for _ in range(len(ready))]
        for handle in batch:
            if not handle.cancelled():
                handle._run()

    def _tell_quiet(self) -> bool:
        """Tell those who wait for quiet at this time; whether there was anybody."""
        told = [future for future, now in self._quiet if now]
        self._quiet = [each for each in self._quiet if not each[1]]
        for future in told:
            if not future.done():
                future.set_result(True)
        return bool(told)

    def _jump(self) -> None:
        """Move time to the next timer."""
        timers, next_time = self._timers, self.next_time()
        waiting = [future for future, _ in self._quiet if not future.done()]
        if next_time is None:
            if not waiting:
                raise Standstill(f"nothing will ever happen after {self._now:g} s")
            self._quiet.clear()
            for future in waiting:
                future.set_result(False)
            return
        self._now = max(self._now, next_time)
        while timers and timers[0][0] <= self._now:
            self._ready.append(heapq.heappop(timers)[2])
        self._quiet = [(future, True) for future in waiting]


class LoopClock:
    """The clock port on a virtual loop: its time, counted from `start` (ms since the Unix epoch)."""

    def __init__(self, loop: VirtualLoop, start: int) -> None:
        self._loop = loop
        self._start = start

    def now(self) -> int:
        """See `Clock.now`."""
        return self._start + round(self._loop.time() * 1000)

    async def sleep_until(self, at: int) -> None:
        """See `Clock.sleep_until`."""
        while (left := at - self.now()) > 0:  # noqa: ASYNC110 (it waits for the time itself)
            await asyncio.sleep(left / 1000)
