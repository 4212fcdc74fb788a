"""What a task does outside: whom it calls, and with which arguments."""

from __future__ import annotations

from typing import Final

from counterpoint.values.json import JsonObject, JsonValue, pointer_join

_TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "http": ("method", "endpoint"),
    "openapi": ("document", "operationId"),
    "grpc": ("proto", "service", "method"),
    "asyncapi": ("document", "channel", "operation", "server", "protocol"),
    "a2a": ("agentCard", "server", "method"),
    "mcp": ("transport", "method"),
    "workflow": ("namespace", "name", "version"),
    "container": ("image", "command"),
    "script": ("language", "code", "source"),
    "shell": ("command",),
}
"""By protocol or kind of process: the arguments that say whom it calls; the others are what it is given."""


def target(task: JsonObject) -> JsonObject | None:
    """Whom a task calls or what it runs; None for one that does neither."""
    if isinstance(task.get("call"), str):
        return {"call": task["call"], **_chosen(task["call"], task.get("with"), True)}
    kind = _process(task)
    return None if kind is None else {"run": kind, **_chosen(kind, task["run"][kind], True)}


def arguments(task: JsonObject) -> JsonObject:
    """What a task gives to whom it calls or what it runs."""
    if isinstance(task.get("call"), str):
        return _chosen(task["call"], task.get("with"), False)
    kind = _process(task)
    return {} if kind is None else _chosen(kind, task["run"][kind], False)


def shape(value: JsonValue, pointer: str = "") -> dict[str, JsonValue]:
    """The members of a value all the way down, by JSON pointer, with the constant or the expression that each is."""
    if isinstance(value, dict) and value:
        return {
            name: leaf for key, each in value.items() for name, leaf in shape(each, pointer_join(pointer, key)).items()
        }
    return {pointer: value}


def told(target: JsonObject) -> str:
    """A target in a few words."""
    parts = [str(value) if not isinstance(value, dict) else str(value.get("uri", "...")) for value in target.values()]
    text = " ".join(parts)
    return text if len(text) <= 100 else text[:99] + "…"


def _chosen(kind: str, given: JsonValue, is_target: bool) -> JsonObject:
    names = _TARGETS.get(kind, ())
    if not isinstance(given, dict):
        return {} if is_target or given is None else {"": given}
    return {name: value for name, value in given.items() if (name in names) is is_target}


def _process(task: JsonObject) -> str | None:
    run = task.get("run")
    if not isinstance(run, dict):
        return None
    return next((each for each in ("workflow", "container", "script", "shell") if each in run), None)
