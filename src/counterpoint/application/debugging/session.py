"""One debug session: it stops where it should, and carries out the commands of its owner."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from counterpoint.application.debugging.breakpoints import Breakpoint, Breakpoints, Point
from counterpoint.application.debugging.showing import SessionView, Shower
from counterpoint.application.debugging.stages import Stage
from counterpoint.application.debugging.stepper import Mode, Stepper, Stop, points
from counterpoint.application.moments import Moment
from counterpoint.errors import Conflict, CounterpointError, InvalidInput
from counterpoint.masking import Redaction, is_unmasked
from counterpoint.ports.clock import Clock
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import STANDARD, TITLES, Problem

EDITABLE: Final = ("data", "context")
_RETRY_MS: Final = 1_000
_TASKS_SHOWN_MAX: Final = 1_000
_log = logging.getLogger("counterpoint.debugging")


class Session:
    """A session. `run` drives it; `command` and the others may be called meanwhile."""

    def __init__(
        self,
        id: str,
        owner: str,
        stage: Stage,
        breakpoints: Breakpoints,
        clock: Clock,
        *,
        lease_ms: int | None,
        stop_on_entry: bool = True,
    ) -> None:
        """`lease_ms`: how long it lives without a sign of its owner; None: as long as its process."""
        self.id = id
        self.owner = owner
        self.stage = stage
        self.breakpoints = breakpoints
        self.ended: str | None = None
        """Why it has ended."""
        self.watchers: set[asyncio.Event] = set()
        """Set whenever something about it has changed."""
        self._clock = clock
        self._lease_ms = lease_ms
        self.lease_until = None if lease_ms is None else clock.now() + lease_ms
        self._stepper = Stepper(breakpoints, stop_on_entry=stop_on_entry)
        self._stop: Stop | None = None
        self._redaction: Redaction | None = None
        self._lock = asyncio.Lock()
        self._shower = Shower()

    @property
    def state(self) -> str:
        """`stopped`, `running` or `ended`."""
        return "ended" if self.ended is not None else "running" if self._stop is None else "stopped"

    def view(self) -> SessionView:
        """The session as it stands."""
        self._look_again()
        return self._shower.view(self, self._stop, None if is_unmasked() else self._redaction)

    async def run(self) -> None:
        """Let pass what is to pass, until the session has ended."""
        lease = asyncio.create_task(self._expire(), name="counterpoint-debug-lease")
        try:
            while self.ended is None:
                self.stage.moved.clear()
                try:
                    await self._advance()
                except Conflict:  # what was to be stepped has ended in the meantime
                    continue
                except CounterpointError as error:
                    _log.error("debug session %s cannot go on for now: %s", self.id, error)
                    await self._clock.sleep_until(self._clock.now() + _RETRY_MS)
                    continue
                if self.ended is None:
                    await self.stage.moved.wait()
        finally:
            lease.cancel()

    async def settled(self, seconds_max: float) -> SessionView:
        """The session once it is stopped or has ended, or as it stands when the time is up."""
        with self.watching() as changed:
            try:
                async with asyncio.timeout(seconds_max):
                    while self.view().state == "running":
                        changed.clear()
                        await changed.wait()
            except TimeoutError:
                pass
        return self.view()

    def watching(self) -> _Watching:
        """A context in which an event is set whenever something has changed."""
        return _Watching(self.watchers)

    def renew(self, lease_ms: int | None = None) -> None:
        """A sign of its owner: the lease begins anew, with another length where one is given."""
        if self._lease_ms is not None:
            self._lease_ms = self._lease_ms if lease_ms is None else lease_ms
            self.lease_until = self._clock.now() + self._lease_ms

    async def go(self, mode: Mode) -> None:
        """Continue or step. Raises Conflict where it is not stopped."""
        async with self._lock:
            point = self._stopped()
            self._stepper.go(mode, point)
            await self.stage.step(point.instance.id, point.run.id)
            self._left()

    async def pause(self) -> None:
        """Stop at whatever comes next."""
        async with self._lock:
            self._alive()
            if self._stop is None:
                self._stepper.pause()
                self.stage.moved.set()

    async def fail(self, problem: Problem) -> None:
        """Let the task that would start next fail without acting, and stop at what follows from that."""
        async with self._lock:
            point = self._stopped()
            self._stepper.go(Mode.INTO, point)
            await self.stage.step(point.instance.id, point.run.id, problem=problem)
            self._left()

    async def answer(self, output: JsonValue) -> None:
        """Give the task that would start next, or whose error waits, its raw output; stop at what follows."""
        async with self._lock:
            point = self._stopped()
            self._stepper.go(Mode.INTO, point)
            await self.stage.step(point.instance.id, point.run.id, output=(output,))
            self._left()

    async def edit(self, what: str, value: JsonValue) -> None:
        """Replace the `data` that flows into the task that would start next, or its `context`."""
        if what not in EDITABLE:
            raise InvalidInput(f"{what!r} cannot be edited: {', '.join(EDITABLE)}")
        async with self._lock:
            point = self._stopped()
            await self.stage.edit(point.instance.id, point.run.id, what, value)
            self._changed()

    def stop_at(self, on: str, task: str | None, condition: str | None) -> Breakpoint:
        """Set a breakpoint. Raises InvalidInput, LimitExceeded."""
        self._alive()
        found = self.breakpoints.add(on, task, condition)
        self._changed()
        return found

    def stop_no_more_at(self, id: int) -> None:
        """Remove a breakpoint. Raises NotFound."""
        self._alive()
        self.breakpoints.remove(id)
        self._changed()

    async def moment(self, at: str | None = None, instance: str | None = None) -> Moment:
        """Time travel: one of its instances at a place, or now. Raises NotFound, InvalidInput."""
        past = await self.stage.past(instance or self.stage.id)
        return past.moment(past.place(at), _TASKS_SHOWN_MAX)

    async def end(self, reason: str, *, release: bool = True) -> None:
        """Stop nothing any more, and (`release`) let it go on by itself."""
        async with self._lock:
            await self._end(reason, release=release)

    async def _end(self, reason: str, *, release: bool = True) -> None:
        if self.ended is None:
            self.ended = reason
            self._stop = None
            try:
                await self.stage.leave(reason, release=release)
            finally:
                self._changed()
                self.stage.moved.set()

    async def _advance(self) -> None:
        """Let points pass until one stops it, nothing more can happen, or it is over."""
        while self.ended is None:
            async with self._lock:
                if not await self._advance_once():
                    return

    async def _advance_once(self) -> bool:
        """Whether there may be more to do at once."""
        self._look_again()
        if self.ended is not None or self._stop is not None:
            return False
        over = self.stage.over()
        if over is not None:
            await self._end(f"it has come to its end: {over}")
            return False
        verdict = self._stepper.next(self.stage.instances())
        if isinstance(verdict, Stop):
            self._redaction = (await self.stage.past(verdict.point.instance.id)).redaction()
            self._stop = verdict
            self._changed()
            return False
        if verdict is not None:
            await self.stage.step(verdict.point.instance.id, verdict.point.run.id)
            return True
        return await self.stage.work() or self.stage.over() is not None

    def _look_again(self) -> None:
        """What it is stopped at may be gone: interrupted by a timeout, a cancel ..."""
        if self._stop is not None:
            here = self._here(self._stop.point)
            if here is None:
                self._stop = None
                self._stepper.pause()  # nobody has asked it to go on
                self.stage.moved.set()
                self._changed()
            else:
                self._stop = self._stop._replace(point=here)

    def _here(self, point: Point) -> Point | None:
        wanted = (point.instance.id, point.run.id, point.failing)
        found = points(self.stage.instances())
        return next((each for each in found if (each.instance.id, each.run.id, each.failing) == wanted), None)

    def _stopped(self) -> Point:
        self._alive()
        self._look_again()
        if self._stop is None:
            raise Conflict("it is not stopped: wait until it is, or pause it")
        return self._stop.point

    def _alive(self) -> None:
        if self.ended is not None:
            raise Conflict(f"the debug session has ended: {self.ended}")

    def _left(self) -> None:
        self._stop = None
        self.stage.moved.set()
        self._changed()

    def _changed(self) -> None:
        for watcher in self.watchers:
            watcher.set()

    async def _expire(self) -> None:
        while self.lease_until is not None:
            await self._clock.sleep_until(self.lease_until)
            if self._clock.now() >= self.lease_until:
                await self.end(f"its owner, {self.owner}, has given no sign for {self._lease_ms:,} ms")
                return


class _Watching:
    """See `Session.watching`."""

    def __init__(self, watchers: set[asyncio.Event]) -> None:
        self._watchers = watchers
        self._event = asyncio.Event()

    def __enter__(self) -> asyncio.Event:
        self._watchers.add(self._event)
        return self._event

    def __exit__(self, *_: object) -> None:
        self._watchers.discard(self._event)


def problem_of(given: Any) -> Problem:
    """The problem of `{"type", "status", "title", "detail"}`; `type` may be the short name of a standard error.

    Raises InvalidInput.
    """
    data: JsonObject = {"type": "runtime"} | (given if isinstance(given, dict) else {})
    if not isinstance(given, dict | None) or not isinstance(data["type"], str):
        raise InvalidInput("an error is an object with `type`, and `status`, `title` and `detail` where they are known")
    if data["type"] not in TITLES and ":" not in data["type"]:
        raise InvalidInput(f"{data['type'][:100]!r} is no type of error: a URI, or one of {', '.join(TITLES)}")
    title, status = TITLES.get(data["type"], (None, 500))
    data = {"title": title, "status": status, "detail": "injected by a debug session"} | data
    if data["type"] in TITLES:
        data["type"] = STANDARD + data["type"]
    if not isinstance(data["status"], int) or isinstance(data["status"], bool):
        raise InvalidInput("the `status` of an error is a number, such as 503")
    return Problem.from_json(data)
