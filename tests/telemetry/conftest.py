"""What the tests of telemetry share: a collector, engines on a virtual clock, and a service that is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from counterpoint import Engine, NetworkPolicy
from counterpoint.engine.clock import VirtualClock
from counterpoint.stores.memory import MemoryStore
from counterpoint.telemetry.settings import TelemetrySettings
from tests.telemetry.collector import Collector, collecting


class KeptStore(MemoryStore):
    """A store in memory; each engine that opens it gets one of its own on the same contents."""

    async def close(self) -> None:
        """As a store on a disk: it can be opened again."""
        await super().close()
        self._closed = False


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """An OTLP receiver, to which exporters made from now on send."""
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        yield collector


@pytest.fixture
def engine_on() -> Callable[..., Engine]:
    """Makes an engine on a store in memory, traced unless told otherwise; options are those of `Engine.embedded`."""

    def make(store: MemoryStore | None = None, **options: Any) -> Engine:
        options.setdefault("clock", VirtualClock())
        options.setdefault("telemetry", TelemetrySettings(traces=True))
        return Engine.embedded(store=store or MemoryStore(), network=NetworkPolicy.development(), **options)

    return make


@pytest.fixture
def store() -> KeptStore:
    """A store in memory that several engines may open, one after the other."""
    return KeptStore()


@pytest.fixture
def anyio_backend() -> str:
    """The engine runs on asyncio."""
    return "asyncio"
