"""Secrets in expressions: they flow as tokens, and only a call has their value, so that nothing can be made of them."""

from __future__ import annotations

from typing import Final

from counterpoint.plan.types import syntax as s
from counterpoint.plan.types.reader import read_tree

_PASSING: Final = frozenset(
    (
        "tostring",
        "select",
        "map",
        "map_values",
        "first",
        "last",
        "empty",
        "add",
        "join",
        "flatten",
        "reverse",
        "to_entries",
        "from_entries",
    )
)
"""Functions that hand on what they are given."""
_NAMES: Final = frozenset(("keys", "keys_unsorted", "has", "type", "not", "error"))
"""Functions that say of a token what they would say of the secret."""
_DEAF: Final = frozenset(("now", "range", "infinite", "nan", "empty"))
"""Functions that do not look at what stands before them."""


def made_of_secrets(source: str) -> str | None:
    """The operator or function that an expression gives a secret to, and that would see its token; None for none."""
    tree = read_tree(source)
    if tree is None:
        return None
    flow = _Flow()
    flow.carries(tree, dot=False)
    return flow.found


class _Flow:
    """Follows secrets through an expression. Whatever is not followed is taken to carry none."""

    def __init__(self) -> None:
        self.found: str | None = None
        self._bound = {"secrets"}

    def carries(self, node: s.Node | None, *, dot: bool) -> bool:
        """Whether what a node gives may hold a secret; `dot` says it of its input."""
        match node:
            case s.Dot():
                return dot
            case s.Variable(name):
                return name in self._bound
            case s.Step(holder) | s.Each(holder):
                return self.carries(holder, dot=dot)
            case s.Pipe(left, right):
                return self.carries(right, dot=self.carries(left, dot=dot))
            case s.Bind(source, name, body):
                self._bind(name, self.carries(source, dot=dot))
                return self.carries(body, dot=dot)
            case s.If(condition, body, other):
                self.carries(condition, dot=dot)
                return self._any((body, other), dot) or (other is None and dot)
            case s.Binary(operator, left, right):
                return self._binary(operator, left, right, dot)
            case s.Call(name, arguments):
                return self._call(name, arguments, dot)
            case s.Dynamic(holder, key, parts):
                if self._any(parts, dot) or (key is None and self.carries(holder, dot=dot)):
                    self._note("[ ]")
                return self.carries(holder, dot=dot)
            case s.Negate(body):
                if self.carries(body, dot=dot):
                    self._note("-")
                return False
        return self._any(_within(node), dot)

    def _any(self, nodes: tuple[s.Node | None, ...], dot: bool) -> bool:
        return True in [self.carries(each, dot=dot) for each in nodes]

    def _bind(self, name: str, carries: bool) -> None:
        if carries:
            self._bound.add(name)
        else:
            self._bound.discard(name)

    def _binary(self, operator: str, left: s.Node, right: s.Node, dot: bool) -> bool:
        carries = self._any((left, right), dot)
        if operator == "+" or not carries:
            return carries
        if operator not in ("and", "or") and s.Literal(None) not in (left, right):
            self._note(operator)
        return False

    def _call(self, name: str, arguments: tuple[s.Node, ...], dot: bool) -> bool:
        carries = self._any(arguments, dot) or (dot and name not in _DEAF)
        if carries and name not in _PASSING and name not in _NAMES:
            self._note(name)
        return carries and name in _PASSING

    def _note(self, what: str) -> None:
        self.found = self.found or what


def _within(node: s.Node | None) -> tuple[s.Node | None, ...]:
    match node:
        case s.Try(body, handler):
            return body, handler
        case s.Both(left, right) | s.Alternative(left, right):
            return left, right
        case s.ArrayOf(body):
            return (body,)
        case s.Text(parts):
            return parts
        case s.ObjectOf(entries):
            return tuple(value for _, value in entries)
    return ()
