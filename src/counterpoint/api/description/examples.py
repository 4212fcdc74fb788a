"""Examples of bodies, one for each schema that people meet first. A test holds each to its schema."""

from __future__ import annotations

from typing import Any, Final

from counterpoint.api.problems import TYPE, TYPES
from counterpoint.values.json import JsonObject

_REFERENCE: Final = "shop/checkout:1.2.0"
_ID: Final = "order-7"
_REQUEST: Final = "0b9e3a5cf5c44a1c9a0a5f3f6a1f7a55"
_BEGAN: Final = "2026-01-31T08:00:00.000Z"
_ENDED: Final = "2026-01-31T08:00:01.250Z"
_DEFINITION: Final = {
    "reference": _REFERENCE,
    "namespace": "shop",
    "name": "checkout",
    "version": "1.2.0",
    "digest": "b34b2b5a2f0a4d7b9c61f6a9d8f7e6c5b34b2b5a2f0a4d7b9c61f6a9d8f7e6c5",
    "publishedAt": _BEGAN,
    "state": "active",
    "sunset": None,
    "replacement": None,
}
_ERROR: Final = {
    "type": "https://open-workflow-specification.org/spec/1.0.0/errors/communication",
    "status": 503,
    "title": "Communication Error",
    "detail": "the payment service did not answer",
    "instance": "/do/1/charge",
}
_INCIDENT: Final = {"run": 3, "reference": "/do/1/charge", "undo": True, "error": _ERROR}
_INSTANCE: Final[JsonObject] = {
    "id": _ID,
    "workflow": _REFERENCE,
    "status": "completed",
    "saga": None,
    "input": {"order": 7},
    "output": {"paid": True},
    "error": None,
    "reason": None,
    "context": None,
    "tasks": [
        {
            "run": 2,
            "reference": "/do/0/charge",
            "name": "charge",
            "status": "completed",
            "attempt": 1,
            "startedAt": _BEGAN,
            "endedAt": _ENDED,
            "error": None,
        }
    ],
    "incidents": [],
    "left": [],
    "parent": None,
    "labels": {"businessKey": "order-7"},
    "sequence": 4,
    "createdAt": _BEGAN,
    "endedAt": _ENDED,
}
_DETAILS: Final = {
    "invalid-request": "the body is not JSON: Input data was truncated",
    "unauthorized": "send the header `Authorization: Bearer` with the API token",
    "forbidden": "without an API token no other origin is served",
    "not-found": "there is no instance 'order-8'",
    "conflict": "the instance has ended",
    "precondition-failed": 'it is at W/"8" by now, not at W/"7": look again',
    "invalid-document": "the document has 1 fault: see diagnostics",
    "invalid-input": "`skip` needs a reason",
    "key-reused": "the idempotency key was used before, with another input",
    "unavailable": "the disk is full; nothing was written",
}


def problem(name: str) -> JsonObject:
    """A problem of a type."""
    status, title = TYPES[name]
    detail = _DETAILS.get(name, title[0].lower() + title[1:])
    return {"type": TYPE + name, "title": title, "status": status, "detail": detail, "requestId": _REQUEST}


EXAMPLES: Final[dict[str, Any]] = {
    "Accepted": {"accepted": 1},
    "CancelRequest": {"reason": "the customer changed their mind"},
    "DefinitionEntry": _DEFINITION,
    "HealthReport": {"status": "ok", "checks": {"store": "ok", "timers": "ok", "server": "ok"}},
    "History": {"items": [{"sequence": 1, "at": 1769846400000, "type": "InstanceStarted", "id": _ID}], "next": None},
    "Incident": _INCIDENT,
    "Instance": _INSTANCE,
    "ProblemDetails": problem("not-found"),
    "Reason": {"reason": "the warehouse is closed"},
    "ResolveRequest": {"run": 3, "action": "done", "reason": "paid back by hand"},
    "RetryRequest": {"run": 3},
    "StartRequest": {"definition": "shop/checkout", "input": {"order": 7}},
    "StartedInstance": {"id": _ID, "workflow": _REFERENCE, "replayed": False},
    "Validation": {
        "valid": False,
        "diagnostics": [
            {"code": "CP101", "severity": "error", "message": "`do` is missing", "line": 1, "column": 1, "pointer": ""}
        ],
    },
}
"""By the name of the schema."""
