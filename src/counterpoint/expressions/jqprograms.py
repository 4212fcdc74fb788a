"""Expressions that libjq evaluates: in this process where they certainly end, else in the worker."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.errors import WorkflowError
from counterpoint.expressions.failure import expression_error, without_data
from counterpoint.expressions.limits import ExpressionLimits
from counterpoint.expressions.types import Scope
from counterpoint.values.json import JsonValue

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


class InlineProgram:
    """A program that ends, run by libjq in this process."""

    __slots__ = ("_lookups", "_max", "_program", "source", "variables")

    constant: Final = False

    def __init__(self, source: str, names: tuple[str, ...], program: Any, limits: ExpressionLimits) -> None:
        self.source = source
        self.variables = frozenset(names)
        self._lookups = names
        self._program = program
        self._max = limits.result_bytes_max

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        text = encode_input(self.source, value, self._lookups, scope)
        return self.run(text)

    def run(self, text: str) -> JsonValue:
        """Run on an input that is encoded already."""
        try:
            result = self._program.input_text(text).first()
        except StopIteration:
            return None
        except ValueError as error:
            raise expression_error(self.source, without_data(str(error), self.source)) from None
        return decode_result(self.source, result, self._max)


def encode_input(source: str, value: JsonValue, names: tuple[str, ...], scope: Scope) -> str:
    """The program's input: a JSON array of the value and then of each variable."""
    try:
        return _encode([value, *[scope.lookup(name) for name in names]]).decode()
    except WorkflowError:
        raise
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise expression_error(source, f"its input is no JSON ({error})") from None


def decode_result(source: str, result: str, bytes_max: int) -> JsonValue:
    """The result that the program gave as JSON text."""
    if len(result) > bytes_max:
        raise expression_error(source, f"its result has {len(result):,} bytes, limit result_bytes_max is {bytes_max:,}")
    try:
        return _decode(result)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise expression_error(source, f"its result is no JSON value ({error})") from None
