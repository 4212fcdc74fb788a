"""The spool: what is to be exported waits here, bounded, while a thread of its own does the exporting.

Nothing that an exporter does (being slow, failing, never answering) reaches the engine: what does not fit is dropped
and counted.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_DELAY_SECONDS: Final = 1.0
_log = logging.getLogger("counterpoint.telemetry")


class Spool(Generic[T]):
    """Hands items to `export` in batches, in order. `export` says whether they got through."""

    def __init__(self, name: str, export: Callable[[Sequence[T]], bool], queued_max: int, batch_max: int) -> None:
        self._name = name
        self._export = export
        self._queued_max = queued_max
        self._batch_max = batch_max
        self._queue: deque[T] = deque()
        self._woken = threading.Event()
        self._closed = False
        self._flushing: list[threading.Event] = []
        self._thread = threading.Thread(target=self._run, name=f"counterpoint-{name}", daemon=True)
        self.exported = self.failed = self.dropped = 0
        """How many items got through, were given up, and did not fit."""
        self.last: T | None = None
        """The last item that was exported, or given up."""
        self._thread.start()

    @property
    def queued(self) -> int:
        """How many items wait."""
        return len(self._queue)

    def offer(self, item: T) -> None:
        """Have an item exported soon. Never blocks."""
        if len(self._queue) >= self._queued_max or self._closed:
            self.dropped += 1
            return
        self._queue.append(item)
        if len(self._queue) == self._batch_max:
            self._woken.set()

    def flush(self, seconds_max: float) -> bool:
        """Wait until everything is exported or given up, within the time given; whether it is. Blocks."""
        drained = threading.Event()
        self._flushing.append(drained)
        self._woken.set()
        return drained.wait(seconds_max)

    def close(self, seconds_max: float) -> None:
        """Export what waits, within the time given, and stop. Blocks: call it from a thread."""
        self._closed = True
        self._woken.set()
        self._thread.join(seconds_max)
        left = len(self._queue)
        if left:
            self.dropped += left
            self._queue.clear()
            _log.warning("%d %s were not exported: the time to stop was up", left, self._name)

    def _run(self) -> None:
        while not self._closed:
            self._woken.wait(_DELAY_SECONDS)
            self._woken.clear()
            self._drain()
        self._drain()

    def _drain(self) -> None:
        queue = self._queue
        while queue:
            batch = [queue.popleft() for _ in range(min(len(queue), self._batch_max))]
            try:
                through = self._export(batch)
            except Exception:
                _log.exception("the exporter of %s failed", self._name)
                through = False
            if through:
                self.exported += len(batch)
            else:
                self.failed += len(batch)
            self.last = batch[-1]
        while self._flushing:
            self._flushing.pop().set()
