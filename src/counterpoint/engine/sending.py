"""Sending: one sink gets what it is owed, in the order of each instance, until it has acknowledged.

A receiver that takes nothing is tried again, ever more seldom, with one batch. An event that fails while others get
through holds up those of its own instance alone; one that is refused for good becomes a dead letter and holds up none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from counterpoint.engine.committer import Committer
from counterpoint.engine.limits import EventLimits
from counterpoint.engine.routes import Destination
from counterpoint.errors import SinkRefused, SinkUnavailable, StoreError
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, Outgoing, Store

_RETRY_MS_MIN: Final = 100
_DOUBLINGS_MAX: Final = 20
_RETRY_AFTER_MS_MAX: Final = 3_600_000
_log = logging.getLogger("counterpoint.engine")


class SinkState(msgspec.Struct):
    """What became of the events of one sink since the engine was opened."""

    sent: int = 0
    failures: int = 0
    """Batches that were not taken and are sent again."""
    refused: int = 0
    """Events that became dead letters."""
    problem: str | None = None
    """Why nothing gets through at the moment."""


class _Lane:
    """The events of one instance: one batch at a time."""

    __slots__ = ("busy", "failures", "not_before", "turn")

    def __init__(self) -> None:
        self.busy = False
        self.failures = 0
        """Failures while the receiver took what others sent."""
        self.not_before = 0
        self.turn = 0
        """Which failure of the sink was its last: while nothing gets through, each lane has its turn."""


class Sending:
    """See the module's docstring."""

    def __init__(
        self,
        destination: Destination,
        store: Store,
        committer: Committer,
        clock: Clock,
        limits: EventLimits,
        settled: Callable[[int], None],
    ) -> None:
        """`settled` is told how many entries are owed no longer."""
        self.name = destination.route.name
        self.state = SinkState()
        self._destination = destination
        self._store = store
        self._committer = committer
        self._clock = clock
        self._limits = limits
        self._settled = settled
        self._held: dict[int, Outgoing] = {}
        """What was read and is not acknowledged, in order."""
        self._lanes: dict[int, _Lane] = {}
        self._last = 0
        """The last number that was read."""
        self._failures = 0
        """Batches in a row that were not taken."""
        self._turns = 0
        self._resume_at = 0
        self._flights: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._alarm: asyncio.Task[None] | None = None
        self._more = True

    @property
    def idle(self) -> bool:
        """Nothing happens until time has passed, or until there is more to send."""
        return not (self._flights or self._woken.is_set())

    def run(self) -> None:
        """Begin with what was owed before."""
        self.wake()
        self._tasks.append(asyncio.create_task(self._run(), name=f"counterpoint-sink-{self.name}"))

    def wake(self) -> None:
        """There may be more to send."""
        self._more = True
        self._woken.set()

    def revive(self, entry: Outgoing) -> None:
        """A dead letter is owed again."""
        self._held.setdefault(entry.number, entry)
        self.wake()

    async def close(self) -> None:
        """Stop. What was not acknowledged is sent again after a restart."""
        running = [*self._tasks, *self._flights, *([self._alarm] if self._alarm else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._destination.sink.close()

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._read()
            except StoreError as error:
                _log.error("the outbox of sink %s cannot be read: %s", self.name, error)
                self._wake_at(self._clock.now() + self._limits.send_retry_ms_max)
            self._launch()

    async def _read(self) -> None:
        while self._more and (room := self._limits.outbox_read_max - len(self._held)) > 0:
            entries = await self._store.outbox(self.name, self._last, room)
            self._more = len(entries) == room
            for entry in entries:
                self._held[entry.number] = entry
                self._last = entry.number

    def _launch(self) -> None:
        """Send as much as may be sent now, and wake again when more may."""
        now = self._clock.now()
        if now < self._resume_at:
            self._wake_at(self._resume_at)
            return
        most = 1 if self._failures else self._destination.in_flight_max
        while len(self._flights) < most:
            parcel, sooner = self._parcel(now)
            if not parcel:
                if sooner is not None:
                    self._wake_at(sooner)
                return
            flight = asyncio.create_task(self._send(parcel), name=f"counterpoint-send-{self.name}")
            self._flights.add(flight)
            flight.add_done_callback(self._landed)

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        self._woken.set()

    def _parcel(self, now: int) -> tuple[list[Outgoing], int | None]:
        """The next events to send, at most a batch; where there are none, when some may be tried again."""
        parcel: list[Outgoing] = []
        taken: set[int] = set()
        sooner: int | None = None
        probed = self._probed(now) if self._failures else None
        for entry in self._held.values():
            lane = self._lanes.get(entry.instance)
            if lane is not None and entry.instance not in taken:
                if lane.busy:
                    continue
                if lane.not_before > now:
                    sooner = lane.not_before if sooner is None else min(sooner, lane.not_before)
                    continue
            if probed is not None and entry.instance != probed:
                continue
            if lane is None:
                lane = self._lanes[entry.instance] = _Lane()
            lane.busy = True
            taken.add(entry.instance)
            parcel.append(entry)
            if len(parcel) == self._destination.batch_max:
                break
        return parcel, sooner

    def _probed(self, now: int) -> int | None:
        """The instance whose events have not been tried for the longest time; None where none may be tried."""
        best: int | None = None
        turn = 0
        for entry in self._held.values():
            lane = self._lanes.get(entry.instance)
            if lane is None:
                return entry.instance
            if not lane.busy and lane.not_before <= now and (best is None or lane.turn < turn):
                best, turn = entry.instance, lane.turn
        return best

    async def _send(self, parcel: list[Outgoing]) -> None:
        try:
            await self._hand_over(parcel)
        except SinkRefused as refused:
            if len(parcel) == 1:
                self._refuse(parcel[0], refused.message)
            else:
                await self._send_singly(parcel)
        except SinkUnavailable as error:
            self._failed(parcel, error)
        finally:
            for each in parcel:
                lane = self._lanes.get(each.instance)
                if lane is not None:
                    lane.busy = False
                    if not lane.turn:
                        del self._lanes[each.instance]

    async def _send_singly(self, parcel: list[Outgoing]) -> None:
        """One of them was refused: find out which."""
        for index, entry in enumerate(parcel):
            try:
                await self._hand_over([entry])
            except SinkRefused as refused:
                self._refuse(entry, refused.message)
            except SinkUnavailable as error:
                self._failed(parcel[index:], error)
                return

    async def _hand_over(self, parcel: list[Outgoing]) -> None:
        """Raises SinkRefused; SinkUnavailable, whatever else went wrong."""
        events = [msgspec.json.decode(each.body) for each in parcel]
        duration_ms = self._limits.send_ms_max
        try:
            async with asyncio.timeout(duration_ms / 1000):
                await self._destination.sink.send(events)
        except (SinkRefused, SinkUnavailable):
            raise
        except TimeoutError:
            raise SinkUnavailable(f"it has not acknowledged within {duration_ms:,} ms") from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise SinkUnavailable("what it waited for was cancelled") from None  # by a library, and not by us
        except Exception as error:
            _log.exception("the sink %s failed", self.name)
            raise SinkUnavailable(f"an internal error: {type(error).__name__}: {error}") from error
        self._sent(parcel)

    def _sent(self, parcel: list[Outgoing]) -> None:
        numbers = [each.number for each in parcel]

        def write(batch: Batch) -> None:
            batch.sent.extend(numbers)

        self._committer.write(write)
        if self._failures:
            _log.info("the sink %s takes events again", self.name)
        self._failures, self.state.problem = 0, None
        self.state.sent += len(parcel)
        self._forget(parcel)

    def _refuse(self, entry: Outgoing, reason: str) -> None:
        reason = reason.encode(errors="replace").decode()  # whatever a receiver has said must be one that can be stored

        def write(batch: Batch) -> None:
            batch.refused.append((entry.number, reason))

        self._committer.write(write)
        _log.warning("the sink %s refuses an event for good, which is a dead letter now: %s", self.name, reason)
        self._failures, self.state.problem = 0, None
        self.state.refused += 1
        self._forget([entry])

    def _forget(self, parcel: list[Outgoing]) -> None:
        for entry in parcel:
            self._held.pop(entry.number, None)
            lane = self._lanes[entry.instance]
            lane.failures = lane.turn = 0
        self._settled(len(parcel))

    def _failed(self, parcel: list[Outgoing], error: SinkUnavailable) -> None:
        now = self._clock.now()
        self._turns += 1
        for instance in {each.instance for each in parcel}:
            lane = self._lanes[instance]
            # Where nothing gets through it is not the event's fault.
            lane.failures += not self._failures
            lane.not_before = now + self._pause(lane.failures) if lane.failures else 0
            lane.turn = self._turns
        self.state.failures += 1
        self.state.problem = error.message
        if not self._failures:
            _log.warning("the sink %s takes nothing at the moment: %s", self.name, error.message)
        self._failures += 1
        self._resume_at = now + max(self._pause(self._failures), min(error.retry_after_ms, _RETRY_AFTER_MS_MAX))

    def _pause(self, failures: int) -> int:
        doublings = min(failures - 1, _DOUBLINGS_MAX)
        return min(_RETRY_MS_MIN << doublings, self._limits.send_retry_ms_max)

    def _wake_at(self, at: int) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.create_task(self._sleep(at), name=f"counterpoint-sink-alarm-{self.name}")

    async def _sleep(self, at: int) -> None:
        await self._clock.sleep_until(at)
        self._alarm = None
        self._woken.set()
