"""What calls do to the world: whether they change anything, and whether doing them twice is doing them once."""

from __future__ import annotations

from typing import Final

from counterpoint.plan.methods import is_safe
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask, RunTask, Task
from counterpoint.values.json import JsonObject

_KEYED: Final = frozenset({"http", "openapi"})
"""Connectors that send the idempotency key by themselves."""
_PROCESSES: Final = frozenset({"container", "script", "shell"})


def reads(task: Task) -> bool:
    """Whether a call only reads: GET and the other safe methods."""
    return isinstance(task, CallTask) and task.function == "http" and is_safe(_arguments(task).get("method"))


def keyed(task: Task) -> bool:
    """Whether a call may be made twice: it carries its key, or is declared idempotent."""
    if (task.definition.get("metadata") or {}).get("idempotent") is True:
        return True
    if isinstance(task, RunTask):
        return task.function not in _PROCESSES
    if not isinstance(task, CallTask):
        return True
    if task.function in (UNDO_WORKFLOW, "emit"):
        return True
    if task.function in _KEYED:
        headers = _arguments(task).get("headers")
        return not isinstance(headers, dict) or all(_own_key(name, value) for name, value in headers.items())
    return not _is_protocol(task.function)


def _own_key(name: str, value: object) -> bool:
    """A header of the document's own in the place of the key must be derived from something that tells calls apart."""
    return name.lower() != "idempotency-key" or (isinstance(value, str) and "$" in value and "now" not in value)


def _is_protocol(function: str) -> bool:
    """Registered functions get the key and are trusted with it; other protocols have no place for one."""
    return function in ("grpc", "asyncapi", "a2a", "mcp")


def _arguments(task: Task) -> JsonObject:
    found = task.definition.get("with")
    return found if isinstance(found, dict) else {}
