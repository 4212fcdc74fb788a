"""Tracing: one fold for each sampled instance in memory; what has ended is handed on.

After a crash nobody knows which of the latest spans got out. So what ended after `since` is handed on once more, the
first time that its instance is read again: the same ids and times, so that a copy adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from counterpoint.kernel import Instance
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import Event, InstanceStarted
from counterpoint.ports.store import Store
from counterpoint.ports.telemetry import Subject, Transition
from counterpoint.telemetry.folding import SpanFold
from counterpoint.telemetry.sampling import Sampler
from counterpoint.telemetry.spans import Ended, span_id, trace_id
from counterpoint.values.trace_context import TraceContext, trace_context, written

MARK: Final = "telemetry:exported"
"""Value of the store: what ended by then (ms since the epoch) was exported, or given up."""


class Tracing:
    """The part of telemetry that makes traces. `deliver` takes what has ended; it must not block."""

    def __init__(self, sampler: Sampler, deliver: Callable[[Ended], None]) -> None:
        self._sampler = sampler
        self._deliver = deliver
        self._folds: dict[int, SpanFold] = {}
        self._since = self._until = 0
        self._repeated: set[int] = set()

    async def began(self, store: Store, now: int) -> None:
        """See `Observer.began`: learn what an engine that has crashed may have left unexported."""
        content = await store.value(MARK)
        self._since, self._until = int(content) if content else now, now

    @property
    def since(self) -> int:
        """What ended after this (ms since the epoch) may not have been exported before a crash."""
        return self._since

    @property
    def repeats(self) -> bool:
        """Whether there may be such a thing."""
        return self._since < self._until

    def moved(self, subject: Subject, at: int, events: Sequence[Event]) -> None:
        """See `Observer.moved`."""
        fold = self._folds.get(subject.number)
        if fold is None:
            if type(events[0]) is not InstanceStarted or not self._samples(subject.instance):
                return
            fold = self._folds[subject.number] = SpanFold(subject.plan, subject.shown)
        for span in fold.apply(at, events):
            self._deliver(Ended(fold.trace_id, fold.state, fold.remote, span))

    def returned(self, subject: Subject, transitions: Sequence[Transition]) -> None:
        """See `Observer.returned`."""
        number = subject.number
        if not self._samples(subject.instance):
            return
        fold = self._folds[number] = SpanFold(subject.plan, subject.shown)
        repeats = number not in self._repeated
        for at, events in transitions:
            for span in fold.apply(at, events):
                if repeats and self._since < at <= self._until:
                    self._repeated.add(number)
                    self._deliver(Ended(fold.trace_id, fold.state, fold.remote, span))

    def left(self, number: int) -> None:
        """See `Observer.left`."""
        self._folds.pop(number, None)

    def context(self, subject: Subject, effect: Invoke) -> TraceContext | None:
        """See `Observer.context`. A trace that is not recorded goes on all the same, unrecorded."""
        fold = self._folds.get(subject.number)
        if fold is not None:
            return fold.context(effect.run, sampled=True)
        instance = subject.instance
        caller = caller_of(instance)
        if caller is not None:
            return caller
        id, seed = instance.id, instance.seed
        return written(trace_id(id, seed), span_id(id, seed, "try", effect.run, effect.attempt), sampled=False)

    def _samples(self, instance: Instance) -> bool:
        caller = caller_of(instance)
        own = trace_id(instance.id, instance.seed) if caller is None else caller.trace_id
        return self._sampler.samples(own, caller)


def caller_of(instance: Instance) -> TraceContext | None:
    """The trace context with which an instance was started."""
    labels = instance.labels
    return trace_context(labels.get("traceparent"), labels.get("tracestate")) if labels else None
