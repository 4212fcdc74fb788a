"""Evaluates the tree of a jq program on types, and judges its paths on the way.

A member that is missing gives null in jq, and programs rely on it: so a missing member is only reported where
nothing awaits null. Where an error is awaited (`?`, `try`), or another branch may have been taken because of what
the data is (`if`, `and`, `or`), nothing is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from counterpoint.dsl.report import Path
from counterpoint.plan.types import access, syntax
from counterpoint.plan.types.arithmetic import combined
from counterpoint.plan.types.functions import AWAIT_NULL, CONDITIONS, RESULTS, MappedBy
from counterpoint.plan.types.lattice import (
    ANY,
    NEVER,
    NUMBER,
    STRING,
    Access,
    Member,
    Object,
    Type,
    array_of,
    join,
    object_of,
    of_value,
    optional,
    without_null,
)
from counterpoint.plan.types.syntax import Node
from counterpoint.plan.types.verdicts import Impossible, Verdicts

Lookup = Callable[[str], Type]


class Guard(IntEnum):
    """What is awaited where a path stands."""

    NOTHING = 0
    NULL = 1
    """A missing member is no surprise; what always fails is."""
    ERROR = 2
    """Nothing is reported."""


class Given(NamedTuple):
    """What a program gives: the type of each result, and whether there is exactly one."""

    type: Type
    one: bool = True


class Text(NamedTuple):
    """A program in a document: its source, the place of the string that holds it, its offset in there."""

    source: str
    path: Path
    offset: int


class Evaluation:
    """One evaluation of one program. `lookup` gives the types of variables."""

    def __init__(self, text: Text, lookup: Lookup, verdicts: Verdicts) -> None:
        self._text = text
        self._lookup = lookup
        self._verdicts = verdicts
        self._bound: dict[str, Type] = {}

    def result(self, tree: Node, dot: Type, guard: Guard = Guard.NOTHING) -> Type:
        """The type of the program's first result; null where it may have none."""
        given = self._given(tree, dot, guard)
        return given.type if given.one else optional(given.type)

    def _given(self, node: Node, dot: Type, guard: Guard) -> Given:
        return _RULES[type(node)](self, node, dot, guard)

    def _dot(self, node: syntax.Dot, dot: Type, guard: Guard) -> Given:
        return Given(dot)

    def _variable(self, node: syntax.Variable, dot: Type, guard: Guard) -> Given:
        return Given(self._bound[node.name] if node.name in self._bound else self._lookup(node.name))

    def _literal(self, node: syntax.Literal, dot: Type, guard: Guard) -> Given:
        return Given(of_value(node.value))

    def _step(self, node: syntax.Step, dot: Type, guard: Guard) -> Given:
        holder = self._given(node.holder, dot, guard)
        key = node.key
        found = access.member(holder.type, key) if isinstance(key, str) else access.item(holder.type, key)
        self._judge(node, holder.type, found, guard)
        return Given(found.type, holder.one)

    def _each(self, node: syntax.Each, dot: Type, guard: Guard) -> Given:
        holder = self._given(node.holder, dot, guard).type
        found = access.each(holder)
        self._judge(node, holder, found, guard)
        return Given(found.type, one=False)

    def _judge(self, node: syntax.Step | syntax.Each, holder: Type, found: Access, guard: Guard) -> None:
        if holder.never or guard is Guard.ERROR:
            return
        at = self._text.offset + node.at
        if not found.impossible or (guard is Guard.NULL and not found.fails):
            self._verdicts.sound(self._text.path, at)
            return
        taken = self._text.source[node.start : node.at] or "."
        if isinstance(node, syntax.Step):
            step = f".{node.key}" if isinstance(node.key, str) else f"[{node.key}]"
        else:
            step = "[]"
        known = tuple(holder.object.members) if holder.object is not None else ()
        self._verdicts.impossible(Impossible(self._text.path, at, taken, step, described(holder), known))

    def _dynamic(self, node: syntax.Dynamic, dot: Type, guard: Guard) -> Given:
        holder = self._given(node.holder, dot, guard)
        one = holder.one
        for each in node.parts:
            one = self._given(each, dot, guard).one and one
        found = access.part(holder.type) if node.key is None else access.dynamic(holder.type)
        return Given(found, one)

    def _try(self, node: syntax.Try, dot: Type, guard: Guard) -> Given:
        found = self._given(node.body, dot, Guard.ERROR).type
        if node.handler is not None:
            found = join(found, self._given(node.handler, ANY, Guard.ERROR).type)
        return Given(found, one=False)

    def _pipe(self, node: syntax.Pipe, dot: Type, guard: Guard) -> Given:
        awaited = max(guard, Guard.NULL) if _awaits_null(node.right) else guard
        left = self._given(node.left, dot, awaited)
        right = self._given(node.right, left.type, guard)
        return Given(right.type, left.one and right.one)

    def _both(self, node: syntax.Both, dot: Type, guard: Guard) -> Given:
        left, right = self._given(node.left, dot, guard), self._given(node.right, dot, guard)
        return Given(join(left.type, right.type), one=False)

    def _alternative(self, node: syntax.Alternative, dot: Type, guard: Guard) -> Given:
        left = self._given(node.left, dot, max(guard, Guard.NULL))
        right = self._given(node.right, dot, guard)
        return Given(join(without_null(left.type), right.type), left.one and right.one)

    def _binary(self, node: syntax.Binary, dot: Type, guard: Guard) -> Given:
        first = second = guard
        if node.operator in ("and", "or"):
            first, second = max(guard, Guard.NULL), Guard.ERROR
        elif node.operator in ("==", "!=") and syntax.Literal(None) in (node.left, node.right):
            first = second = max(guard, Guard.NULL)
        left, right = self._given(node.left, dot, first), self._given(node.right, dot, second)
        return Given(combined(node.operator, left.type, right.type), left.one and right.one)

    def _negate(self, node: syntax.Negate, dot: Type, guard: Guard) -> Given:
        return Given(optional(NUMBER), self._given(node.body, dot, guard).one)

    def _array(self, node: syntax.ArrayOf, dot: Type, guard: Guard) -> Given:
        if node.body is None:
            return Given(array_of(()))
        parts, pending = [], [node.body]
        while pending:
            each = pending.pop()
            if isinstance(each, syntax.Both):
                pending += [each.right, each.left]
            else:
                parts.append(self._given(each, dot, guard))
        if all(part.one for part in parts):
            return Given(array_of(part.type for part in parts))
        items = NEVER
        for part in parts:
            items = join(items, part.type)
        return Given(array_of((), items))

    def _object(self, node: syntax.ObjectOf, dot: Type, guard: Guard) -> Given:
        members: dict[str, Member] = {}
        one, computed = True, False
        for key, value in node.entries:
            if not isinstance(key, str):
                computed = True
                one = self._given(key, dot, guard).one and one
            found = self._given(value, dot, guard)
            one = found.one and one
            if isinstance(key, str):
                members[key] = Member(found.type)
        if computed:  # a computed key may replace any of the others
            members = {name: Member(ANY) for name in members}
        return Given(object_of(members, ANY if computed else None), one)

    def _string(self, node: syntax.Text, dot: Type, guard: Guard) -> Given:
        one = True
        for each in node.parts:
            one = self._given(each, dot, guard).one and one
        return Given(STRING, one)

    def _if(self, node: syntax.If, dot: Type, guard: Guard) -> Given:
        condition = self._given(node.condition, dot, max(guard, Guard.NULL))
        body = self._given(node.body, dot, Guard.ERROR)
        other = Given(dot) if node.other is None else self._given(node.other, dot, Guard.ERROR)
        return Given(join(body.type, other.type), condition.one and body.one and other.one)

    def _call(self, node: syntax.Call, dot: Type, guard: Guard) -> Given:
        rule = RESULTS.get((node.name, len(node.arguments)))
        if rule is None:
            return Given(ANY, one=False)
        if isinstance(rule, MappedBy):
            inner = max(guard, Guard.NULL) if node.name in CONDITIONS else guard
            given = self._given(node.arguments[0], rule.dot(dot), inner)
            return Given(rule.result(dot, given.type, given.one), rule.one)
        one = True
        for each in node.arguments:
            one = self._given(each, dot, max(guard, Guard.NULL)).one and one
        return Given(rule(dot), one)

    def _bind(self, node: syntax.Bind, dot: Type, guard: Guard) -> Given:
        source = self._given(node.source, dot, guard)
        before = self._bound
        self._bound = {**before, node.name: source.type}
        body = self._given(node.body, dot, guard)
        self._bound = before
        return Given(body.type, source.one and body.one)

    def _opaque(self, node: syntax.Opaque, dot: Type, guard: Guard) -> Given:
        return Given(ANY, one=False)


