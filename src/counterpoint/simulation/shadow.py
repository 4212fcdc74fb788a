"""The shadow: every instance as it is durable, folded from what the store has acknowledged, and checked at each event.

It knows nothing of the engine's memory, so it tells what the engine may do and what it must not have forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from counterpoint.history import Codec
from counterpoint.kernel import Instance, evolve
from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.kernel.invariants import violations
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.state import Saga
from counterpoint.plan.model import Plan
from counterpoint.ports.store import Batch

_OPEN: Final = frozenset({EntryState.DUE, EntryState.COMPENSATING, EntryState.RETRYING})
_ENDS: Final = (e.InstanceCompleted, e.InstanceFaulted, e.InstanceCancelled)


class Shadow:
    """All instances of a run by id. `findings` says what was wrong, in words."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._plans = plans
        self._codec = Codec()
        self._by_number: dict[int, Instance] = {}
        self._consumed: dict[int, set[int]] = {}
        self.instances: dict[str, Instance] = {}
        self.numbers: dict[str, int] = {}
        self.history: list[tuple[int, int, int, list[Event]]] = []
        """Every durable transition: number of the instance, sequence, time in ms since the epoch, events."""
        self.bodies: list[bytes] = []
        self.findings: list[str] = []

    def wrote(self, batch: Batch) -> None:
        """A batch has become durable."""
        for record in batch.records:
            at, events = self._codec.decode(record.body)
            self.history.append((record.instance, record.sequence, at, events))
            self.bodies.append(record.body)
            self._apply(record.instance, record.sequence, at, events)

    def _apply(self, number: int, sequence: int, at: int, events: list[Event]) -> None:
        instance = self._by_number.get(number)
        if instance is None:
            started = events[0]
            assert isinstance(started, e.InstanceStarted)
            instance = self._by_number[number] = Instance(self._plans[started.workflow])
            self._consumed[number] = set()
        instance.now = at
        for event in events:
            self.findings += (f"{instance.id}, transition {sequence}: {each}" for each in self._wrong(number, event))
            evolve(instance, event)
        instance.sequence = sequence
        instance.take_changes()
        self.instances[instance.id], self.numbers[instance.id] = instance, number
        self.findings += (f"{instance.id}, transition {sequence}: {each}" for each in violations(instance))

    def _wrong(self, number: int, event: Event) -> Iterator[str]:
        """What must not happen now."""
        instance, consumed = self._by_number[number], self._consumed[number]
        if instance.over and not isinstance(event, e.CompensationStarted):
            yield f"{type(event).__name__} follows the end"
        if isinstance(event, e.UndoStarted):
            entry = instance.log.get(event.entry)
            if entry is None:
                yield f"an undo of entry {event.entry}, which is not in the log"
                return
            if event.entry in consumed:
                yield f"entry {event.entry} is undone once more"
            for other in _must_come_first(instance, entry) if event.attempt == 1 else ():
                yield f"{entry.task.name} is undone before {other.task.name}, which follows it"
        elif isinstance(event, e.UndoCompleted) or (isinstance(event, e.UndoFailed) and not event.incident):
            if event.entry in consumed:
                yield f"entry {event.entry} is consumed twice"
            consumed.add(event.entry)
        elif isinstance(event, e.IncidentResolved) and event.run in instance.blocked and event.action != "retry":
            if event.run in consumed:
                yield f"entry {event.run} is consumed twice"
            consumed.add(event.run)
        elif isinstance(event, _ENDS) and instance.settling and instance.saga is Saga.COMPENSATED:
            yield "it ends while interrupted effects have not settled"


def _must_come_first(instance: Instance, entry: Entry) -> Iterator[Entry]:
    """Entries of the same unwinding that must have been undone before this one, and are not (saga.md, section 4)."""
    order = instance.plan.saga.order
    if order == "parallel":
        return
    for other in instance.log.values():
        if other is entry or other.scope != entry.scope:
            continue
        is_open = other.state in _OPEN or other.run in instance.blocked
        follows = other.order > entry.order if order == "sequential" else _follows(other, entry)
        if is_open and follows:
            yield other


def _follows(later: Entry, earlier: Entry) -> bool:
    """Whether one stands after the other in a sequence. Runs have numbers that grow."""
    around = 0
    for a, b in zip((*later.ancestors, later.run), (*earlier.ancestors, earlier.run), strict=False):
        if a != b:
            return around not in later.forks and a > b
        around = a
    return len(later.ancestors) < len(earlier.ancestors)  # a task follows what is inside of it
