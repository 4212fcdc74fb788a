"""Which extensions apply to which tasks (dsl-reference, Extension)."""

from __future__ import annotations

from typing import Final

from counterpoint.values.json import JsonObject, pointer_join

COMPOSITE: Final = frozenset({"do", "fork"})
"""Kinds of task that `extend: composite` means."""


class Extensions:
    """The extensions of a document; the first declared is the outermost."""

    def __init__(self, declared: list[JsonObject]) -> None:
        self._all: list[JsonObject] = []
        for index, item in enumerate(declared):
            name, definition = next(iter(item.items()))
            pointer = pointer_join("/use/extensions", index, name)
            self._all.append({"definition": definition, "pointer": pointer})

    def of(self, kind: str) -> list[JsonObject]:
        """Extensions of tasks of this kind: `{"definition", "pointer"}` each."""
        return [each for each in self._all if _applies(each["definition"]["extend"], kind)]


def _applies(extend: str, kind: str) -> bool:
    return extend in ("all", kind) or (extend == "composite" and kind in COMPOSITE)
