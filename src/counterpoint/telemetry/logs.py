"""Logs, as lines for people or as JSON: each record with the work and the request that it belongs to.

Records are those of the standard `logging`; code that workflows call logs as it always does, and gets the same fields.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from counterpoint.ports.telemetry import AT_WORK, REQUEST_ID

JSON: Final = "json"
FORMATS: Final = ("text", JSON)
LEVELS: Final = ("debug", "info", "warning", "error")
_FAILURES: Final = ("exception", "event", "stack")


def configure(format: str, level: str, stream: TextIO) -> None:
    """Have everything logged to a stream from now on: `format` is one of FORMATS, `level` of LEVELS.

    The level is that of Counterpoint and of the code that it calls; libraries tell of warnings at most.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(format))
    root, ours = logging.getLogger(), logging.getLogger("counterpoint")
    for each in list(root.handlers):
        root.removeHandler(each)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, _number(level)))
    ours.setLevel(_number(level))
    ours.propagate = True
    if format == JSON:
        _tell_everything()


def _tell_everything() -> None:
    """What Python writes to standard error by itself becomes records too: warnings, and what nobody has caught."""
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _uncaught("the process failed", error)
    threading.excepthook = lambda given: _uncaught("a thread failed", given.exc_value)
    sys.unraisablehook = lambda given: _uncaught(str(given.err_msg or "an exception was ignored"), given.exc_value)


def _uncaught(what: str, error: BaseException | None) -> None:
    logging.getLogger("counterpoint").critical("%s: %s", what, type(error).__name__, exc_info=error)


def formatter(format: str) -> logging.Formatter:
    """What makes a line of a record."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_work,
        structlog.processors.format_exc_info,
        mask,
    ]
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if format == JSON:
        last += [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last.append(structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time"))
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)


def add_work(logger: Any, method: str, event: EventDict) -> EventDict:
    """Tell which effect is being carried out, and which request is being answered, where there is one."""
    request, work = REQUEST_ID.get(), AT_WORK.get()
    if request is not None:
        event.setdefault("request_id", request)
    if work is not None:
        instance, effect, trace = work.subject.instance, work.effect, work.trace
        found = {"instance": instance.id, "workflow": instance.workflow, "task": effect.reference}
        _add(event, {**found, "attempt": effect.attempt})
        if trace is not None:
            _add(event, {"trace_id": trace.trace_id, "span_id": trace.span_id})
    return event


def mask(logger: Any, method: str, event: EventDict) -> EventDict:
    """Let no secret and nothing sensitive out, whatever an exception says."""
    work = AT_WORK.get()
    if work is not None:
        for name in _FAILURES:
            if name in event:
                event[name] = work.subject.shown(str(event[name]))
    return event


def _add(event: EventDict, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        event.setdefault(name, value)


def _number(level: str) -> int:
    return int(logging.getLevelNamesMapping()[level.upper()])
