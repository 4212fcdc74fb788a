"""The sagas of the crash harness: four HTTP calls, each with its undo; the payment is retried.

In one the calls follow each other, in one the last two run side by side, in one the payment is a workflow of its own.
"""

from __future__ import annotations

import json
from typing import Any

from tests.crash.world import SERVICES

STEP_TIMEOUT = {"after": {"milliseconds": 1500}}
RETRY = {"delay": {"milliseconds": 10}, "limit": {"attempt": {"count": 4}}}
UNDO_RETRY = {"delay": {"milliseconds": 20}, "limit": {"attempt": {"count": 1000}}}
"""No undo gives up, however slow the machine is: a saga that is stuck would wait for a person."""
ORDER = {"order": "${ $workflow.input.order }"}

SHAPES = ("sequence", "fork", "child")
PAYMENT = {"namespace": "crash", "name": "payment", "version": "1.0.0"}

Task = dict[str, Any]


def documents(url: str) -> dict[str, str]:
    """The documents (JSON, which is YAML) for services at `url`, by name; a child comes before its caller."""
    steps = {service: _step(url, service) for service in SERVICES}
    steps["payments"] = _stubborn(steps["payments"])
    branches = [{name: steps[name]} for name in SERVICES[2:]]
    child = {"run": {"workflow": {**PAYMENT, "input": ORDER}}}
    shapes = {
        "payment": {"payments": steps["payments"]},
        "sequence": steps,
        "fork": {**{name: steps[name] for name in SERVICES[:2]}, "last": {"fork": {"branches": branches}}},
        "child": {**steps, "payments": child},
    }
    return {name: _document(name, tasks) for name, tasks in shapes.items()}


def shape_of(order: str) -> str:
    """The document by which an order is run: the end of its name says so."""
    return order.rsplit("-", 1)[1]


def rank(order: str, service: str) -> int:
    """Where a service stands in the order's saga; those that run side by side stand at the same place."""
    place = SERVICES.index(service)
    return min(place, 2) if shape_of(order) == "fork" else place


def _document(name: str, tasks: dict[str, Task]) -> str:
    head = {"dsl": "1.0.3", "namespace": "crash", "name": name, "version": "1.0.0"}
    return json.dumps({"document": head, "do": [{name: task} for name, task in tasks.items()]})


def _step(url: str, service: str) -> Task:
    undo = {
        **_post(f"{url}/{service}/undo", {**ORDER, "outcome": "${ $compensation.outcome }"}),
        "timeout": STEP_TIMEOUT,
    }
    return {
        **_post(f"{url}/{service}/do", ORDER),
        "timeout": STEP_TIMEOUT,
        "compensate": {"do": [{f"undo{service.capitalize()}": undo}], "retry": UNDO_RETRY},
    }


def _stubborn(step: Task) -> Task:
    """Retried while the service is busy; what an attempt did is kept."""
    busy = {"with": {"status": 503}}
    return {"try": [{"pay": step}], "catch": {"errors": busy, "retry": RETRY, "betweenAttempts": "keep"}}


def _post(endpoint: str, body: Task) -> Task:
    return {"call": "http", "with": {"method": "post", "endpoint": endpoint, "body": body}}
