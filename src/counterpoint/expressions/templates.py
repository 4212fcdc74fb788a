"""Templates: JSON values whose leaves `${ ... }` are expressions. Only the parts that vary are built anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from counterpoint.errors import ExpressionInvalid, WorkflowError
from counterpoint.expressions.types import Expression, Scope
from counterpoint.values.json import JsonValue, pointer_join

Build: TypeAlias = Callable[[JsonValue, Scope], JsonValue]
Leaf: TypeAlias = Callable[[str], Expression | None]
"""Compiles a string, or gives None where the string is a literal."""


class Constant:
    """A template without expressions: always the very object that it was made of."""

    __slots__ = ("_value", "source")

    variables: Final[frozenset[str]] = frozenset()
    constant: Final = True

    def __init__(self, source: str, value: JsonValue) -> None:
        self.source = source
        self._value = value

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """The literal value."""
        return self._value


class Template:
    """A template with expressions in it. `source` is empty unless the template is one string."""

    __slots__ = ("evaluate", "source", "variables")

    constant: Final = False

    def __init__(self, build: Build, variables: frozenset[str]) -> None:
        self.source = ""
        self.variables = variables
        self.evaluate = build
        """See `Expression.evaluate`."""


class Lenient:
    """An expression of loose mode: where its evaluation fails, it is the string itself."""

    __slots__ = ("_expression", "_text", "source", "variables")

    constant: Final = False

    def __init__(self, text: str, expression: Expression) -> None:
        self._text = text
        self._expression = expression
        self.source = expression.source
        self.variables = expression.variables

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        try:
            return self._expression.evaluate(value, scope)
        except WorkflowError:
            return self._text


def compile_template(value: JsonValue, leaf: Leaf) -> Expression:
    """The template of a JSON value; raises ExpressionInvalid with a pointer to the leaf."""
    if isinstance(value, str):
        return leaf(value) or Constant(value, value)
    variables: set[str] = set()
    build = _node(value, leaf, variables, "")
    return Constant("", value) if build is None else Template(build, frozenset(variables))


def _node(value: JsonValue, leaf: Leaf, variables: set[str], pointer: str) -> Build | None:
    """What builds `value`; None where it is static all through."""
    if isinstance(value, str):
        try:
            expression = leaf(value)
        except ExpressionInvalid as error:
            raise ExpressionInvalid(f"{pointer}: {error.message}") from None
        if expression is None:
            return None
        variables |= expression.variables
        return expression.evaluate
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    varying = [
        (key, build)
        for key, member in items
        if (build := _node(member, leaf, variables, pointer_join(pointer, key))) is not None
    ]
    return _container(value, varying) if varying else None


def _container(template: JsonValue, varying: list[tuple[str | int, Build]]) -> Build:
    """Copies the container (which keeps the order of its members) and fills in what varies."""

    def build(value: JsonValue, scope: Scope) -> JsonValue:
        out = template.copy()
        for key, part in varying:
            out[key] = part(value, scope)
        return out

    return build
