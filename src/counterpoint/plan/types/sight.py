"""What the expressions of one task see, stage by stage: the types of `.` and of the variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from counterpoint.dsl.report import Path, to_pointer
from counterpoint.plan.types.lattice import Type, item_type, join
from counterpoint.plan.types.scope import Scope
from counterpoint.values.json import JsonObject

STAGES: Final = ("condition", "input", "argument", "output", "export", "error")
"""`if` · `input.from` · what the task does · `output.as` · `export.as` · `catch.when`."""


class Seen(NamedTuple):
    """The types at one stage."""

    data: Type
    variables: Mapping[str, Type]


class Sight:
    """Watches one task (by its JSON pointer; None: none at all) while data is followed, whichever way leads there."""

    def __init__(self, reference: str | None = None) -> None:
        self.stages: dict[str, Seen] = {}
        self._reference = reference

    def saw(self, stage: str, path: Path, data: Type, scope: Scope) -> None:
        """The task at `path` has come to a stage."""
        if self._reference is None or to_pointer(path) != self._reference:
            return
        variables = {**scope.variables, **scope.arguments}
        known = self.stages.get(stage)
        if known is not None:
            data = join(known.data, data)
            variables = {name: join(known.variables.get(name, type), type) for name, type in variables.items()}
        self.stages[stage] = Seen(data, variables)


def described(type: Type) -> JsonObject:
    """A type as a JSON Schema, as far as members and items go; `{}` is anything."""
    if type.unknown or type.never:
        return {}
    kinds = sorted(type.scalars)
    schema: JsonObject = {}
    if type.object is not None:
        kinds.append("object")
        members = type.object.members
        schema["properties"] = {name: described(member.type) for name, member in members.items()}
        schema["required"] = [name for name, member in members.items() if member.required]
        if type.object.rest is None:
            schema["additionalProperties"] = False
    if type.array is not None:
        kinds.append("array")
        items = item_type(type.array)
        schema["items"] = described(items)
    return {"type": kinds[0] if len(kinds) == 1 else kinds, **schema}
