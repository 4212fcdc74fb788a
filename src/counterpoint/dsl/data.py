"""JSON values from text: what commands and calls are given as input."""

from __future__ import annotations

import json
import re
from typing import Final

from counterpoint.dsl.limits import DEFAULT_LIMITS, DocumentLimits
from counterpoint.dsl.raw_text import decode
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.values.json import JsonObject, JsonValue

_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_data(text: str | bytes, source: str = "<input>", limits: DocumentLimits = DEFAULT_LIMITS) -> JsonValue:
    """Read one JSON or YAML 1.2 value, within the limits of a document.

    Raises InvalidInput; its message is that of the diagnostics, with line and column.
    """
    try:
        plain = decode(text, source, limits)
        value, sound = _fast_json(plain, limits)
        return value if sound else read_located(plain, source, limits).data
    except InvalidDocument as refused:
        raise InvalidInput(str(refused)) from None


class _NotPlain(ValueError):
    """Not JSON without surprises: the slow reader decides, and says where."""


def _fast_json(text: str, limits: DocumentLimits) -> tuple[JsonValue, bool]:
    """The value and True where the text is JSON within the limits; the slow reader explains what is not."""
    if text.lstrip()[:1] not in ("{", "[", '"') or _SURROGATE_ESCAPE.search(text):
        return None, False
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except (ValueError, RecursionError):
        return None, False
    return value, _within(value, limits)


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotPlain
    return members


def _constant(name: str) -> JsonValue:
    raise _NotPlain(name)


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _NotPlain(text)
    return value


def _within(value: JsonValue, limits: DocumentLimits) -> bool:
    level: list[JsonValue] = [value]
    nodes = 0
    for _ in range(limits.depth_max + 1):
        nodes += len(level)
        below: list[JsonValue] = []
        for each in level:
            if isinstance(each, dict):
                nodes += len(each)
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        if nodes > limits.nodes_max:
            return False
        if not below:
            return True
        level = below
    return False
