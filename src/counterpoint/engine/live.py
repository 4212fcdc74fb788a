"""A live instance: its state in memory, and what the engine knows of it besides."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, NamedTuple, TypeAlias, cast

import msgspec

from counterpoint.engine.labels import CORRELATION
from counterpoint.engine.resting import NOTHING, Waits, resting, waits_of
from counterpoint.engine.secrets import Veil
from counterpoint.history import Blob, fold
from counterpoint.kernel import Instance
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import Event
from counterpoint.kernel.naming import BUSINESS_KEY
from counterpoint.kernel.state import Saga, Status
from counterpoint.masking import Redaction, redaction_of
from counterpoint.plan.model import Plan
from counterpoint.ports.store import InstanceRow, Summary
from counterpoint.values.json import JsonObject, JsonValue

TRACE_MAX: Final = 64
"""Transitions of which the events are kept in memory; with more of them, views read the journal."""

Transition: TypeAlias = tuple[int, list[Event]]
"""Time in ms since the epoch, events."""


class Tale:
    """What lifecycle events need to know of an instance beside the events of a transition. It follows from them."""

    __slots__ = ("correlations", "id", "plan", "redaction", "runs")

    def __init__(self, plan: Plan, id: str) -> None:
        self.plan = plan
        self.id = id
        self.redaction = redaction_of(plan)
        """What masks it; None where no schema marks anything."""
        self.runs: dict[int, int] = {}
        """Task numbers of the runs that go on, by run."""
        self.correlations: dict[int, JsonObject] = {}
        """Correlation keys that runs have fixed, by run."""


class Prefix(NamedTuple):
    """What a fork takes over: the beginning of another instance's history, to be stored with its first own transition.

    Large values need not be stored again: the two share them.
    """

    bodies: list[bytes]
    transitions: list[Transition]
    blobs: list[Blob]


class Live(msgspec.Struct, eq=False):
    """One instance in memory. The row's columns are as they were last written."""

    number: int
    definition: int
    """Number of its definition in the store."""
    plan: Plan
    veil: Veil | None = None
    """Where the workflow declares secrets: hides and reveals them."""
    instance: Instance = cast("Instance", None)  # the working copy, made at once
    redaction: Redaction | None = None
    """What masks it where it is shown; None where no schema marks anything."""
    status: Status | None = None
    saga: Saga | None = None
    active: bool = True
    wake_at: int | None = None
    listens: tuple[str, ...] = ()
    waits: Waits = NOTHING
    stored: bool = False
    """Whether the store has its first transition."""
    prefix: Prefix | None = None
    """Of a fork, until it is stored."""
    touched: bool = False
    """It has transitions in the batch that is being written."""
    large: bool = False
    """It holds values that are stored by reference."""
    pins: int = 0
    """Commands that are queued for it: it may not leave memory before they are decided."""
    reopened: bool = False
    """It had ended, and came back only to be undone."""
    doomed: bool = False
    """It could not even be failed: nothing more is done with it."""
    flights: dict[int, asyncio.Task[None]] = {}
    """Who carries out which run's effect."""
    repeated: set[int] = set()
    """Runs whose effect may have been carried out before a restart: a failure now does not mean that it was not."""
    held: deque[Invoke] = msgspec.field(default_factory=deque)
    """Effects that wait because too many of this instance are in flight."""
    listening: dict[int, tuple[str, ...]] = {}
    """Event types by the run that listens for them."""
    trace: list[Transition] | None = []
    """All transitions so far, while they are few."""
    tale: Tale | None = None
    """What telling of it needs, once lifecycle events are wanted."""

    def __post_init__(self) -> None:
        self.renew()

    def __repr__(self) -> str:
        return f"<live instance {self.number}>"

    def renew(self) -> None:
        """The working copy of one that is not stored yet: empty, but for the history that a fork begins with."""
        tokens = None if self.veil is None else self.veil.tokens
        if self.prefix is not None:
            self.recall(fold(self.plan, self.prefix.transitions, tokens), self.prefix.transitions)
            return
        self.instance = Instance(self.plan, tokens)
        self.trace = []
        self.redaction = redaction_of(self.plan)

    def adopt(self, row: InstanceRow) -> None:
        """Take over what the row says."""
        self.status = Status(row.status)
        self.saga = None if row.saga is None else Saga(row.saga)
        self.active, self.wake_at, self.listens = row.active, row.wake_at, row.listens
        self.waits = Waits(row.waits, row.due_at)

    def recall(self, instance: Instance, transitions: list[Transition]) -> None:
        """Take over what was folded from the journal."""
        self.instance, self.trace = instance, None
        self.redaction = redaction_of(self.plan, transitions)

    def note(self, sequence: int, at: int, events: list[Event]) -> None:
        """Remember a transition for views."""
        if self.redaction is not None:
            self.redaction.note(sequence, at, events)
        if self.trace is not None:
            self.trace.append((at, events))
            if len(self.trace) > TRACE_MAX:
                self.trace = None

    def shown(self, value: JsonValue) -> JsonValue:
        """`value` as people, logs and traces may see it: without secrets, and what a schema marks as sensitive."""
        if self.veil is not None:
            value = self.veil.hide(value)
        return value if self.redaction is None else self.redaction.value(value)

    @property
    def awaited(self) -> bool:
        """Whether it can go no further without help from outside: it ended, or an incident is open."""
        instance = self.instance
        return instance.over or self.doomed or instance.saga is Saga.STUCK or bool(instance.stuck)

    def row(self, now: int, evict_after_ms: int) -> InstanceRow:
        """Its row, when it is stored for the first time."""
        self._settle(now, evict_after_ms)
        instance = self.instance
        return InstanceRow(
            number=self.number,
            id=instance.id,
            definition=self.definition,
            status=instance.status.value,
            saga=None if instance.saga is None else instance.saga.value,
            created_at=instance.started_at if self.prefix is None else now,
            ended_at=instance.ended_at,
            parent=instance.parent,
            active=self.active,
            wake_at=self.wake_at,
            listens=self.listens,
            error_type=None if instance.error is None else instance.error["type"],
            business_key=instance.labels.get(BUSINESS_KEY),
            correlation=instance.labels.get(CORRELATION),
            waits=self.waits.words,
            due_at=self.waits.due_at,
        )

    def summary(self, now: int, evict_after_ms: int) -> Summary | None:
        """The row's new columns where they have changed."""
        instance = self.instance
        if not self._settle(now, evict_after_ms):
            return None
        return Summary(
            number=self.number,
            status=instance.status.value,
            saga=None if instance.saga is None else instance.saga.value,
            ended_at=instance.ended_at,
            active=self.active,
            wake_at=self.wake_at,
            listens=self.listens,
            error_type=None if instance.error is None else instance.error["type"],
            waits=self.waits.words,
            due_at=self.waits.due_at,
        )

    def _settle(self, now: int, evict_after_ms: int) -> bool:
        """Bring the columns up to date; whether any changed."""
        instance = self.instance
        status, waits = instance.status, waits_of(instance)
        if (
            status is Status.RUNNING
            and status is self.status
            and self.active
            and waits is self.waits
            and instance.saga is self.saga
        ):
            return False
        active, wake_at, listens = resting(instance, now, evict_after_ms)
        new = (status, instance.saga, active, wake_at, listens, waits)
        if new == (self.status, self.saga, self.active, self.wake_at, self.listens, self.waits):
            return False
        self.status, self.saga, self.active, self.wake_at, self.listens, self.waits = new
        return True
