"""Vitals: what an engine is busy with at a moment, looked at whenever metrics are read."""

from __future__ import annotations

from counterpoint.application.events import Events
from counterpoint.connectors.circuits import Circuits
from counterpoint.engine.runtime import Runtime
from counterpoint.ports.selection import INCIDENT, Filter
from counterpoint.telemetry import instruments as i
from counterpoint.telemetry.metering import Metering
from counterpoint.telemetry.series import Series
from counterpoint.telemetry.spans import Ended
from counterpoint.telemetry.spool import Spool

_MS = 1_000
_INCIDENTS_FOLDED_MAX = 10_000
_ROWS = 200


class Vitals:
    """Puts what it sees into the series."""

    def __init__(
        self,
        runtime: Runtime,
        events: Events,
        circuits: Circuits,
        metering: Metering,
        series: Series,
        spool: Spool[Ended] | None,
    ) -> None:
        self._runtime = runtime
        self._events = events
        self._circuits = circuits
        self._metering = metering
        self._series = series
        self._spool = spool
        self._destinations: set[str] = set()

    async def look(self) -> None:
        """Look at everything. Raises StoreError."""
        runtime, put = self._runtime, self._series.put
        put(i.IN_MEMORY, len(runtime.population.lives))
        put(i.AWAY, runtime.population.away)
        put(i.ACTIVE, runtime.population.active)
        put(i.ACTIVE_LIMIT, runtime.population.active_max)
        put(i.COMMANDS_QUEUED, runtime.committer.queued)
        put(i.EFFECTS_QUEUED, runtime.calls.queued)
        put(i.EFFECTS_IN_FLIGHT, runtime.calls.in_flight)
        put(i.TIMERS, len(runtime.dispatch.timers))
        put(i.TIMERS_LATE, runtime.dispatch.timers.late_ms() / _MS)
        put(i.STORE_FAILING, float(runtime.committer.failure is not None))
        put(i.INCIDENTS_OPEN, self._metering.incidents)
        put(i.OUTBOX, runtime.outbox.owed)
        self._look_at_events()
        self._look_at_circuits()
        if self._spool is not None:
            for result in ("exported", "failed", "dropped"):
                put(i.SPANS, getattr(self._spool, result), (result,))
            put(i.SPANS_QUEUED, self._spool.queued)
        put(i.INBOX, await runtime.store.inbox_size())

    def _look_at_events(self) -> None:
        counters, put = self._events.counters, self._series.put
        put(i.EVENTS_IN, counters.accepted)
        put(i.EVENTS_DUPLICATE, counters.duplicates)
        for name, tally in self._events.tallies.items():
            put(i.SOURCE_CONNECTIONS, tally.connected, (name,))
            put(i.SOURCE_RECEIVED, tally.received, (name,))
            put(i.SOURCE_DUPLICATES, tally.duplicates, (name,))
            put(i.SOURCE_REFUSED, tally.put_aside, (name,))
            put(i.SOURCE_PAUSES, tally.pauses, (name,))
        for reason in ("invalid", "too_large", "unsigned", "wrongly_signed", "overload"):
            put(i.EVENTS_REFUSED, getattr(counters, reason), (reason,))
        for name, state in self._runtime.outbox.states.items():
            put(i.EVENTS_SENT, state.sent, (name,))
            put(i.SENDING_FAILED, state.failures, (name,))
            put(i.DEAD_LETTERS, state.refused, (name,))

    def _look_at_circuits(self) -> None:
        told = {each.destination: each for each in self._circuits.told()}
        for destination in self._destinations - set(told):  # forgotten, so that it is closed and told with the others
            self._series.drop(i.CIRCUIT_STATE, (destination,))
            self._series.drop(i.CIRCUIT_OPENED, (destination,))
            self._series.drop(i.CALLS_REFUSED, (destination,))
        self._destinations = set(told)
        for destination, each in told.items():
            self._series.put(i.CIRCUIT_STATE, each.state, (destination,))
            self._series.put(i.CIRCUIT_OPENED, each.opened, (destination,))
            self._series.put(i.CALLS_REFUSED, each.refused, (destination,))

    async def learn_incidents(self) -> None:
        """At start-up: instances that wait for a person alone are not loaded, and count all the same."""
        before, count, wanted = None, 0, Filter(waits=INCIDENT)
        while count < _INCIDENTS_FOLDED_MAX:
            rows = await self._runtime.store.browse(wanted, before=before, limit=_ROWS)
            for row in rows:
                if row.number not in self._runtime.population.lives:
                    instance = (await self._runtime.archive.fold(row)).instance
                    self._metering.found(row.number, {*instance.blocked, *instance.stuck})
            count += len(rows)
            if len(rows) < _ROWS:
                return
            before = rows[-1].number
