"""Paths that cannot exist, found by following the types of the data through the document."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.dsl.offsets import position_within
from counterpoint.dsl.report import Path, suggest, to_pointer
from counterpoint.plan.checks.context import Context
from counterpoint.plan.types import Impossible, infer
from counterpoint.values.json import JsonValue

_UNDO_DATA = "$compensation"


def check_paths(context: Context, resources: Mapping[str, JsonValue]) -> None:
    """Report every path that no data can have, at its place in the expression."""
    found = infer(context.definition, resources).impossible
    for each in found:
        if context.full:
            context.omitted += 1
        else:
            _report(each, context)


def _report(found: Impossible, context: Context) -> None:
    definition, taken = context.definition, found.taken
    undo = taken.startswith(_UNDO_DATA)
    whole = found.step if taken == "." else taken + found.step
    message = f"`{whole}` cannot exist: `{taken}` is {found.why}"
    if undo:
        message = f"the undo reads `{whole}`, which its step does not give: `{taken}` is {found.why}"
    value = _string_at(definition.data, found.path)
    scalar = definition.position(to_pointer(found.path))
    place = position_within(definition.text, scalar, value, found.at) if value is not None else None
    context.error("CP331" if undo else "CP330", found.path, message, _hint(found), at=place)


def _hint(found: Impossible) -> str | None:
    name = found.step.strip(".{}[]")
    if found.known:
        return suggest(name, found.known) or "write `… // null` where it may be missing"
    if found.why.startswith("an array") and found.step.startswith("."):
        return f"an array has items: `{found.taken.rstrip('.')}.[0]{found.step}` is the first one's"
    return None


def _string_at(data: JsonValue, path: Path) -> str | None:
    tokens: list[str | int] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    for token in reversed(tokens):
        if isinstance(data, dict | list):
            data = data[token]  # type: ignore[index]
    return data if isinstance(data, str) else None
