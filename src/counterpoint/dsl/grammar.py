"""Grammar of the whole document: a workflow of the Open Workflow Specification DSL 1.0.x.

The tables of `grammar_*` are our own description of the language. They give the verdict of the official
schema on every document, except where docs/diagnostics.md lists a code as ours.
"""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.grammar_parts import (
    AUTHENTICATION,
    CATALOG,
    DURATION,
    ERROR,
    INPUT,
    OUTPUT,
    READ_AS,
    RETRY,
    STRATEGY,
    TIMEOUT,
    TIMEOUT_OR_NAME,
)
from counterpoint.dsl.grammar_saga import DOCUMENT_SAGA
from counterpoint.dsl.grammar_tasks import TASK, TASK_LIST
from counterpoint.dsl.patterns import is_name
from counterpoint.dsl.report import Path, Report, shown, suggest
from counterpoint.dsl.shapes import OBJECT, STRING, STRINGS, Entries, NamedItems, Text, closed, opened
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.versions import is_version

_VERSION: Final = Text(what="a semantic version", fits=is_version, example="1.0.0")
_NAME: Final = Text(
    what="a name of letters, digits and inner hyphens, at most 63 characters", fits=is_name, example="order-checkout"
)
_DOCUMENT: Final = closed(
    "the document's header",
    {
        "dsl!": _VERSION,
        "namespace!": _NAME,
        "name!": _NAME,
        "version!": _VERSION,
        "title": STRING,
        "summary": STRING,
        "tags": OBJECT,
        "metadata": opened("an object", {"saga": DOCUMENT_SAGA}),
    },
)
_EXTENDABLE: Final = (
    "call", "composite", "emit", "for", "listen", "raise", "run", "set", "switch", "try", "wait", "all",
)  # fmt: skip
_EXTENSION: Final = closed(
    "an extension",
    {"extend!": Text(values=_EXTENDABLE), "when": STRING, "before": TASK_LIST, "after": TASK_LIST},
)
_USE: Final = closed(
    "reusable components",
    {
        "authentications": Entries(values=AUTHENTICATION),
        "errors": Entries(values=ERROR),
        "extensions": NamedItems(items=_EXTENSION, what="extension"),
        "functions": Entries(values=TASK),
        "retries": Entries(values=RETRY),
        "secrets": STRINGS,
        "timeouts": Entries(values=TIMEOUT),
        "catalogs": Entries(values=CATALOG),
    },
)


def _read_beside_on(value: JsonObject, path: Path, report: Report) -> None:
    if "read" in value and "on" not in value:
        report.error("CP110", (path, "read"), "`read` needs `on` beside it", of_key=True)


_SCHEDULE: Final = closed(
    "a schedule",
    {"every": DURATION, "cron": STRING, "after": DURATION, "on": STRATEGY, "read": READ_AS},
    _read_beside_on,
)


_UNKNOWN_MAX: Final = 20


def _warn_of_unknown(value: JsonObject, path: Path, report: Report) -> None:
    # The official schema leaves the top level open, so this cannot be an error.
    for name in [each for each in value if each not in WORKFLOW.known][:_UNKNOWN_MAX]:
        hint = suggest(name, WORKFLOW.known)
        report.warning("CP190", (path, name), f"unknown member {shown(name)} has no effect", hint, of_key=True)


WORKFLOW: Final = opened(
    "a workflow",
    {
        "document!": _DOCUMENT,
        "input": INPUT,
        "use": _USE,
        "do!": TASK_LIST,
        "timeout": TIMEOUT_OR_NAME,
        "output": OUTPUT,
        "schedule": _SCHEDULE,
        "evaluate": closed("evaluation settings", {"language": STRING, "mode": Text(values=("strict", "loose"))}),
    },
    _warn_of_unknown,
)


def check_structure(data: JsonValue, report: Report) -> None:
    """Report everything in which `data` (author form) departs from the language's structure."""
    WORKFLOW.check(data, None, report)
