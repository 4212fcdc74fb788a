"""Expressions where they stand in a document: in `${ }`, bare, as leaves of templates, in URI templates."""

from __future__ import annotations

import re
from typing import Final

from counterpoint.dsl.report import Path
from counterpoint.plan.types import access
from counterpoint.plan.types.evaluation import Evaluation, Guard, Lookup, Text, described
from counterpoint.plan.types.lattice import ANY, STRING, Member, Type, array_of, object_of, of_value
from counterpoint.plan.types.reader import read_tree
from counterpoint.plan.types.verdicts import Impossible, Verdicts
from counterpoint.values.json import JsonObject, JsonValue

_WRAPPED: Final = re.compile(r"\s*\$\{(.+)\}\s*", re.DOTALL)
_URI_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


class Strings:
    """Gives the types of what a document's strings and templates give."""

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts

    def expression(self, source: str, path: Path, dot: Type, lookup: Lookup, guard: Guard = Guard.NOTHING) -> Type:
        """An expression, bare or in `${ }`, evaluated on `dot`."""
        found = _WRAPPED.fullmatch(source) if "${" in source else None
        inner, start = (found[1], found.start(1)) if found else (source, 0)
        text = inner.strip()
        tree = read_tree(text)
        if tree is None:
            return ANY
        offset = start + len(inner) - len(inner.lstrip())
        return Evaluation(Text(text, path, offset), lookup, self._verdicts).result(tree, dot, guard)

    def condition(self, holder: JsonObject, key: str, path: Path, dot: Type, lookup: Lookup) -> None:
        """A condition, if there is one: what is null is not true, so a member may be missing."""
        if isinstance(holder.get(key), str):
            self.expression(holder[key], (path, key), dot, lookup, Guard.NULL)

    def transformed(self, holder: JsonObject, key: str, path: Path, dot: Type, lookup: Lookup) -> Type:
        """`from` and `as`: a string is an expression, also bare; an object is a template; `dot` where neither is."""
        if key not in holder:
            return dot
        value = holder[key]
        if isinstance(value, str):
            return self.expression(value, (path, key), dot, lookup)
        return self.template(value, (path, key), dot, lookup)

    def template(self, value: JsonValue, path: Path, dot: Type, lookup: Lookup) -> Type:
        """A value whose leaves in `${ }` are expressions."""
        if isinstance(value, str):
            written = "${" in value and _WRAPPED.fullmatch(value)
            return self.expression(value, path, dot, lookup) if written else STRING
        if isinstance(value, dict):
            return object_of(
                {name: Member(self.template(each, (path, name), dot, lookup)) for name, each in value.items()}
            )
        if isinstance(value, list):
            return array_of([self.template(each, (path, at), dot, lookup) for at, each in enumerate(value)])
        return of_value(value)

    def uri(self, value: JsonValue, path: Path, dot: Type, lookup: Lookup) -> None:
        """An endpoint: an expression, or a URI template, whose variables are members of `dot`."""
        if isinstance(value, dict):
            value, path = value.get("uri"), (path, "uri")
        if not isinstance(value, str):
            return
        if _WRAPPED.fullmatch(value):
            self.expression(value, path, dot, lookup)
            return
        for variable in _URI_VARIABLE.finditer(value):
            found = access.member(dot, variable[1])
            if not found.impossible or dot.object is None:  # on anything but an object a variable is empty
                self._verdicts.sound(path, variable.start())
                continue
            known = tuple(dot.object.members)
            self._verdicts.impossible(Impossible(path, variable.start(), ".", variable[0], described(dot), known))
