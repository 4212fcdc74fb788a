"""Concrete values for what was unknown, such that every decision on a path comes out as it was taken.

The candidates for a value are its schema's and the literals of the expressions that it is judged by, with their
neighbours: just below and just above a number, another text beside a text. That is enough for comparisons with
constants. Where no combination of candidates does, there is no answer: the path may be impossible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from counterpoint.contracts import compile_schema
from counterpoint.errors import WorkflowError
from counterpoint.expressions.types import Expression
from counterpoint.values.json import JsonValue, truthy
from counterpoint.verification.model import ITERATIONS_MAX
from counterpoint.verification.oracle import Decision, Question
from counterpoint.verification.symbolic import SymbolicExpression
from counterpoint.verification.unknown import Derived, Knowledge, Path, Source, Unknown, replaced

TRIALS_MAX: Final = 20_000
"""After how many combinations the search is given up."""
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_TEXT: Final = re.compile(r'"([^"\\()]*)"')
_Leaf = tuple[str, Path]


class Values:
    """Values of sources: those chosen, and for the rest what their schemas or their names suggest."""

    def __init__(self, read: Mapping[str, Mapping[Path, JsonValue]], default: JsonValue = None) -> None:
        """`read` says what of each source is ever looked at; `default` is for leaves of which nothing is known."""
        self.chosen: dict[_Leaf, JsonValue] = {}
        self._read = read
        self._default = default

    def of(self, value: JsonValue) -> JsonValue:
        """A value with nothing unknown left in it. Raises WorkflowError where an expression cannot be evaluated."""
        return replaced(value, self._of)

    def _of(self, unknown: Unknown) -> JsonValue:
        if isinstance(unknown.origin, Source):
            return self._built(unknown.origin.name, unknown.path, unknown.schema)
        expression, value, variables = unknown.origin
        assert isinstance(expression, SymbolicExpression)
        found = expression.concrete(self.of(value), self.of(variables))
        for step in unknown.path:
            found = _member(found, step)
        return found

    def _built(self, name: str, path: Path, schema: JsonValue) -> JsonValue:
        """The value of a source at a path: what is read of it, put together."""
        if (name, path) in self.chosen:
            return self.chosen[name, path]
        below = [each for each in {*self._read.get(name, ()), *self._chosen(name)} if each[: len(path)] == path]
        steps = sorted({each[len(path)] for each in below if len(each) > len(path)}, key=str)
        if not steps:
            return self._suggested(path, schema if schema is not None else self._read.get(name, {}).get(path))
        parts = {step: self._built(name, (*path, step), None) for step in steps}
        if all(isinstance(step, int) for step in steps):
            return [parts.get(index) for index in range(max(int(step) for step in steps) + 1)]
        return {str(step): part for step, part in parts.items()}

    def schema(self, leaf: _Leaf) -> JsonValue:
        """The schema of a member of a source, where one is known."""
        return self._read.get(leaf[0], {}).get(leaf[1])

    def suggested(self, leaf: _Leaf) -> JsonValue:
        """What a member of a source is unless something speaks against it."""
        return self._suggested(leaf[1], self.schema(leaf))

    def item(self, name: str, path: Path) -> JsonValue:
        """An item of a collection."""
        return self._built(name, path, None)

    def _chosen(self, name: str) -> Iterator[Path]:
        return (path for other, path in self.chosen if other == name)

    def _suggested(self, path: Path, schema: JsonValue) -> JsonValue:
        if isinstance(schema, dict):
            for key in ("const", "default"):
                if key in schema:
                    return schema[key]
            if schema.get("enum"):
                return schema["enum"][0]
            kind = schema.get("type")
            kind = kind[0] if isinstance(kind, list) else kind
            if kind in ("integer", "number"):
                return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
            if kind in _SIMPLE:
                return _SIMPLE[kind]
            if kind == "string":
                return f"{path[-1]}-1" if path else "text"
        if self._default is not None:
            return self._default
        return f"{path[-1]}-1" if path and isinstance(path[-1], str) else {} if not path else "item"


_SIMPLE: Final[dict[str, JsonValue]] = {"boolean": True, "array": [], "object": {}, "null": None}


def chosen(decisions: Iterable[Decision], knowledge: Knowledge, default: JsonValue = None) -> Values | None:
    """Values with which all decisions come out as they were taken; None where none were found."""
    values = Values(knowledge.read, default)
    taken = list(decisions)
    for decision in taken:
        if decision.question.kind == "length":
            _lengthen(values, decision)
    judged = [each for each in taken if each.question.kind == "truth"]
    trials = [TRIALS_MAX]
    return values if _solve(values, judged, 0, _literals(judged), trials) else None


def _solve(values: Values, judged: list[Decision], at: int, literals: list[JsonValue], trials: list[int]) -> bool:
    """Choose for the decisions from `at` on, so that none of them contradicts what is chosen already."""
    if at == len(judged):
        return True
    question, answer = judged[at]
    free = [leaf for leaf in _leaves(question.expression, question) if leaf not in values.chosen]
    for combination in product(*(_candidates(values, leaf, literals) for leaf in free)):
        trials[0] -= 1
        if trials[0] < 0:
            return False
        values.chosen.update(zip(free, combination, strict=True))
        if _truth(values, question) is (answer == 0) and _solve(values, judged, at + 1, literals, trials):
            return True
        for leaf in free:
            del values.chosen[leaf]
    return False


def _truth(values: Values, question: Question) -> bool | None:
    """What a question gives; None where it cannot be evaluated."""
    expression = question.expression
    assert isinstance(expression, SymbolicExpression)
    try:
        return truthy(expression.concrete(values.of(question.value), values.of(question.variables)))
    except WorkflowError:
        return None


def _leaves(expression: Expression, of: Question | Derived) -> list[_Leaf]:
    """The members of sources that a question is about."""
    assert isinstance(expression, SymbolicExpression)
    found: dict[_Leaf, None] = {}
    for unknown in expression.touched(of.value, of.variables):
        if isinstance(unknown.origin, Source):
            found[unknown.origin.name, unknown.path] = None
        else:
            found.update(dict.fromkeys(_leaves(unknown.origin.expression, unknown.origin)))
    return list(found)


def _candidates(values: Values, leaf: _Leaf, literals: list[JsonValue]) -> list[JsonValue]:
    schema = values.schema(leaf)
    enum = schema.get("enum") if isinstance(schema, dict) else None
    found = list(enum) if enum else [values.suggested(leaf), *literals, True, False, None, "other", 0]
    if isinstance(schema, dict) and "type" in schema:
        found = [each for each in found if compile_schema(schema).valid(each)]
    return [each for index, each in enumerate(found) if not any(_same(each, other) for other in found[:index])]


def _same(left: JsonValue, right: JsonValue) -> bool:
    return type(left) is type(right) and bool(left == right)


def _literals(judged: Iterable[Decision]) -> list[JsonValue]:
    """The constants that the questions compare with, and their neighbours."""
    found: list[JsonValue] = []
    for decision in judged:
        source = decision.question.expression.source
        found += _TEXT.findall(source)
        for text in _NUMBER.findall(_TEXT.sub("", source)):
            number = float(text) if "." in text else int(text)
            found += [number, number + 1, number - 1]
    return found


def _lengthen(values: Values, decision: Decision) -> None:
    """Give a collection as many items as it was decided to have."""
    question, answer = decision
    leaves = _leaves(question.expression, question)
    length = (answer + 1) % (ITERATIONS_MAX + 1)
    if len(leaves) == 1:
        name, path = leaves[0]
        items = [values.item(name, (*path, index)) for index in range(length)]
        values.chosen[name, path] = items


def _member(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None
