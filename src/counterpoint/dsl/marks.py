"""Where every key and value of a document stands in its text.

A mark mirrors the shape of the value that it belongs to, so that reading builds no pointer strings:
a scalar is marked by its place alone, an object and an array also by the marks of what they hold.
Aliased values share one mark, that of the anchor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from counterpoint.values.diagnostics import Position

Mark: TypeAlias = "Place | ArrayMark | ObjectMark"


class Place(NamedTuple):
    """A scalar's place; `line` and `column` count from 1."""

    line: int
    column: int


class ArrayMark(NamedTuple):
    """An array's place and the marks of its items."""

    line: int
    column: int
    items: list[Mark]


class ObjectMark(NamedTuple):
    """An object's place, and the place of each key with the mark of its value."""

    line: int
    column: int
    members: dict[str, tuple[Place, Mark]]


def position(mark: Mark, tokens: Sequence[str], *, of_key: bool = False) -> Position:
    """The position of the value at `tokens` (reference tokens, unescaped), or of its key.

    Where the path leads nowhere, the position of the nearest value above it.
    """
    key: Place | None = None
    for token in tokens:
        step = _step(mark, token)
        if step is None:
            key = None
            break
        key, mark = step
    place = key if of_key and key is not None else mark
    return Position(line=place.line, column=place.column)


def _step(mark: Mark, token: str) -> tuple[Place | None, Mark] | None:
    if isinstance(mark, ObjectMark):
        return mark.members.get(token)
    if isinstance(mark, ArrayMark) and token.isdecimal() and len(token) < 10 and int(token) < len(mark.items):
        return None, mark.items[int(token)]
    return None
