"""The saga of the crash harness: four HTTP calls, each with its undo; the payment is retried."""

from __future__ import annotations

import json
from typing import Any

from tests.crash.world import SERVICES

STEP_TIMEOUT = {"after": {"milliseconds": 800}}
RETRY = {"delay": {"milliseconds": 10}, "limit": {"attempt": {"count": 4}}}
UNDO_RETRY = {"delay": {"milliseconds": 20}, "limit": {"attempt": {"count": 20}}}


def document(url: str) -> str:
    """The document (JSON, which is YAML) for services at `url`."""
    steps = {service: _step(url, service) for service in SERVICES}
    steps["payments"] = {
        "try": [{"pay": steps["payments"]}],
        "catch": {
            "errors": {"with": {"status": 503}},
            "retry": RETRY,
            "betweenAttempts": "keep",
        },
    }
    head = {"dsl": "1.0.3", "namespace": "crash", "name": "checkout", "version": "1.0.0"}
    return json.dumps({"document": head, "do": [{name: step} for name, step in steps.items()]})


def _step(url: str, service: str) -> dict[str, Any]:
    order = {"order": "${ $workflow.input.order }"}
    undo = {
        **_post(f"{url}/{service}/undo", {**order, "outcome": "${ $compensation.outcome }"}),
        "timeout": STEP_TIMEOUT,
    }
    return {
        **_post(f"{url}/{service}/do", order),
        "timeout": STEP_TIMEOUT,
        "compensate": {"do": [{f"undo{service.capitalize()}": undo}], "retry": UNDO_RETRY},
    }


def _post(endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"call": "http", "with": {"method": "post", "endpoint": endpoint, "body": body}}
