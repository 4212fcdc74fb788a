"""Saga scenarios of the corpus in our notation: every action and every undo is `POST {base_url}/{its name}`."""

from __future__ import annotations

import json
from typing import Any

JsonObject = dict[str, Any]

ONCE = {"limit": {"attempt": {"count": 0}}}
"""An undo that fails is not tried again: scenarios mean a definitive failure."""
UNDONE = {"undone": True}


def render(saga: JsonObject, base_url: str) -> str:
    """The scenario as a workflow document (JSON, which is YAML)."""
    policy = saga.get("policy", {})
    scenario = _Scenario(base_url.rstrip("/"), "attempted" if policy.get("register") == "before" else "completed")
    steps = scenario.tasks(saga["steps"])
    if "compensation" in saga:
        steps.insert(0, {"sagaItself": {"set": {"saga": "begun"}, "compensate": scenario.undo(saga["compensation"])}})
    document: JsonObject = {"dsl": "1.0.3", "namespace": "corpus", "name": "scenario", "version": "1.0.0"}
    if policy.get("on_error") == "terminate":
        document["metadata"] = {"saga": {"onFault": "none"}}
    if "rollback_on" in policy:
        document["metadata"] = {"saga": {"onFault": "none"}}
        matches = " or ".join(f"(tojson | contains({json.dumps(name)}))" for name in policy["rollback_on"])
        steps = [{"guarded": {"try": steps, "catch": {"when": matches, "then": "compensate"}}}]
    elif policy.get("on_error") == "retry":
        steps = [{"saga": {"try": steps, "catch": {"retry": _retry(policy), "betweenAttempts": "compensate"}}}]
    elif policy.get("continue_after_compensation"):
        note = {"note": {"set": UNDONE, "export": {"as": UNDONE}}}
        steps = [{"saga": {"try": steps, "catch": {"compensate": True, "do": [note]}}}]
    do = [*scenario.tasks(saga.get("before", [])), *steps, *scenario.tasks(saga.get("after", []))]
    return json.dumps({"document": document, "do": do})


def outcome_of(result: JsonObject) -> str:
    """The scenario's word for how a run ended."""
    if result["status"] == "suspended" or result.get("saga") == "stuck":
        return "compensation-failed"
    if result.get("saga") == "compensated" or result.get("context") == UNDONE:
        return "compensated"
    return "succeeded" if result["status"] == "completed" else "failed"


def _retry(policy: JsonObject) -> JsonObject:
    return {"delay": {"milliseconds": 1}, "limit": {"attempt": {"count": policy["saga_attempts"] - 1}}}


class _Scenario:
    def __init__(self, base_url: str, on: str) -> None:
        self._base_url = base_url
        self._on = on

    def tasks(self, steps: list[JsonObject]) -> list[JsonObject]:
        return [{step["name"]: self._task(step)} for step in steps]

    def undo(self, names: str | list[str]) -> JsonObject:
        each = [names] if isinstance(names, str) else names
        return {"on": self._on, "do": [{name: self._post(name)} for name in each], "retry": ONCE}

    def _task(self, step: JsonObject) -> JsonObject:
        task: JsonObject = {"do": self.tasks(step["do"])} if "do" in step else self._post(step["name"])
        if "condition" in step:
            task["if"] = "${ true }" if step["condition"] else "${ false }"
        if "compensation" in step:
            task["compensate"] = self.undo(step["compensation"])
        return task

    def _post(self, name: str) -> JsonObject:
        return {"call": "http", "with": {"method": "post", "endpoint": f"{self._base_url}/{name}", "body": {}}}
