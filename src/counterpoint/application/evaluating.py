"""Evaluating: what an expression gives for data that are given with it. For whoever writes one, never for a workflow.

It has a compiler of its own, with tighter limits than workflows have, and runs in a thread: an expression that is being
typed must not keep the engine waiting.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from counterpoint.errors import ExpressionInvalid, InvalidInput, LimitExceeded, WorkflowError
from counterpoint.expressions import Compiler, ExpressionLimits
from counterpoint.plan.source import UNDO_NAMES
from counterpoint.values.json import JsonValue

_PLACE: Final = re.compile(r" at (?:line (\d+), )?column (\d+)")
_WRAPPED: Final = re.compile(r"\s*\$\{\s*(.*?)\s*\}\s*", re.DOTALL)
_COMPILED_MAX: Final = 256
"""How many expressions a compiler compiles before another takes its place: hardly any is typed twice."""
_NAMES: Final = {"expression_ms_max": "evaluation_ms_max", "result_bytes_max": "evaluation_bytes_max"}
"""The limits of expressions that are set by limits of evaluations."""
_HIDDEN: Final = ("secrets", "authorization")


class EvaluationLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is evaluated for people who write expressions; the unit stands in each name."""

    evaluations_max: int = 16
    """Evaluations that run or wait for their turn; further ones are refused."""
    evaluation_ms_max: int = 500
    """Wall-clock time of one that may not end by itself."""
    evaluation_bytes_max: int = 1024 * 1024
    """Size of the data and of the result, each as JSON text."""
    evaluation_depth_max: int = 64
    """Nesting of brackets and blocks in an expression."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why an expression gives nothing. `line` and `column` count from 1 in the text that was given."""

    message: str
    line: int | None = None
    column: int | None = None


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """What an expression gives: a value, or a fault."""

    value: JsonValue = None
    fault: Fault | None = None


class _Given:
    """A scope of variables that are given."""

    def __init__(self, variables: Mapping[str, JsonValue]) -> None:
        self._variables = variables

    def lookup(self, name: str) -> JsonValue:
        """See `expressions.types.Scope`."""
        return self._variables[name]


class Evaluating:
    """Evaluates one expression after the other."""

    def __init__(self, limits: EvaluationLimits | None = None) -> None:
        self._limits = limits or EvaluationLimits()
        self._expressions = ExpressionLimits(
            expression_ms_max=self._limits.evaluation_ms_max,
            expression_depth_max=self._limits.evaluation_depth_max,
            result_bytes_max=self._limits.evaluation_bytes_max,
            inline_work_max=1_000_000,
            worker_bytes_max=512 * 1024 * 1024,
        )
        self._compiler = Compiler(self._expressions)
        self._compiled = 0
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def evaluate(self, expression: str, data: JsonValue, variables: Mapping[str, JsonValue]) -> Evaluated:
        """The value of an expression, in `${ }` or bare. Nothing outside can be reached from it.

        Secrets are neither taken nor shown. Raises InvalidInput, LimitExceeded (data, or too many at once).
        """
        limits = self._limits
        for name in _HIDDEN:
            if name in variables:
                raise InvalidInput(f"the variable {name!r} is never given: its value would be shown")
        size = len(msgspec.json.encode([data, variables]))
        if size > limits.evaluation_bytes_max:
            raise LimitExceeded("evaluation_bytes_max", limits.evaluation_bytes_max, size)
        if self._waiting >= limits.evaluations_max:
            raise LimitExceeded("evaluations_max", limits.evaluations_max, hint="try again later")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._evaluate, expression, data, variables)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the process that evaluates what may not end by itself."""
        self._compiler.close()

    def _evaluate(self, expression: str, data: JsonValue, variables: Mapping[str, JsonValue]) -> Evaluated:
        self._compiled += 1
        if self._compiled > _COMPILED_MAX:
            self._compiler.close()
            self._compiler, self._compiled = Compiler(self._expressions), 1
        try:
            compiled = self._compiler.expression(expression, variables={*UNDO_NAMES, *variables})
        except ExpressionInvalid as error:
            return Evaluated(fault=_invalid(error.message, expression))
        missing = sorted(compiled.variables.difference(variables))
        if missing:
            return Evaluated(fault=Fault(message=_unseen(missing[0])))
        try:
            value = compiled.evaluate(data, _Given(variables))
            if _exceeds(value, self._limits.evaluation_bytes_max):
                limit = f"evaluation_bytes_max is {self._limits.evaluation_bytes_max:,}"
                return Evaluated(fault=Fault(message=f"its result is too large: limit {limit}"))
            return Evaluated(value=value)
        except WorkflowError as error:
            told = (error.problem.detail or error.message).partition(", in the expression:")[0]
            for name, own in _NAMES.items():
                told = told.replace(name, own)
            return Evaluated(fault=Fault(message=told))


def _exceeds(value: JsonValue, bytes_max: int) -> bool:
    """Whether a value is larger as JSON than so many bytes, told without writing it: its parts may be shared."""
    pending, size = [value], 0
    while pending and size <= bytes_max:
        each = pending.pop()
        size += 1 + (len(each) if isinstance(each, str) else 0)
        if isinstance(each, dict):
            pending += each.values()
            size += sum(map(len, each))
        elif isinstance(each, list):
            pending += each
    return size > bytes_max


def _unseen(name: str) -> str:
    if name in _HIDDEN:
        return f"${name} has its value only while the workflow runs; it is never shown"
    return f"${name} has no value at this place"


def _invalid(message: str, expression: str) -> Fault:
    """A fault with its place in the whole text, of which the compiler has seen what is inside the braces."""
    found = _PLACE.search(message)
    if found is None:
        return Fault(message=message)
    line, column = int(found[1] or 1), int(found[2])
    wrapped = _WRAPPED.fullmatch(expression)
    start = wrapped.start(1) if wrapped else len(expression) - len(expression.lstrip())
    line_start = expression.rfind("\n", 0, start) + 1
    if line == 1:
        column += start - line_start
    line += expression.count("\n", 0, start)
    told = message[: found.start()] + message[found.end() :]
    return Fault(message=told, line=line, column=column)
