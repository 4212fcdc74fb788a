"""Functions that are registered in code: what they are called and what they take, for whoever writes a call of one."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from counterpoint.connectors.functions import FunctionConnector, FunctionSpec
from counterpoint.ports.connector import Connector

SUMMARY_CHARS_MAX: Final = 200
"""Of the first line of a function's docstring, so much is told."""


class RegisteredArgument(msgspec.Struct, frozen=True, kw_only=True):
    """What a function takes under a name in `with` of a call."""

    name: str
    required: bool


class RegisteredFunction(msgspec.Struct, frozen=True, kw_only=True):
    """One function. Of those of further connectors the name alone is known."""

    name: str
    summary: str | None = None
    read_only: bool = False
    """Whether calling it changes nothing anywhere."""
    arguments: list[RegisteredArgument] | None = None
    """None where they are not known."""
    further_arguments: bool = False
    """Whether it takes others besides."""


def registered_functions(own: FunctionConnector, others: Iterable[Connector]) -> list[RegisteredFunction]:
    """All that documents may call by name, sorted by it; a connector of somebody's own wins over ours."""
    names = set[str]().union(*(each.functions for each in others))
    found = [_described(own.resolve(each).spec, own.resolve(each).takes) for each in own.functions - names]
    return sorted([*found, *(RegisteredFunction(name=each) for each in names)], key=lambda each: each.name)


def _described(spec: FunctionSpec[..., Any], takes: tuple[tuple[str, bool], ...]) -> RegisteredFunction:
    told = (inspect.getdoc(spec.handler) or "").strip().partition("\n")[0]
    return RegisteredFunction(
        name=spec.name,
        summary=told[:SUMMARY_CHARS_MAX] or None,
        read_only=spec.read_only,
        arguments=[RegisteredArgument(name=name, required=required) for name, required in takes],
        further_arguments=any(each.kind is each.VAR_KEYWORD for each in spec.signature.parameters.values()),
    )
