"""JSON Schema contracts: what the input, the output or the context of a workflow or a task must look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

import jsonschema_rs
import msgspec

from counterpoint.errors import InvalidInput
from counterpoint.values.fault import Fault
from counterpoint.values.json import JsonValue, pointer_join

ERRORS_MAX: Final = 20
"""How many violations `SchemaValidator.check` reports."""
_MESSAGE_CHARS_MAX: Final = 300
_Kind: Final = jsonschema_rs.ValidationErrorKind
_LACKING: Final = 1
_RULED_OUT: Final = 2
_CACHED_MAX: Final = 1_024


class SchemaValidator:
    """One compiled schema. The draft is that of `$schema`, 2020-12 without one.

    `format` is an annotation and not asserted, in every draft: the specification asks for nothing else.
    Nothing is ever fetched: a reference out of the document is refused when the schema is compiled.
    """

    __slots__ = ("_validator", "schema")

    def __init__(self, schema: JsonValue) -> None:
        """Compile a schema (an object or a boolean); raises InvalidInput."""
        self.schema = schema
        try:
            self._validator = jsonschema_rs.validator_for(
                schema, validate_formats=False, offline=True, mask="the value"
            )
        except jsonschema_rs.ValidationError as error:
            raise InvalidInput(f"invalid JSON schema{_where(error)}: {_reason(error)}") from None
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(f"invalid JSON schema: {error}") from None

    def valid(self, value: JsonValue) -> bool:
        """Whether `value` satisfies the schema; faster than `check`."""
        return self._validator.is_valid(value)

    def faults(self, value: JsonValue) -> list[Fault]:
        """What is wrong with `value`, the first 20; a member that is missing is named by its own place.

        Of a value that is none of several alternatives (`oneOf`, `anyOf`), what keeps it from being the one that is
        meant, where that can be told.
        """
        found = (fault for error in self._validator.iter_errors(value) for fault in _faults(error))
        return list(islice(found, ERRORS_MAX))

    def check(self, value: JsonValue) -> list[str]:
        """What is wrong with `value`, each as `/pointer: message` without the data itself; empty if nothing is."""
        if self._validator.is_valid(value):
            return []
        found = self._validator.iter_errors(value)
        errors = [f"{_pointer(error) or 'the value itself'}: {_reason(error)}" for error in islice(found, ERRORS_MAX)]
        if next(found, None) is not None:
            errors.append(f"... and more; the first {ERRORS_MAX} are shown")
        return errors


def compile_schema(schema: JsonValue) -> SchemaValidator:
    """The validator of a schema; equal schemas share one. Raises InvalidInput for an invalid schema."""
    try:
        return _compiled(msgspec.json.encode(schema))
    except (TypeError, RecursionError) as error:
        raise InvalidInput(f"invalid JSON schema: it is no JSON ({error})") from None


@lru_cache(maxsize=_CACHED_MAX)
def _compiled(text: bytes) -> SchemaValidator:
    return SchemaValidator(msgspec.json.decode(text))


def _pointer(error: jsonschema_rs.ValidationError) -> str:
    return pointer_join("", *error.instance_path)


def _faults(error: jsonschema_rs.ValidationError) -> Iterator[Fault]:
    meant = _meant(error)
    if meant is None:
        yield _fault(error)
        return
    for each in meant:
        yield from _faults(each)


def _meant(error: jsonschema_rs.ValidationError) -> Sequence[jsonschema_rs.ValidationError] | None:
    """What is wrong with the one alternative that fits best; None where none does, or several alike."""
    kind = error.kind
    if not isinstance(kind, _Kind.AnyOf | _Kind.OneOfNotValid):
        return None
    ranks = [_distance(each, len(error.instance_path)) for each in kind.context]
    nearest = min(ranks)
    if nearest == _RULED_OUT or ranks.count(nearest) > 1:
        return None
    return kind.context[ranks.index(nearest)]


def _distance(errors: Sequence[jsonschema_rs.ValidationError], depth: int) -> int:
    """How far a value is from an alternative: what it is (type, constants of it and its members), then what it has."""
    distance = 0
    for error in errors:
        kind, below = error.kind, len(error.instance_path) - depth
        if isinstance(kind, _Kind.Type) and below == 0:
            return _RULED_OUT
        if isinstance(kind, _Kind.Constant | _Kind.Enum) and below <= 1:
            return _RULED_OUT
        if isinstance(kind, _Kind.Required | _Kind.AdditionalProperties) and below == 0:
            distance = _LACKING
    return distance


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    if isinstance(error.kind, _Kind.Required):
        return Fault(pointer_join(_pointer(error), error.kind.property), "it is required")
    return Fault(_pointer(error), _reason(error))


def _where(error: jsonschema_rs.ValidationError) -> str:
    pointer = _pointer(error)
    return f" at {pointer}" if pointer else ""


def _reason(error: jsonschema_rs.ValidationError) -> str:
    message = error.message
    if isinstance(error.kind, _Kind.Type):
        message += f"; it is {_kind(error.instance)}"
    return message if len(message) <= _MESSAGE_CHARS_MAX else message[: _MESSAGE_CHARS_MAX - 1] + "…"


def _kind(value: JsonValue) -> str:
    if value is None:
        return "null"
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "an array",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)
