"""Expressions over data of which some is unknown.

An expression that reads nothing unknown is evaluated as ever. A plain path is followed through what is known. Any
other is evaluated several times, each time with another sample in the place of what is unknown: where all results
agree, the result does not depend on it; where they have the same shape, only the leaves that differ are unknown.
A program that judges (compares, tests, counts) may agree by chance, so that none of its leaves is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal, NamedTuple

from counterpoint.errors import WorkflowError
from counterpoint.expressions import Compiler
from counterpoint.expressions.projection import Reach, projector, reach_of_input, reach_of_variable
from counterpoint.expressions.tokens import Kind, Token, tokenize
from counterpoint.expressions.types import Expression, Scope
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.verification.oracle import MissingRead, Oracle
from counterpoint.verification.unknown import Knowledge, Unknown, derived, replaced, touched

_PATH: Final = re.compile(r"(?:\$(?P<variable>\w+))?(?P<steps>(?:\.[A-Za-z_]\w*)*)|\.")
_WRAPPED: Final = re.compile(r"\s*\$\{(.+)\}\s*", re.DOTALL)
_GUARDS: Final = frozenset({"//", "?", "?//", "if", "try", "select", "has", "type", "keys", "and", "or", "not"})
"""Words of a program that awaits missing data."""
_JUDGES: Final = frozenset(
    {"if", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "any", "all", "test", "contains", "inside", "in"}
    | {"startswith", "endswith", "select", "length", "has", "index", "type", "isvalid", "match", "IN", "try", "//"}
)
_DEPTH_MAX: Final = 256


class Names(NamedTuple):
    """What a program's text tells about it."""

    fields: tuple[str, ...]
    judges: bool
    guarded: bool
    input: Reach
    variables: dict[str, Reach]


class SymbolicExpression:
    """An expression, evaluated on data that may hold unknown values; see `Expression`."""

    __slots__ = ("_knowledge", "_names", "_oracle", "_steps", "_variable", "constant", "real", "source", "variables")

    def __init__(self, real: Expression, text: str, oracle: Oracle, knowledge: Knowledge) -> None:
        self.real = real
        self.source = real.source
        self.variables = real.variables
        self.constant = real.constant
        self._oracle = oracle
        self._knowledge = knowledge
        self._names = _names(text, real.variables)
        path = _PATH.fullmatch(text)
        self._variable = path["variable"] if path else None
        self._steps = None if path is None else tuple(step for step in (path["steps"] or "").split(".") if step)

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """As `Expression.evaluate`; what depends on the unknown is unknown."""
        if self.constant:
            return self.real.evaluate(value, scope)
        variables = {name: scope.lookup(name) for name in self.variables}
        if self._oracle.reader is not None:
            self._watch(value, variables)
        if next(self.touched(value, variables), None) is None:
            return self.real.evaluate(value, scope)
        self.note(value, variables)
        if self._steps is not None:
            return _follow(value if self._variable is None else variables[self._variable], self._steps)
        return _merged(self._trials(value, variables), self._names.judges, derived(self, value, variables))

    def note(self, value: JsonValue, variables: JsonObject) -> None:
        """Remember what the expression reads of unknown data."""
        for each, reach in self._parts(value, variables):
            self._knowledge.note(each, reach)

    def touched(self, value: JsonValue, variables: JsonObject) -> Iterator[Unknown]:
        """The unknown values that the expression gets to see."""
        for each, reach in self._parts(value, variables):
            yield from touched(each, reach)

    def _parts(self, value: JsonValue, variables: JsonObject) -> list[tuple[JsonValue, Reach]]:
        names = self._names
        parts = [(value, names.input), *((each, names.variables[name]) for name, each in variables.items())]
        return [(each, reach) for each, reach in parts if reach != {}]

    def reached(self, value: JsonValue, variables: JsonObject) -> JsonValue:
        """That part of its data which the expression can read at all."""
        names = self._names
        parts = {name: projector(names.variables[name])(each) for name, each in variables.items()}
        return [projector(names.input)(value), parts]

    def concrete(self, value: JsonValue, variables: JsonObject) -> JsonValue:
        """Evaluate on data without unknown values. Raises WorkflowError."""
        return self.real.evaluate(value, _Given(variables))

    def _trials(self, value: JsonValue, variables: JsonObject) -> list[JsonValue]:
        fields, found = self._names.fields, []
        for make in _SAMPLES:

            def choose(unknown: Unknown, make: _Sample = make) -> JsonValue:
                return make(unknown.label, fields)

            try:
                found.append(self.concrete(replaced(value, choose), replaced(variables, choose)))
            except WorkflowError:
                continue  # samples need not have the type that the program expects; another one will
        return found

    def _watch(self, value: JsonValue, variables: JsonObject) -> None:
        oracle, names = self._oracle, self._names
        if names.guarded or oracle.reader is None:
            return
        for root, holder, reach in [("", value, names.input)] + [
            (f"${name}", each, names.variables[name]) for name, each in variables.items() if name in _WATCHED
        ]:
            for path in _missing(holder, reach, root):
                oracle.missing.append(MissingRead(oracle.reader, self.source, path))
        if not names.input and self._steps == () and self._variable is None and value is None:
            oracle.missing.append(MissingRead(oracle.reader, self.source, "."))


