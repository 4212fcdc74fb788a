"""Circuit breakers: a destination that fails again and again is not called for a while.

closed ──► open        after `failures_max` failures in a row
open ──► half-open     after `open_ms`: one call goes out as a trial
half-open ──► closed   it was answered; any other answer does as well
half-open ──► open     it failed
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

import msgspec

from counterpoint.connectors.timing import Now

OTHERS: Final = "other"
"""Stands for destinations that are remembered no longer."""
_log = logging.getLogger("counterpoint.circuits")


class CircuitSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """When a destination (host and port) of HTTP and OpenAPI calls counts as down."""

    failures_max: int = 20
    """Calls in a row without an answer, or with a status of 500 and more, that open a circuit; 0: it never opens."""
    open_ms: int = 5_000
    """How long nothing is sent then, until one call goes out as a trial."""
    destinations_max: int = 1_000
    """Destinations whose failures are remembered; while all of them are down, further ones have no circuit."""

    def __post_init__(self) -> None:
        for name, least in (("failures_max", 0), ("open_ms", 1), ("destinations_max", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")


class State(IntEnum):
    """Of a circuit; the numbers are those of the metric."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class CircuitOpen(Exception):
    """A call that was not made: `destination` may be tried again in `wait_ms`."""

    def __init__(self, destination: str, failures: int, wait_ms: int, trial_at: int) -> None:
        super().__init__(destination)
        self.destination = destination
        self.failures = failures
        self.wait_ms = wait_ms
        self.trial_at = trial_at
        """Milliseconds since the epoch."""


class Told(NamedTuple):
    """What is to be told of a destination."""

    destination: str
    state: State
    opened: int
    """How often its circuit went from closed to open."""
    refused: int
    """Calls that were not made."""


class _Circuit:
    """One destination's. `until` is when the next trial may go (ms since the epoch); None while it is closed."""

    __slots__ = ("failures", "opened", "opened_at", "refused", "trial", "until")

    def __init__(self) -> None:
        self.failures = self.opened = self.refused = self.opened_at = 0
        self.until: int | None = None
        self.trial = False

    def state(self, now: int) -> State:
        if self.until is None:
            return State.CLOSED
        return State.HALF_OPEN if self.trial or now >= self.until else State.OPEN


class Circuits:
    """The circuits of all destinations. One for an engine; belongs to its event loop.

    A destination that answers costs nothing: it has no circuit before its first failure.
    """

    def __init__(self, settings: CircuitSettings, now: Now) -> None:
        self.settings = settings
        self._now = now
        self._circuits: OrderedDict[str, _Circuit] = OrderedDict()
        self._others = [0, 0]
        """Opened and refused, of those that are remembered no longer."""

    def enter(self, destination: str, *, insistent: bool = False) -> bool:
        """A call is about to be made; whether it is the trial. End it with `answered`, `failed` or `abandoned`.

        Raises CircuitOpen, but not at one that is `insistent`.
        """
        circuit = self._circuits.get(destination)
        if circuit is None or circuit.until is None:
            return False
        now, open_ms = self._now(), self.settings.open_ms
        # A clock that was set back must not keep it open for longer.
        if now >= circuit.until or circuit.until - now > open_ms:
            # One that never comes back must not be the last: after as long again there may be another.
            circuit.trial, circuit.until = True, now + open_ms
            return True
        if insistent:
            return False
        circuit.refused += 1
        raise CircuitOpen(destination, circuit.failures, circuit.until - now, circuit.until)

    def answered(self, destination: str) -> None:
        """It is there, whatever it said."""
        circuit = self._circuits.get(destination)
        if circuit is None:
            return
        if circuit.until is not None:
            # A warning as the opening was: who has read of the one must be able to read of the other.
            _log.warning(
                "the circuit of %s is closed again: it answers, after %.1f s",
                destination,
                (self._now() - circuit.opened_at) / 1000,
            )
        circuit.failures, circuit.until, circuit.trial = 0, None, False
        if not circuit.opened:
            del self._circuits[destination]

    def failed(self, destination: str, why: str, *, trial: bool) -> None:
        """It gave no answer, or one of a server that fails; `why` is for the log."""
        circuit = self._circuits.get(destination) or self._begin(destination)
        if circuit is None:
            return
        now = self._now()
        circuit.failures += 1
        if circuit.until is not None:
            if trial:
                circuit.trial, circuit.until = False, now + self.settings.open_ms
            return
        self._circuits.move_to_end(destination)
        if circuit.failures >= self.settings.failures_max:
            circuit.opened += 1
            circuit.opened_at, circuit.until = now, now + self.settings.open_ms
            message = "the circuit of %s is open after %d failures in a row (%s): the next call goes out in %.1f s"
            _log.warning(message, destination, circuit.failures, why, self.settings.open_ms / 1000)

    def abandoned(self, destination: str, *, trial: bool) -> None:
        """It was given up, and nothing was learnt: where it was the trial, another call may be it."""
        circuit = self._circuits.get(destination)
        if circuit is not None and trial and circuit.until is not None:
            circuit.trial, circuit.until = False, self._now()

    def told(self) -> Iterator[Told]:
        """All circuits that have ever opened, and as `other` what is remembered of no single one."""
        now = self._now()
        for destination, circuit in self._circuits.items():
            if circuit.opened:
                yield Told(destination, circuit.state(now), circuit.opened, circuit.refused)
        if any(self._others):
            yield Told(OTHERS, State.CLOSED, *self._others)

    def _begin(self, destination: str) -> _Circuit | None:
        """A new circuit; None where there is no room, as all others are open."""
        if len(self._circuits) >= self.settings.destinations_max and not self._forget():
            return None
        circuit = self._circuits[destination] = _Circuit()
        return circuit

    def _forget(self) -> bool:
        """Forget the closed circuit that failed longest ago; whether there was one."""
        for destination, circuit in self._circuits.items():
            if circuit.until is None:
                self._others[0] += circuit.opened
                self._others[1] += circuit.refused
                del self._circuits[destination]
                return True
        return False
