"""Expressions that libjq evaluates: in this process where they certainly end soon, else in the worker.

Numbers: libjq computes in binary floating point, so arithmetic on integers beyond 2^53 rounds, as jq's does.
A number that is only moved or compared stays exact, because input and result are JSON text and libjq keeps the
text of a number that it does not compute with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from counterpoint.expressions.analysis import Analysis
from counterpoint.expressions.failure import expression_error, without_data
from counterpoint.expressions.limits import ExpressionLimits
from counterpoint.expressions.program import TOO_LONG
from counterpoint.expressions.projection import projector, reach_of_input, reach_of_variable
from counterpoint.expressions.tokens import Token
from counterpoint.expressions.types import Scope
from counterpoint.expressions.worker import Worker
from counterpoint.values.json import JsonValue

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


class JqProgram:
    """A compiled jq program and where it may run."""

    __slots__ = (
        "_inline_chars_max",
        "_lookups",
        "_program",
        "_project",
        "_result_bytes_max",
        "_text",
        "_worker",
        "source",
        "variables",
    )

    constant: Final = False

    def __init__(
        self,
        source: str,
        names: Sequence[str],
        text: str,
        program: Any,
        analysis: Analysis,
        tokens: list[Token],
        limits: ExpressionLimits,
        worker: Worker,
    ) -> None:
        self.source = source
        self.variables = frozenset(names)
        self._project = projector(reach_of_input(tokens))
        self._lookups = tuple((name, projector(reach_of_variable(tokens, name))) for name in names)
        self._text = text
        self._program = program
        self._result_bytes_max = limits.result_bytes_max
        self._inline_chars_max = analysis.inline_chars_max(limits.inline_work_max)
        self._worker = worker

    @property
    def inline(self) -> bool:
        """Whether it may run in this process at all."""
        return self._inline_chars_max > 0

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        parts = [self._project(value)]
        for name, project in self._lookups:
            parts.append(project(scope.lookup(name)))
        try:
            text = _encode(parts).decode()
        except (TypeError, ValueError, RecursionError) as error:
            raise expression_error(self.source, f"what it reads is no JSON ({error})") from None
        if len(text) > self._inline_chars_max:
            result = self._worker.run(self.source, self._text, text)
            return None if result is None else self._decoded(result)
        try:
            result = self._program.input_text(text).first()
        except StopIteration:
            return None
        except ValueError as error:
            message = str(error)
            if message == TOO_LONG:
                result = self._worker.run(self.source, self._text, text)
                return None if result is None else self._decoded(result)
            raise expression_error(self.source, without_data(message, self.source)) from None
        return self._decoded(result)

    def _decoded(self, result: str) -> JsonValue:
        if len(result) > self._result_bytes_max:
            limit = f"limit result_bytes_max is {self._result_bytes_max:,}"
            raise expression_error(self.source, f"its result has {len(result):,} bytes, {limit}")
        try:
            return _decode(result)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
            raise expression_error(self.source, f"its result is no JSON value ({error})") from None