_WATCHED: Final = frozenset({"compensation", "context", "input"})


class SymbolicUri:
    """A URI template over data that may hold unknown values."""

    __slots__ = ("_oracle", "constant", "real", "source", "variables")

    def __init__(self, real: Expression, oracle: Oracle) -> None:
        self.real = real
        self.source = real.source
        self.variables = real.variables
        self.constant = real.constant
        self._oracle = oracle

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """The URI, with a text that stands for each unknown member."""
        reader = self._oracle.reader
        if reader is not None and not isinstance(value, Unknown):
            for name in re.findall(r"\{([^{}]*)\}", self.source):
                if not isinstance(value, dict) or value.get(name) is None:
                    self._oracle.missing.append(MissingRead(reader, self.source, f".{name}"))
        shown = {} if isinstance(value, Unknown) else replaced(value, lambda unknown: f"«{unknown.label}»")
        return self.real.evaluate(shown, scope)


class SymbolicCompiler(Compiler):
    """Compiles expressions that can cope with the unknown."""

    def __init__(self, oracle: Oracle, knowledge: Knowledge) -> None:
        super().__init__()
        self._oracle = oracle
        self._knowledge = knowledge
        self._symbolic: dict[tuple[str, frozenset[str]], Expression] = {}

    def expression(self, source: str, *, variables: Collection[str] = ()) -> Expression:
        """See `Compiler.expression`."""
        key = (source, frozenset(variables))
        if key not in self._symbolic:
            wrapped = _WRAPPED.fullmatch(source)
            text = (wrapped[1] if wrapped else source).strip()
            real = super().expression(source, variables=variables)
            self._symbolic[key] = SymbolicExpression(real, text, self._oracle, self._knowledge)
        return self._symbolic[key]

    def template(
        self, value: JsonValue, *, variables: Collection[str] = (), mode: Literal["strict", "loose"] = "strict"
    ) -> Expression:
        """See `Compiler.template`."""
        return super().template(value, variables=variables, mode=mode)

    def uri(self, template: str, *, variables: Collection[str] = ()) -> Expression:
        """See `Compiler.uri`."""
        real = super().uri(template, variables=variables)
        return real if isinstance(real, SymbolicExpression) or real.constant else SymbolicUri(real, self._oracle)


class _Given(NamedTuple):
    variables: JsonObject

    def lookup(self, name: str) -> JsonValue:
        return self.variables.get(name)


def _names(text: str, variables: Collection[str]) -> Names:
    tokens: list[Token] = tokenize(text, _DEPTH_MAX)
    words = {token.text for token in tokens if token.kind in (Kind.OPERATOR, Kind.KEYWORD, Kind.NAME)}
    return Names(
        fields=tuple({token.text: None for token in tokens if token.kind in (Kind.FIELD, Kind.STRING)}),
        judges=not _JUDGES.isdisjoint(words),
        guarded=not _GUARDS.isdisjoint(words),
        input=reach_of_input(tokens),
        variables={name: reach_of_variable(tokens, name) for name in variables},
    )


def _follow(value: JsonValue, steps: tuple[str, ...]) -> JsonValue:
    for step in steps:
        if isinstance(value, Unknown):
            value = value.member(step)
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _missing(holder: JsonValue, reach: Reach, taken: str) -> list[str]:
    """Paths of what is read of a value and does not exist in it."""
    if isinstance(holder, Unknown) or reach is None:
        return []
    found = []
    for name, inner in reach.items():
        path = f"{taken}.{name}"
        if not isinstance(holder, dict) or name not in holder:
            found.append(path)
        elif inner is None:
            if holder[name] is None and path == "$compensation.output":
                found.append(path)
        else:
            found += _missing(holder[name], inner, path)
    return found


_Sample = Callable[[str, tuple[str, ...]], JsonValue]


def _text(label: str, fields: tuple[str, ...]) -> JsonValue:
    return f"«{label}»"


def _flat(label: str, fields: tuple[str, ...]) -> JsonValue:
    return {field: f"«{label}.{field}»" for field in fields} or f"«{label}»"


def _deep(label: str, fields: tuple[str, ...]) -> JsonValue:
    return {field: _flat(f"{label}.{field}", fields) for field in fields} or {"member": label}


_SAMPLES: Final[tuple[_Sample, ...]] = (
    _flat,
    _deep,
    _text,
    lambda label, fields: 7,
    lambda label, fields: None,
    lambda label, fields: [_flat(label, fields)],
)


def _merged(results: list[JsonValue], judges: bool, unknown: Unknown) -> JsonValue:
    """What several results have in common; `unknown` is the result where they differ."""
    if not results:
        return unknown
    first = results[0]
    if all(isinstance(each, dict) and each.keys() == first.keys() for each in results) and first:
        return {key: _merged([each[key] for each in results], judges, unknown.member(key)) for key in first}
    agreed = len(results) > 1 and all(type(each) is type(first) and each == first for each in results)
    return first if agreed and not judges and _is_plain(first) else unknown


def _is_plain(value: JsonValue) -> bool:
    return not isinstance(value, str) or "«" not in value