def described(type: Type) -> str:
    """What the values of a type are, in words."""
    kinds = []
    if type.object is not None:
        kinds.append(_members(type.object))
    if type.array is not None:
        length = len(type.array.items)
        kinds.append("an array" if type.array.rest is not None else f"an array of {length}")
    articles = {"boolean": "a boolean", "number": "a number", "string": "a string", "null": "null"}
    kinds += [article for name, article in articles.items() if name in type.scalars]
    return " or ".join(kinds[:-1] if len(kinds) > 1 and "null" in type.scalars else kinds)


def _members(object: Object) -> str:
    names = [f"`{name}`" for name in object.members][:_NAMES_MAX]
    if object.rest is not None:
        return "an object"
    if not names:
        return "an empty object"
    more = len(object.members) - len(names)
    return f"an object with only {', '.join(names)}" + (f" and {more} more" if more else "")


_NAMES_MAX: Final = 8


def _awaits_null(node: Node) -> bool:
    """Whether a program that comes after a pipe looks at whether its input is null."""
    if isinstance(node, syntax.Call):
        return node.name in AWAIT_NULL
    if isinstance(node, syntax.Pipe | syntax.Binary):
        return _awaits_null(node.left)
    return isinstance(node, syntax.Alternative | syntax.If | syntax.Try)


_RULES: Final[dict[type, Callable[..., Given]]] = {
    syntax.Dot: Evaluation._dot,
    syntax.Variable: Evaluation._variable,
    syntax.Literal: Evaluation._literal,
    syntax.Step: Evaluation._step,
    syntax.Each: Evaluation._each,
    syntax.Dynamic: Evaluation._dynamic,
    syntax.Try: Evaluation._try,
    syntax.Pipe: Evaluation._pipe,
    syntax.Both: Evaluation._both,
    syntax.Alternative: Evaluation._alternative,
    syntax.Binary: Evaluation._binary,
    syntax.Negate: Evaluation._negate,
    syntax.ArrayOf: Evaluation._array,
    syntax.ObjectOf: Evaluation._object,
    syntax.Text: Evaluation._string,
    syntax.If: Evaluation._if,
    syntax.Call: Evaluation._call,
    syntax.Bind: Evaluation._bind,
    syntax.Opaque: Evaluation._opaque,
}
