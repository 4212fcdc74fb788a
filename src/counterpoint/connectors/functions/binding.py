"""From a call's arguments to a function's keyword arguments, prepared once for each function."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import inspect
import types
import typing
import uuid
from collections.abc import Callable
from typing import Any, Final

import msgspec

from counterpoint.connectors.functions.spec import FunctionSpec
from counterpoint.connectors.problems import did_you_mean, validation
from counterpoint.errors import InvalidInput
from counterpoint.ports.connector import Invocation
from counterpoint.values.json import JsonObject

INVOCATION: Final = "invocation"

_CONVERTED: Final = (
    msgspec.Struct,
    enum.Enum,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    uuid.UUID,
    bytes,
    tuple,
    set,
    frozenset,
)


class Binding:
    """How one function takes its arguments."""

    def __init__(self, spec: FunctionSpec[..., Any]) -> None:
        parameters = spec.signature.parameters
        hints = _hints(spec)
        self._name = spec.name
        self._invocation = next((name for name in parameters if _takes_invocation(name, hints)), None)
        named = [each for each in parameters.values() if each.name != self._invocation]
        self._open = any(each.kind is each.VAR_KEYWORD for each in named)
        self._known = frozenset(each.name for each in named if each.kind is not each.VAR_KEYWORD)
        self._required = frozenset(name for name in self._known if parameters[name].default is inspect.Parameter.empty)
        self.takes = tuple((name, name in self._required) for name in parameters if name in self._known)
        """Its arguments in their order, and whether each must be given."""
        self._conversions: tuple[tuple[str, Any], ...] = tuple(
            (name, hints[name]) for name in self._known if name in hints and is_converted(hints[name])
        )
        self.bind: Callable[[JsonObject, Invocation], JsonObject] = (
            self._convert if self._conversions or self._invocation else self._check
        )
        """Gives the keyword arguments. Raises ConnectorError (validation, outcome none) naming all that is wrong."""

    def _check(self, arguments: JsonObject, _: Invocation) -> JsonObject:
        names = arguments.keys()
        if names >= self._required and (self._open or names <= self._known):
            return arguments
        raise self._misfit(arguments)

    def _convert(self, arguments: JsonObject, invocation: Invocation) -> JsonObject:
        bound = dict(self._check(arguments, invocation))
        for name, hint in self._conversions:
            if name in bound:
                try:
                    bound[name] = msgspec.convert(bound[name], hint)
                except msgspec.ValidationError as error:
                    raise validation(f"function {self._name}: argument {name!r}: {error}") from error
        if self._invocation is not None:
            bound[self._invocation] = invocation
        return bound

    def _misfit(self, arguments: JsonObject) -> Exception:
        missing = [name for name in self._known if name in self._required and name not in arguments]
        wrong = [f"missing argument {name!r}" for name in sorted(missing)]
        if not self._open:
            unknown = sorted(set(arguments) - self._known)
            free = self._known - set(arguments)
            wrong += [f"unknown argument {name!r}{did_you_mean(name, free)}" for name in unknown]
        return validation(f"function {self._name}: {'; '.join(wrong)}")


def is_converted(hint: Any) -> bool:
    """Whether values annotated so are converted: typed values are, plain JSON types pass as they are."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return dataclasses.is_dataclass(hint) or typing.is_typeddict(hint) or issubclass(hint, _CONVERTED)
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return is_converted(hint.__origin__) or any(isinstance(each, msgspec.Meta) for each in hint.__metadata__)
    if origin is typing.Literal:
        return True
    if isinstance(origin, type) and issubclass(origin, _CONVERTED):
        return True
    return any(is_converted(each) for each in typing.get_args(hint))


def _takes_invocation(name: str, hints: dict[str, Any]) -> bool:
    return name == INVOCATION or hints.get(name) in (Invocation, Invocation | None)


def _hints(spec: FunctionSpec[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(inspect.unwrap(spec.handler), include_extras=True)
    except (NameError, TypeError) as error:
        raise InvalidInput(
            f"function {spec.name}: its annotations cannot be read ({error}); "
            "types that it is annotated with must be importable where it is defined"
        ) from error
