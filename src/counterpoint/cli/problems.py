"""Problems (RFC 9457) in one line."""

from __future__ import annotations

from counterpoint.values.json import JsonObject
from counterpoint.values.problem import short_type


def told(problem: JsonObject) -> str:
    """A problem in one line: `communication 503: no courier`."""
    kind = short_type(str(problem.get("type", "error"))).rsplit("/", 1)[-1]
    detail = problem.get("detail") or problem.get("title") or ""
    return f"{kind} {problem.get('status', '')}".strip() + (f": {detail}" if detail else "")
