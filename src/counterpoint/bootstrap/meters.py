"""Metrics, joined to an engine: kept for whoever reads them, and pushed over OTLP where that is wanted."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final

from counterpoint.application.service import Service
from counterpoint.bootstrap.vitals import Vitals
from counterpoint.connectors.circuits import Circuits
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import NotFound
from counterpoint.telemetry import exposition
from counterpoint.telemetry.instruments import REQUEST_DURATION
from counterpoint.telemetry.metering import Metering
from counterpoint.telemetry.series import Bounded, Series
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.telemetry.spans import Ended
from counterpoint.telemetry.spool import Spool

_LOOK_SECONDS_MAX: Final = 5.0
_log = logging.getLogger("counterpoint.telemetry")


class Meters:
    """The metrics of one engine; see `application.metering.Metered`."""

    def __init__(self, settings: TelemetrySettings) -> None:
        self._settings = settings
        self._series = Series()
        self._routes = Bounded(settings.metric_series_max)
        self.metering = Metering(self._series, settings.metric_series_max)
        self._vitals: Vitals | None = None
        self._since_ms = 0
        self._runtime: Runtime | None = None
        self._pushing: threading.Thread | None = None
        self._stopped = threading.Event()

    def run(self, runtime: Runtime, service: Service, circuits: Circuits, spool: Spool[Ended] | None) -> None:
        """Begin, once the engine has started."""
        self._runtime, self._since_ms = runtime, runtime.clock.now()
        self._vitals = Vitals(runtime, service.events, circuits, self.metering, self._series, spool)
        runtime.spawn(self._vitals.learn_incidents())
        if self._settings.metrics:
            loop = asyncio.get_running_loop()
            name = "counterpoint-metrics"
            self._pushing = threading.Thread(target=self._push_now_and_then, args=(loop,), name=name, daemon=True)
            self._pushing.start()

    async def stop(self) -> None:
        """Before the engine stops: push what there is, as far as there is time."""
        self._stopped.set()
        if self._pushing is not None:
            await asyncio.to_thread(self._pushing.join, self._settings.stop_ms_max / 2000)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """See `Metered.request`."""
        self._series.record(REQUEST_DURATION, seconds, self._routes.of(method, route, str(status)))

    async def text(self) -> bytes:
        """See `Metered.text`."""
        if not self._settings.prometheus:
            raise NotFound("this server keeps no metrics for Prometheus; serve with --metrics")
        await self._look()
        return exposition.in_text(self._series)

    async def _look(self) -> None:
        if self._vitals is not None:
            await self._vitals.look()

    def _push_now_and_then(self, loop: asyncio.AbstractEventLoop) -> None:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

        exporter = OTLPMetricExporter()
        while not self._stopped.wait(self._settings.metrics_every_ms / 1000):
            self._push(exporter, loop)
        self._push(exporter, loop)
        exporter.shutdown()

    def _push(self, exporter: object, loop: asyncio.AbstractEventLoop) -> None:
        """What fails is told again with the next push: counts only grow."""
        assert self._runtime is not None
        try:
            asyncio.run_coroutine_threadsafe(self._look(), loop).result(_LOOK_SECONDS_MAX)
            exporter.export(exposition.in_otlp(self._series, self._since_ms, self._runtime.clock.now()))  # type: ignore[attr-defined]
        except Exception as error:
            _log.warning("metrics could not be exported: %s: %s", type(error).__name__, error)
