"""Deciding: from queued commands to a batch. One instance that cannot be decided or encoded spoils no other."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live, Prefix
from counterpoint.errors import CounterpointError, LimitExceeded
from counterpoint.history import Blob, Codec
from counterpoint.kernel import decide
from counterpoint.kernel.commands import (
    Command,
    Continue,
    EffectCompleted,
    EffectFailed,
    EventArrived,
    Fail,
    Fork,
    Start,
)
from counterpoint.kernel.events import Event
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, Record
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome, Problem

Write: TypeAlias = Callable[[Batch], None]
"""Adds something else than a transition to a batch: a message, an answer, a value."""
Waiter: TypeAlias = asyncio.Future[Any] | None
"""Told once the command is durable. Commands without one are the engine's own and survive a failing store."""
Item: TypeAlias = tuple[Live | None, Any, Waiter]
"""An instance and a Command, or None and a Write."""
Commit: TypeAlias = tuple[Live, int, int, list[Event]]
"""One transition that has become durable: its sequence number, its time in ms since the epoch, its events."""
Refused: TypeAlias = Callable[[Live, Start | Fork, Problem], None]
"""Told of an instance that could not be started, and does not exist."""

_log = logging.getLogger("counterpoint.engine")


class Attempt:
    """What one batch is made of, and what went wrong while it was put together."""

    __slots__ = ("batch", "broken", "commits", "deferred", "heard", "items", "touched", "unfinished", "waiters")

    def __init__(self) -> None:
        self.batch = Batch()
        self.items: list[Item] = []
        self.commits: list[Commit] = []
        self.heard: list[tuple[Live, JsonObject, list[Event]]] = []
        """Events with a correlation that were offered, and what came of it."""
        self.touched: list[Live] = []
        self.waiters: list[asyncio.Future[Any]] = []
        self.unfinished: list[Live] = []
        """Instances that went as far as one transition may, and go on in the next batch."""
        self.broken: dict[Live, Command] = {}
        """Instances whose working copy is spoilt, and what to do next to each."""
        self.deferred: list[Item] = []
        """Further commands for those."""


class Decider:
    """Takes commands from the queue in order."""

    def __init__(
        self,
        queue: deque[Item],
        codec: Codec,
        clock: Clock,
        limits: EngineLimits,
        refused: Refused,
        along: dict[asyncio.Future[Any], Write],
    ) -> None:
        """`along` is what is written with the commands of these waiters."""
        self._queue = queue
        self._codec = codec
        self._clock = clock
        self._limits = limits
        self._refused = refused
        self._along = along
        self.singly = 0
        """So many items are to be in a batch of their own each: the store has refused one of them."""

    def decide(self) -> Attempt:
        """Decide what is queued, up to the most that one batch may hold."""
        attempt = Attempt()
        queue, encode, batch = self._queue, self._codec.encode, attempt.batch
        items, commits, touched, waiters = attempt.items, attempt.commits, attempt.touched, attempt.waiters
        records, blobs, broken, along = batch.records, batch.blobs, attempt.broken, self._along
        while queue and len(commits) < self._limits.batch_transitions_max:
            item = queue.popleft()
            live, command, waiter = item
            if live is None:
                command(batch)
            elif broken and live in broken:
                attempt.deferred.append(item)
                continue
            elif live.doomed:
                self._left_alone(live, waiter)
                continue
            else:
                live.pins -= 1
                instance = live.instance
                try:
                    events = decide(instance, command)
                    if events:
                        body, large = encode(command.at, events, live.large)
                        if large is not None:
                            live.large = True
                            self._check_size(body, large)
                            blobs.extend(large)
                except Exception as error:
                    self._spoilt(attempt, live, command, waiter, error)
                    continue
                if events:
                    if live.prefix is not None and not live.touched:
                        self._take_over(attempt, live, live.prefix)
                    instance.sequence = sequence = instance.sequence + 1
                    records.append(Record(live.number, sequence, body))
                    commits.append((live, sequence, command.at, events))
                    if type(command) is EventArrived and "correlationid" in command.event:
                        attempt.heard.append((live, command.event, events))
                    if not live.touched:
                        live.touched = True
                        touched.append(live)
                    if instance.ready and type(command) is Continue:
                        attempt.unfinished.append(live)
            items.append(item)
            if waiter is not None:
                waiters.append(waiter)
                if along and waiter in along:
                    along[waiter](batch)
            if self.singly:
                self.singly -= 1
                break
        return attempt

    def _left_alone(self, live: Live, waiter: Waiter) -> None:
        """What is in memory of it may be ahead of the store: nothing more is decided on that."""
        live.pins -= 1
        if waiter is not None:
            self._along.pop(waiter, None)
            if not waiter.done():
                waiter.set_exception(CounterpointError(f"instance {live.instance.id} cannot go on; see the log"))

    def _take_over(self, attempt: Attempt, live: Live, prefix: Prefix) -> None:
        """A fork is stored whole: the history that it begins with, and its first own transition."""
        attempt.batch.blobs.extend(prefix.blobs)
        for sequence, (body, (at, events)) in enumerate(zip(prefix.bodies, prefix.transitions, strict=True), 1):
            attempt.batch.records.append(Record(live.number, sequence, body))
            attempt.commits.append((live, sequence, at, events))

    def _check_size(self, body: bytes, blobs: Sequence[Blob]) -> None:
        limits = self._limits
        largest = max((len(content) for _, content in blobs), default=0)
        total = len(body) + sum(len(content) for _, content in blobs)
        if largest > limits.payload_bytes_max or total > limits.record_bytes_max:
            self._codec.forget(blobs)
            if largest > limits.payload_bytes_max:
                raise LimitExceeded("payload_bytes_max", limits.payload_bytes_max, largest)
            raise LimitExceeded("record_bytes_max", limits.record_bytes_max, total)

    def _spoilt(self, attempt: Attempt, live: Live, command: Command, waiter: Waiter, error: Exception) -> None:
        """Deciding or encoding failed, by a limit or a fault of ours: no other instance may suffer."""
        if waiter is not None:
            self._along.pop(waiter, None)
        if isinstance(error, LimitExceeded):
            problem = Problem.standard("runtime", error.message)
        else:
            _log.error(
                "instance %s failed at %s",
                live.instance.id,
                type(command).__name__,
                exc_info=error,
                extra=_fields(live),
            )
            problem = Problem.standard("runtime", f"internal error: {type(error).__name__}: {error}")
        if isinstance(command, (Start, Fork)):
            if waiter is not None and not waiter.done():
                waiter.set_exception(error if isinstance(error, CounterpointError) else CounterpointError(str(error)))
            self._refused(live, command, problem)
            return
        if waiter is not None and not waiter.done():
            waiter.set_exception(CounterpointError(problem.detail))
        if isinstance(command, Fail):
            live.doomed = True
        # What somebody has asked for, and was told that it cannot be, changes nothing: it is only folded again.
        again = Continue(at=self._clock.now()) if waiter is not None else self._remedy(command, problem)
        attempt.broken[live] = again

    def _remedy(self, command: Command, problem: Problem) -> Command:
        """An outcome that cannot be taken in is an error that the workflow may catch; anything else ends it."""
        at = self._clock.now()
        if isinstance(command, EffectCompleted):
            return EffectFailed(at=at, run=command.run, problem=problem, outcome=Outcome.UNKNOWN)
        return Fail(at=at, problem=problem)


def _fields(live: Live) -> dict[str, str]:
    return {"instance": live.instance.id, "workflow": live.instance.workflow}
