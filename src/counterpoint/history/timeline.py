"""A timeline: the state of an instance after any event of its history, forwards and backwards.

The first look at a place folds the history up to it, once; copies of the state are left on the way (snapshots). Every
later look copies the nearest snapshot before its place and folds at most the events between the two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from counterpoint.kernel import Instance, evolve
from counterpoint.kernel.cloning import clone
from counterpoint.kernel.events import Event
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject

Transition: TypeAlias = tuple[int, list[Event]]
"""Time in ms since the epoch, events."""
Observer: TypeAlias = Callable[[Instance, int, Event], None]
"""Told once of each event, in order: the state that it led to, and its number in the whole history, from 1."""

_SNAPSHOTS_MAX: Final = 16
_STRIDE_MIN: Final = 2_048
"""Events. A copy of a state costs as much as to fold a few thousand of them, more where its log is long."""


class Timeline:
    """The states of one history. It may grow; what it holds of it never changes."""

    def __init__(self, plan: Plan, secrets: JsonObject | None = None, observe: Observer | None = None) -> None:
        self.plan = plan
        self._secrets = secrets
        self._observe = observe
        self.transitions: list[Transition] = []
        self._before: list[int] = []
        """How many events came before each transition."""
        self._events = 0
        self._stride = _STRIDE_MIN
        self._snapshots: list[tuple[int, Instance]] = [(0, Instance(plan, secrets))]
        """States after so many events; nobody changes them."""
        self._front = Instance(plan, secrets)
        self._at_front = 0
        self._cursor: tuple[int, Instance] | None = None

    @property
    def events(self) -> int:
        """How many events it holds."""
        return self._events

    def extend(self, transitions: Iterable[Transition]) -> None:
        """The history has gone on."""
        for transition in transitions:
            self.transitions.append(transition)
            self._before.append(self._events)
            self._events += len(transition[1])

    def number(self, sequence: int, ordinal: int) -> int:
        """The number in the whole history, from 1, of an event of a transition (both from 1)."""
        return self._before[sequence - 1] + ordinal

    def place(self, number: int) -> tuple[int, int]:
        """The reverse of `number`."""
        sequence = bisect_right(self._before, number - 1)
        return sequence, number - self._before[sequence - 1]

    def state(self, number: int) -> Instance:
        """The state after so many events: to be looked at before the next call, and never changed."""
        if number > self._at_front:
            self._advance(number)
        if number == self._at_front:
            return self._front
        start, instance = self._nearest(number)
        self._fold(instance, start, number)
        self._cursor = (number, instance)
        return instance

    def _advance(self, number: int) -> None:
        """Fold on where the first pass has stopped, leaving snapshots."""
        while self._at_front < number:
            stop = min(number, self._snapshots[-1][0] + self._stride)
            self._fold(self._front, self._at_front, stop, self._observe)
            self._at_front = stop
            if stop == self._snapshots[-1][0] + self._stride:
                self._snapshots.append((stop, clone(self._front)))
                if len(self._snapshots) > _SNAPSHOTS_MAX:
                    # Twice as far apart from now on, and every other one goes: memory stays bounded.
                    self._stride *= 2
                    del self._snapshots[1::2]

    def _nearest(self, number: int) -> tuple[int, Instance]:
        """A state of one's own to fold on from."""
        start, snapshot = self._snapshots[bisect_right(self._snapshots, number, key=lambda each: each[0]) - 1]
        cursor = self._cursor
        if cursor is not None and start <= cursor[0] <= number:
            return cursor
        return start, clone(snapshot)

    def _fold(self, instance: Instance, start: int, stop: int, observe: Observer | None = None) -> None:
        """Apply the events after number `start` up to `stop`."""
        if start == stop:
            return
        sequence, ordinal = self.place(start + 1)
        while start < stop:
            at, events = self.transitions[sequence - 1]
            instance.now, instance.sequence = at, sequence
            for event in events[ordinal - 1 : ordinal - 1 + stop - start]:
                evolve(instance, event)
                start += 1
                if observe is not None:
                    observe(instance, start, event)
            sequence, ordinal = sequence + 1, 1
        instance.take_changes()
