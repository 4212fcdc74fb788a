"""The part of jq's syntax that types are inferred for, as a tree. What is not part of it is no tree at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from counterpoint.values.json import JsonValue


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`"""


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`"""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, null, true or false."""

    value: JsonValue


@dataclass(frozen=True, slots=True)
class Step:
    """`holder.key` or `holder[0]`. `at` is where the step starts in the source, `start` where the whole path does."""

    holder: Node
    key: str | int
    at: int
    start: int


@dataclass(frozen=True, slots=True)
class Each:
    """`holder[]`"""

    holder: Node
    at: int
    start: int


@dataclass(frozen=True, slots=True)
class Dynamic:
    """`holder[expression]`, or a slice where `key` is None; `parts` are the expressions inside."""

    holder: Node
    key: Node | None
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """`body?`, `try body`, `try body catch handler`."""

    body: Node
    handler: Node | None = None


@dataclass(frozen=True, slots=True)
class Pipe:
    """`left | right`"""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Both:
    """`left, right`"""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Alternative:
    """`left // right`"""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `and`, `or`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negate:
    """`-body`"""

    body: Node


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """`[body]`"""

    body: Node | None


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """`{key: value}`; a key that is a tree is computed."""

    entries: tuple[tuple[str | Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A string with expressions in it."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then body else other end`; an `elif` is an If in `other`."""

    condition: Node
    body: Node
    other: Node | None


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`"""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """`source as $name | body`"""

    source: Node
    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something whose results are not known, such as an assignment or `..`."""


Node: TypeAlias = (
    Dot
    | Variable
    | Literal
    | Step
    | Each
    | Dynamic
    | Try
    | Pipe
    | Both
    | Alternative
    | Binary
    | Negate
    | ArrayOf
    | ObjectOf
    | Text
    | If
    | Call
    | Bind
    | Opaque
)
