"""Telemetry, joined to an engine: made before it, begun with it, and stopped after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Final

from counterpoint.application.service import Service
from counterpoint.connectors.circuits import Circuits
from counterpoint.engine.live import Live
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import CounterpointError, InvalidInput
from counterpoint.ports.selection import Filter
from counterpoint.ports.store import Batch, InstanceRow
from counterpoint.ports.telemetry import CALLER
from counterpoint.telemetry.observing import Observing
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.telemetry.spans import Ended
from counterpoint.telemetry.spool import Spool
from counterpoint.telemetry.tracing import MARK, Tracing
from counterpoint.telemetry.unreachable import tell_once_a_minute
from counterpoint.values.trace_context import TraceContext

if TYPE_CHECKING:
    from counterpoint.bootstrap.meters import Meters

_MARK_SECONDS: Final = 5.0
_MARGIN_MS: Final = 1_000
"""Transitions are committed nearly in the order of their times, not quite."""
_CAUGHT_UP_MAX: Final = 10_000
"""Instances that are looked at after a crash, the newest first."""
_ROWS: Final = 200
_log: Final = logging.getLogger("counterpoint.telemetry")


class Telemetry:
    """What is configured, at work. `observer` is for the engine. Raises InvalidInput where the extra is missing."""

    def __init__(self, settings: TelemetrySettings, circuits: Circuits) -> None:
        self._settings = settings
        self._circuits = circuits
        self._otel = _otel() if settings.traces or settings.measures else None
        if self._otel is not None:
            tell_once_a_minute()
        self._spool: Spool[Ended] | None = None
        self._tracing: Tracing | None = None
        self._runtime: Runtime | None = None
        self._marking: asyncio.Task[None] | None = None
        self._marked = 0
        if self._otel is not None and settings.traces:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            export = self._otel.exporting(OTLPSpanExporter())
            self._spool = Spool("spans", export, settings.spans_queued_max, settings.spans_batch_max)
            self._tracing = Tracing(settings.sampler, self._spool.offer)
        self._meters = _meters(settings)
        metering = None if self._meters is None else self._meters.metering
        self.observer = Observing(self._tracing, metering, self._otel)

    @contextlib.contextmanager
    def calling(self) -> Iterator[None]:
        """What is started within belongs to the trace of the span in which the calling code is, where there is one."""
        current: TraceContext | None = (
            self._otel.current() if self._otel is not None and self._settings.traces else None
        )
        token = None if current is None else CALLER.set(current)
        try:
            yield
        finally:
            if token is not None:
                CALLER.reset(token)

    async def run(self, runtime: Runtime, service: Service) -> None:
        """Once the engine has started: remember from now on, from time to time, what has been exported."""
        self._runtime = runtime
        if self._meters is not None:
            self._meters.run(runtime, service, self._circuits, self._spool)
            service.metered = self._meters
        if self._tracing is not None:
            if not self._tracing.repeats:
                await self._mark(self._tracing.since)
            runtime.spawn(self._catch_up(runtime))
            self._marking = asyncio.create_task(self._mark_now_and_then(), name="counterpoint-telemetry")

    async def stop(self) -> None:
        """Before the engine stops: export what there is, and remember it."""
        if self._meters is not None:
            await self._meters.stop()
        if self._marking is not None:
            self._marking.cancel()
            await asyncio.gather(self._marking, return_exceptions=True)
            assert self._spool is not None
            if await asyncio.to_thread(self._spool.flush, self._settings.stop_ms_max / 2000):
                await self._mark(self._clock_now())
            else:
                await self._mark(self._exported_until())

    async def close(self) -> None:
        """After the engine has stopped: export the rest, as far as there is time."""
        if self._spool is not None:
            await asyncio.to_thread(self._spool.close, self._settings.stop_ms_max / 2000)

    async def _catch_up(self, runtime: Runtime) -> None:
        """Export again what instances have left that ended in the moments before a crash: nobody else reads them."""
        assert self._tracing is not None
        wanted, before, count = Filter(ended_from=self._tracing.since), None, 0
        while self._tracing.repeats and count < _CAUGHT_UP_MAX:
            rows = await runtime.store.browse(wanted, before=before, limit=_ROWS)
            for row in rows:
                if row.number not in runtime.population.lives:
                    try:
                        await self._repeat(runtime, row)
                    except Exception as error:
                        # One instance that cannot be read must not keep the spans of all others.
                        told = None if isinstance(error, CounterpointError) else error
                        _log.error("spans of instance %s are not exported again: %s", row.id, error, exc_info=told)
                await asyncio.sleep(0)
            count += len(rows)
            if len(rows) < _ROWS:
                return
            before = rows[-1].number

    async def _repeat(self, runtime: Runtime, row: InstanceRow) -> None:
        folded = await runtime.archive.fold(row)
        live = Live(row.number, row.definition, folded.plan, folded.veil)
        live.recall(folded.instance, folded.transitions)
        self.observer.returned(live, folded.transitions)
        self.observer.left(row.number)

    async def _mark_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_MARK_SECONDS)
            await self._mark(self._exported_until())

    async def _mark(self, until: int) -> None:
        if until <= self._marked or self._runtime is None:
            return
        content = str(until).encode()

        def write(batch: Batch) -> None:
            batch.values[MARK] = content

        try:
            await self._runtime.committer.request_write(write)
        except CounterpointError as error:  # the store fails, or too much is queued
            _log.warning("what was exported is not remembered: %s; it is tried again, or exported twice", error)
        else:
            self._marked = until

    def _exported_until(self) -> int:
        last = None if self._spool is None else self._spool.last
        return 0 if last is None else (last.span.ended_at or 0) - _MARGIN_MS

    def _clock_now(self) -> int:
        return 0 if self._runtime is None else self._runtime.clock.now()


def _otel() -> ModuleType:
    try:
        from counterpoint.telemetry import otel
    except ImportError as error:
        raise InvalidInput(
            f"telemetry needs libraries that are not installed ({error.name}): pip install 'counterpoint[telemetry]'"
        ) from error
    return otel


def _meters(settings: TelemetrySettings) -> Meters | None:
    if not settings.measures:
        return None
    from counterpoint.bootstrap.meters import Meters

    return Meters(settings)
