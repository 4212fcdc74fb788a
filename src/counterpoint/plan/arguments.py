"""Arguments of calls and processes: templates, with URI templates and authentications in their places."""

from __future__ import annotations

from typing import Final, TypeAlias

from counterpoint.expressions.templates import Constant
from counterpoint.expressions.types import Expression, Scope
from counterpoint.plan.source import Names, Source
from counterpoint.values.json import JsonObject, JsonValue, pointer_join

Shape: TypeAlias = "dict[str, Shape | str]"

ENDPOINT: Final = "endpoint"
POLICY: Final = "policy"
RAW: Final = "raw"
"""Left as written: its expressions are evaluated for every message, with variables that the call does not have."""

_RESOURCE: Final[Shape] = {"endpoint": ENDPOINT}

SHAPES: Final[dict[str, Shape]] = {
    "http": {"endpoint": ENDPOINT},
    "openapi": {"document": _RESOURCE, "authentication": POLICY},
    "asyncapi": {"document": _RESOURCE, "authentication": POLICY, "subscription": RAW},
    "grpc": {"proto": _RESOURCE, "service": {"authentication": POLICY}},
    "a2a": {"agentCard": _RESOURCE, "server": ENDPOINT},
    "mcp": {"transport": {"http": {"endpoint": ENDPOINT}}},
    "script": {"source": _RESOURCE},
}
"""Where endpoints and authentications stand in the arguments of each function of the specification."""


class Fields:
    """An object whose members are compiled apart."""

    __slots__ = ("_parts", "constant", "source", "variables")

    def __init__(self, parts: dict[str, Expression]) -> None:
        self._parts = tuple(parts.items())
        self.source = "{" + ", ".join(f"{name}: {part.source}" for name, part in self._parts) + "}"
        self.constant = all(part.constant for _, part in self._parts)
        self.variables: frozenset[str] = frozenset().union(*(part.variables for _, part in self._parts))

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """The object of all members' values."""
        return {name: part.evaluate(value, scope) for name, part in self._parts}


def compile_arguments(source: Source, function: str, data: JsonObject, pointer: str, names: Names) -> Expression:
    """The arguments of a call of `function` (a name of the specification; others have no special places)."""
    return _fields(source, SHAPES.get(function, {}), data, pointer, names)


def _fields(source: Source, shape: Shape, data: JsonObject, pointer: str, names: Names) -> Expression:
    if not shape or not any(name in data for name in shape):
        return source.template(data, pointer, names)
    parts: dict[str, Expression] = {}
    for name, value in data.items():
        place, inner = pointer_join(pointer, name), shape.get(name)
        if isinstance(inner, dict) and isinstance(value, dict):
            parts[name] = _fields(source, inner, value, place, names)
        elif inner == ENDPOINT:
            parts[name] = _endpoint(source, value, place, names)
        elif inner == POLICY and isinstance(value, dict):
            parts[name] = _policy(source, value, place, names)
        elif inner == RAW:
            parts[name] = Constant(name, value)
        else:
            parts[name] = source.template(value, place, names)
    return Fields(parts)


def _endpoint(source: Source, value: JsonValue, pointer: str, names: Names) -> Expression:
    if isinstance(value, str):
        return source.uri(value, pointer, names)
    parts = {"uri": source.uri(value["uri"], pointer_join(pointer, "uri"), names)}
    if "authentication" in value:
        parts["authentication"] = _policy(
            source, value["authentication"], pointer_join(pointer, "authentication"), names
        )
    return Fields(parts)


def _policy(source: Source, value: JsonObject, pointer: str, names: Names) -> Expression:
    """An authentication policy; `use` names one of `use.authentications`, or, inside a scheme, a secret."""
    if "use" in value:
        value = source.reference("authentications", value["use"], pointer_join(pointer, "use"))
    parts: dict[str, Expression] = {}
    for scheme, settings in value.items():
        place = pointer_join(pointer, scheme)
        if isinstance(settings, dict) and "use" in settings:
            secret = settings["use"]
            if secret not in (source.use.get("secrets") or []):
                source.fail(pointer_join(place, "use"), f"the secret {secret!r} is not declared in use.secrets")
            parts[scheme] = source.expression(f'$secrets["{secret}"]', place, names)
        else:
            parts[scheme] = source.template(settings, place, names)
    return Fields(parts)
