"""A collector that is not there: one warning, and not more often than once a minute.

OpenTelemetry's exporters tell of every attempt, at length. Whatever else they say is logged as it comes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

EXPORTERS: Final = tuple(f"opentelemetry.exporter.otlp.proto.http.{kind}_exporter" for kind in ("trace", "metric"))
_EVERY_SECONDS: Final = 60.0
_SIGNALS: Final = {"span": "spans", "metrics": "metrics"}
_DEPTH_MAX: Final = 8
_log = logging.getLogger("counterpoint.telemetry")


class Unreachable(logging.Filter):
    """Takes the complaints of exporters out of the log, and tells one of them from time to time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._told: float | None = None
        self._withheld = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is none of those complaints."""
        found = _complaint(record)
        if found is None:
            return True
        now = self._now()
        if self._told is not None and now - self._told < _EVERY_SECONDS:
            self._withheld += 1
            return False
        again = f" ({self._withheld} more attempts have failed)" if self._withheld else ""
        self._told, self._withheld = now, 0
        message = (
            "the OpenTelemetry collector does not take %s: %s%s; it is tried again, and told once a minute at most"
        )
        _log.warning(message, *found, again)
        return False


_filter: Final = Unreachable()


def tell_once_a_minute() -> None:
    """From now on, for this process. May be called again."""
    for name in EXPORTERS:
        logging.getLogger(name).addFilter(_filter)


def _complaint(record: logging.LogRecord) -> tuple[str, str] | None:
    """Of what, and why; None for a record about something else."""
    template, given = str(record.msg), record.args if isinstance(record.args, tuple) else ()
    match given:
        case (reason, kind, _) if template.startswith("Transient error"):
            return _signal(kind), _reason(reason)
        case (kind, status, reason) if template.startswith("Failed to export"):
            told = _reason(reason)
            return _signal(kind), told if status is None else f"{status} {told}"
        case (kind,) if template.startswith("Failed to export"):
            return _signal(kind), "it was given up after several attempts"
        case () if template.startswith("Shutdown in progress"):
            return "what is left", "it is stopped while it cannot be reached"
    return None


def _signal(kind: object) -> str:
    return _SIGNALS.get(str(kind), str(kind))


def _reason(error: object) -> str:
    """The innermost reason, in a few words: what HTTP libraries say of it fills lines."""
    found = error
    for _ in range(_DEPTH_MAX):
        if not isinstance(found, BaseException):
            return str(found)
        if isinstance(found, OSError) and found.strerror:
            return found.strerror
        nested = [getattr(found, "reason", None), *found.args[:1], found.__cause__, found.__context__]
        inner = next((each for each in nested if isinstance(each, BaseException)), None)
        if inner is None:
            break
        found = inner
    return f"{type(found).__name__}: {found}".split("\n", 1)[0]
