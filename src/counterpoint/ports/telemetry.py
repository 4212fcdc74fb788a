"""Telemetry: who is told of what became durable and of what is being done, and what a call is told of its trace.

The engine knows this protocol and no tool. Without an observer nothing of it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from counterpoint.kernel import Instance
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.ports.store import Store
from counterpoint.values.json import JsonValue
from counterpoint.values.trace_context import TraceContext

Transition: TypeAlias = tuple[int, list[Event]]
"""Time in ms since the epoch, events."""


class Subject(Protocol):
    """An instance as its observer sees it."""

    @property
    def number(self) -> int:
        """Its number in the store."""

    @property
    def instance(self) -> Instance:
        """Its state after the latest transition; only to be looked at."""

    @property
    def plan(self) -> Plan:
        """What it executes."""

    def shown(self, value: JsonValue) -> JsonValue:
        """`value` as it may be shown: what is secret or sensitive is masked."""


class Observer(Protocol):
    """Is told everything in order, on the engine's loop: it must be quick, and must not raise."""

    async def began(self, store: Store, now: int) -> None:
        """The store is claimed, and nothing has been read or done yet. Raises StoreError."""

    def moved(self, subject: Subject, at: int, events: Sequence[Event]) -> None:
        """A transition is durable, at `at` (ms since the epoch)."""

    def returned(self, subject: Subject, transitions: Sequence[Transition]) -> None:
        """An instance has come (back) into memory, with these transitions so far; or was folded again."""

    def left(self, number: int) -> None:
        """An instance has left memory: it ended, or only waits."""

    def wrote(self, transitions: int, seconds: float) -> None:
        """A batch of so many transitions was committed, which took so long."""

    def context(self, subject: Subject, effect: Invoke) -> TraceContext | None:
        """The trace context that goes out with an effect."""

    def enter(self, context: TraceContext | None) -> Any:
        """The effect of this context is carried out in the current task from now on; what `leave` takes."""

    def leave(self, token: Any) -> None:
        """It is not any more."""


class Work(NamedTuple):
    """An effect that is being carried out, and the trace context that goes out with it."""

    subject: Subject
    effect: Invoke
    trace: TraceContext | None


AT_WORK: Final[ContextVar[Work | None]] = ContextVar("counterpoint_at_work", default=None)
"""What the current task carries out, where there is an observer: log records are told of it."""

CALLER: Final[ContextVar[TraceContext | None]] = ContextVar("counterpoint_caller", default=None)
"""The trace context of the request that is being answered: what it starts belongs to that trace."""

REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("counterpoint_request_id", default=None)
"""The id of the request that is being answered: log records are told of it."""
