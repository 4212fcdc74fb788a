"""Attributes of spans: OpenTelemetry's semantic conventions where there are some, `counterpoint.` for our own.

Data of the workflow is never among them, but for the address of a call, which goes without its query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from counterpoint.plan import Plan
from counterpoint.plan.model import CallTask, EmitTask, ListenTask, RunTask, Task
from counterpoint.telemetry.spans import CLIENT, CONSUMER, INTERNAL, PRODUCER, Attributes
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import short_type

ERROR_TYPE: Final = "error.type"
STATUS: Final = "counterpoint.status"
ATTEMPT: Final = "counterpoint.attempt"
OUTCOME: Final = "counterpoint.outcome"
RUN: Final = "counterpoint.task.run"
DUE: Final = "counterpoint.due"

Shown = Callable[[JsonValue], JsonValue]
"""Masks what may not be shown."""


def of_plan(plan: Plan, instance: str) -> Attributes:
    """What all spans of an instance have."""
    return {
        "counterpoint.instance.id": instance,
        "counterpoint.workflow.namespace": plan.namespace,
        "counterpoint.workflow.name": plan.name,
        "counterpoint.workflow.version": plan.version,
    }


def of_task(task: Task, run: int) -> Attributes:
    """What tells a task run from others."""
    found: Attributes = {
        "counterpoint.task.name": task.name,
        "counterpoint.task.reference": task.reference,
        "counterpoint.task.kind": task.kind,
        RUN: run,
    }
    if isinstance(task, CallTask | RunTask):
        found["counterpoint.task.function"] = task.function
    return found


def kind_of_task(task: Task) -> str:
    """A `listen` takes messages; everything else is internal: what goes out are attempts."""
    return CONSUMER if isinstance(task, ListenTask) else INTERNAL


def kind_of_attempt(task: Task) -> str:
    """The kind of the span of an attempt, which is where an effect leaves."""
    if isinstance(task, EmitTask):
        return PRODUCER
    if isinstance(task, CallTask) or (isinstance(task, RunTask) and task.function != "workflow"):
        return CLIENT
    return INTERNAL


def of_call(task: Task, arguments: Any, shown: Shown) -> Attributes:
    """What is known of an effect from its arguments."""
    if not isinstance(arguments, dict):
        return {}
    if isinstance(task, EmitTask):
        return of_event(arguments) | {
            "messaging.system": "counterpoint",
            "messaging.operation.type": "send",
            "messaging.destination.name": str(arguments.get("type")),
        }
    if isinstance(task, CallTask) and task.function == "http":
        return _of_http(arguments, shown)
    if isinstance(task, CallTask) and task.function == "openapi":
        return {"counterpoint.openapi.operation": str(arguments.get("operationId"))}
    return {}


def of_event(event: JsonObject) -> Attributes:
    """Attributes of a CloudEvent."""
    names = {"id": "event_id", "source": "event_source", "type": "event_type", "subject": "event_subject"}
    return {f"cloudevents.{ours}": event[name] for name, ours in names.items() if isinstance(event.get(name), str)}


def of_problem(problem: JsonObject) -> Attributes:
    """Attributes of an error; its words are the span's status."""
    found: Attributes = {ERROR_TYPE: short_type(str(problem.get("type")))}
    if isinstance(problem.get("status"), int):
        found["counterpoint.error.status"] = problem["status"]
    return found


def words_of(problem: JsonObject, shown: Shown) -> str:
    """What went wrong, in words that may be shown."""
    return str(shown(problem.get("detail") or problem.get("title") or ""))


def _of_http(arguments: JsonObject, shown: Shown) -> Attributes:
    endpoint = arguments.get("endpoint")
    uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
    found: Attributes = {"http.request.method": str(arguments.get("method", "")).upper()}
    try:
        parts = urlsplit(str(shown(uri)))
        port = parts.port
    except ValueError:
        return found
    if parts.hostname:
        # The query and the user are left out: that is where credentials are.
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        found["url.full"] = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path}"
        found["server.address"] = parts.hostname
        found["server.port"] = port or (443 if parts.scheme == "https" else 80)
    return found
