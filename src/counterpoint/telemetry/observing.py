"""The observer of an engine: whatever of telemetry is configured, told together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final, ParamSpec, Protocol

from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import Event
from counterpoint.ports.store import Store
from counterpoint.ports.telemetry import Subject, Transition
from counterpoint.telemetry.metering import Metering
from counterpoint.telemetry.tracing import Tracing, caller_of
from counterpoint.values.trace_context import TraceContext

P = ParamSpec("P")
_log: Final = logging.getLogger("counterpoint.telemetry")


def _harmless(tell: Callable[P, None]) -> Callable[P, None]:
    """A fault of ours here must not become one of the engine's."""

    @wraps(tell)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            tell(*args, **kwargs)
        except Exception:
            _log.exception("telemetry failed; the engine goes on")

    return guarded


class Current(Protocol):
    """Makes a trace context the current one of Python code; the module `otel` does."""

    def attach(self, context: TraceContext) -> object:
        """From now on; gives what `detach` takes."""

    def detach(self, token: object) -> None:
        """No longer."""


class Observing:
    """See `ports.telemetry.Observer`."""

    def __init__(
        self,
        tracing: Tracing | None,
        metering: Metering | None,
        current: Current | None,
    ) -> None:
        self._tracing = tracing
        self._metering = metering
        self._current = current

    async def began(self, store: Store, now: int) -> None:
        """See `Observer.began`."""
        if self._tracing is not None:
            await self._tracing.began(store, now)

    @_harmless
    def moved(self, subject: Subject, at: int, events: Sequence[Event]) -> None:
        """See `Observer.moved`."""
        if self._tracing is not None:
            self._tracing.moved(subject, at, events)
        if self._metering is not None:
            self._metering.moved(subject, at, events)

    @_harmless
    def returned(self, subject: Subject, transitions: Sequence[Transition]) -> None:
        """See `Observer.returned`."""
        if self._tracing is not None:
            self._tracing.returned(subject, transitions)
        if self._metering is not None:
            self._metering.returned(subject)

    @_harmless
    def left(self, number: int) -> None:
        """See `Observer.left`."""
        if self._tracing is not None:
            self._tracing.left(number)
        if self._metering is not None:
            self._metering.left(number)

    @_harmless
    def wrote(self, transitions: int, seconds: float) -> None:
        """See `Observer.wrote`."""
        if self._metering is not None:
            self._metering.wrote(transitions, seconds)

    def context(self, subject: Subject, effect: Invoke) -> TraceContext | None:
        """See `Observer.context`."""
        return caller_of(subject.instance) if self._tracing is None else self._tracing.context(subject, effect)

    def enter(self, context: TraceContext | None) -> Any:
        """See `Observer.enter`."""
        if context is None or self._tracing is None or self._current is None:
            return None
        return self._current.attach(context)

    def leave(self, token: Any) -> None:
        """See `Observer.leave`."""
        if token is not None and self._current is not None:
            self._current.detach(token)
