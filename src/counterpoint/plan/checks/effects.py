"""Which tasks may change something outside of the workflow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from counterpoint.dsl.walk import Role, nested_lists, tasks
from counterpoint.plan.methods import is_safe
from counterpoint.plan.operations import find_operation
from counterpoint.values.json import JsonObject, JsonValue

_PROTOCOLS: Final = frozenset({"http", "openapi", "asyncapi", "grpc", "a2a", "mcp"})
_SAFE_MCP: Final = frozenset(
    {"tools/list", "prompts/list", "prompts/get", "resources/list", "resources/read", "resources/templates/list"}
)
_PROCESSES: Final = {"container": "container", "script": "script", "shell": "shell command"}
_SAFE_A2A: Final = frozenset({"tasks/get", "tasks/list", "agent/getAuthenticatedExtendedCard"})


class Effects:
    """Judges the tasks of one document."""

    def __init__(
        self, data: JsonObject, read_only: Collection[str] = (), resources: Mapping[str, JsonValue] | None = None
    ) -> None:
        self._functions: JsonObject = data.get("use", {}).get("functions", {})
        self._read_only = read_only
        self._resources = resources or {}
        self._judged: dict[str, tuple[str | None, bool]] = {}

    def of(self, task: JsonObject) -> str | None:
        """What the task itself may change, in words; None for nothing. The tasks that it holds are not its own."""
        if "run" in task:
            return _of_run(task["run"])
        call = task.get("call")
        if call is None:
            return None
        if call in _PROTOCOLS:
            return self._of_protocol(call, task.get("with", {}))
        if call in self._functions:
            return self._of_function(call)[0]
        return None if call in self._read_only else f"calls `{call}`, which may change something"

    def undone_within(self, task: JsonObject) -> bool:
        """Whether a function of the document says itself how its effects are undone."""
        call = task.get("call")
        return call not in _PROTOCOLS and call in self._functions and self._of_function(call)[1]

    def _of_protocol(self, call: str, arguments: JsonObject) -> str | None:
        method = str(arguments.get("method", ""))
        if call == "http":
            return None if is_safe(method) else f"sends {'a ' + method.upper() if method.isalpha() else 'a request'}"
        if call == "openapi":
            operation = find_operation(arguments, self._resources)
            safe = operation is not None and is_safe(operation.method)
            return None if safe else f"calls the operation `{arguments.get('operationId')}`"
        if call == "asyncapi":
            return None if "subscription" in arguments else "publishes a message"
        if call == "mcp":
            return None if method in _SAFE_MCP else f"calls `{method}` of an MCP server"
        if call == "a2a":
            return None if method in _SAFE_A2A else f"calls `{method}` of an agent"
        return f"calls `{method}` by gRPC"

    def _of_function(self, name: str) -> tuple[str | None, bool]:
        """What a function of `use.functions` may change, and whether it says how all of it is undone."""
        if name not in self._judged:
            self._judged[name] = (None, True)  # a function that calls itself is refused elsewhere
            effects = list(self._within(self._functions[name], covered=False))
            what = f"calls `{name}`, which {effects[0][0]}" if effects else None
            self._judged[name] = (what, all(covered for _, covered in effects))
        return self._judged[name]

    def _within(self, task: JsonObject, *, covered: bool) -> list[tuple[str, bool]]:
        covered = covered or "compensate" in task or task.get("saga") == "pivot"
        what = self.of(task)
        found = [] if what is None else [(what, covered or self.undone_within(task))]
        for nested in nested_lists(task, None):
            if nested.role not in (Role.UNDO, Role.PROBE):
                for named in tasks(nested):
                    found += self._within(named.task, covered=covered)
        return found


def _of_run(run: JsonObject) -> str | None:
    """An awaited workflow undoes itself, as a part of the saga that calls it (saga.md, section 6)."""
    awaits = run.get("await", True) is not False
    if "workflow" in run:
        return None if awaits else "starts a workflow without awaiting it, which is outside of the saga"
    return next(f"runs a {_PROCESSES[kind]}" for kind in _PROCESSES if kind in run)
