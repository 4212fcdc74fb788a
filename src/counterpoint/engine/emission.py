"""Emission: the effect `emit`. The event is posted to the engine's own inbox; from there it goes to whoever listens.

In the same transaction it gets its entries in the outbox. Where that is full, the task waits.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from counterpoint.engine import cloudevents
from counterpoint.engine.committer import Committer
from counterpoint.engine.deciding import Write
from counterpoint.engine.labels import extensions
from counterpoint.engine.live import Live
from counterpoint.engine.outbox import Outbox
from counterpoint.engine.outcomes import trace_of
from counterpoint.errors import InvalidInput
from counterpoint.kernel.commands import EffectCompleted, EffectFailed
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.state import INVOKE
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Batch, Message
from counterpoint.ports.telemetry import Observer
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome, Problem

EVENT = "event"
"""Kind of a message that is a CloudEvent."""
EMITTED = "emitted"
"""Kind of a message that is a CloudEvent which a workflow has emitted."""

_log = logging.getLogger("counterpoint.engine")


def post(event: JsonObject, kind: str, at: int) -> Callable[[Batch], None]:
    """What adds an event to a batch, once for its source and id."""
    message = Message(kind=kind, body=msgspec.json.encode(event), key=cloudevents.key_of(event), posted_at=at)

    def write(batch: Batch) -> None:
        batch.posted.append(message)

    return write


class Emission:
    """Posts emitted events, and tells subscribers once they are durable."""

    def __init__(self, clock: Clock, committer: Committer, outbox: Outbox, observer: Observer | None = None) -> None:
        self._clock = clock
        self._committer = committer
        self._outbox = outbox
        self._observer = observer
        self._subscribers: list[Callable[[JsonObject], Any]] = []
        self._held: deque[tuple[Live, Invoke]] = deque()
        """What waits for room in the outbox."""

    def subscribe(self, subscriber: Callable[[JsonObject], Any]) -> Callable[[], None]:
        """Be told of every emitted event, at least once; call what is returned to stop."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def owe(self, live: Live, effect: Invoke) -> None:
        """An instance owes an event."""
        if self._outbox.full:
            if not self._held:
                self._outbox.when_room(self._release)
            self._held.append((live, effect))
            return
        at, run = self._clock.now(), effect.run
        try:
            event = cloudevents.checked(effect.arguments)
            write = self._post(live, {**extensions(live.instance), **self._traced(event, live, effect)}, at)
        except (InvalidInput, ValueError) as error:
            problem = Problem.standard("validation", str(error), instance=effect.reference)
            self._committer.submit(live, EffectFailed(at=at, run=run, problem=problem, outcome=Outcome.NONE))
            return
        self._committer.write(write)
        self._committer.submit(live, EffectCompleted(at=at, run=run, output=event))

    def _traced(self, event: JsonObject, live: Live, effect: Invoke) -> JsonObject:
        """With the distributed tracing extension, unless the document sets that itself.

        It is no part of the task's output: what a workflow computes must not depend on who watches it.
        """
        context = None if "traceparent" in event else trace_of(live, effect, self._observer)
        return event if context is None else {**event, **dict(context.headers())}

    def tell(self, event: JsonObject) -> None:
        """An emitted event is durable."""
        for subscriber in list(self._subscribers):
            try:
                subscriber(event)
            except Exception:
                _log.exception("a subscriber failed at the event %s", event["type"])

    def _post(self, live: Live, event: JsonObject, at: int) -> Write:
        body = msgspec.json.encode(event)
        outbox = self._outbox
        outgoing = outbox.entries(event, body, live.number) if outbox.active else ()
        message = Message(kind=EMITTED, body=body, key=cloudevents.key_of(event), posted_at=at, outgoing=outgoing)

        def write(batch: Batch) -> None:
            batch.posted.append(message)

        return write

    def _release(self) -> None:
        held, self._held = self._held, deque()
        for live, effect in held:
            if live.instance.owed.get((effect.run, INVOKE)) is effect:
                self.owe(live, effect)
