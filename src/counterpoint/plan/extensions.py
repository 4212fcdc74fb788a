"""Which extensions apply to which tasks (dsl-reference, Extension)."""

from __future__ import annotations

from typing import Final

from counterpoint.plan.source import Source
from counterpoint.values.json import JsonObject, pointer_join

COMPOSITE: Final = frozenset({"do", "fork"})
"""Kinds of task that `extend: composite` means."""


class Extensions:
    """The extensions of a document; the first declared is the outermost."""

    def __init__(self, source: Source) -> None:
        self._all: list[JsonObject] = []
        for index, item in enumerate(source.use.get("extensions") or []):
            name, definition = next(iter(item.items()))
            pointer = pointer_join("/use/extensions", index, name)
            if any(name == each["name"] for each in self._all):
                source.fail(pointer, f"a second extension of the name {name!r}: tasks could not be told apart")
            self._all.append({"name": name, "definition": definition, "pointer": pointer})

    def of(self, kind: str) -> list[JsonObject]:
        """Extensions of tasks of this kind: `{"name", "definition", "pointer"}` each."""
        return [each for each in self._all if _applies(each["definition"]["extend"], kind)]


def _applies(extend: str, kind: str) -> bool:
    return extend in ("all", kind) or (extend == "composite" and kind in COMPOSITE)
