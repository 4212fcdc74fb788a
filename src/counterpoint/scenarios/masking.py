"""Masks what nobody should find in a file: passwords, tokens, and whatever else is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from counterpoint.masking import MASKED
from counterpoint.scenarios.pointers import tokens_of
from counterpoint.values.json import JsonValue

_TELLING: Final = re.compile(
    r"pass(word|wd|phrase|code)|\bpwd\b|secret|token|api[-_ ]?key|private[-_ ]?key|authorization|credential|cookie",
    re.IGNORECASE,
)
SECRET: Final = re.compile("\u27e6secret:([^\u27e7]*)\u27e7")
"""The token that stands for a secret, with its path."""


class Mask:
    """Masks members whose name speaks of a secret, and those at the given paths, wherever these begin."""

    def __init__(self, pointers: Sequence[str] = ()) -> None:
        """`pointers`: JSON pointers such as `/customer/name`; they fit wherever a path ends with them."""
        self._paths = [tokens_of(each) for each in pointers]

    def apply(self, value: JsonValue) -> JsonValue:
        """The value with everything masked that is to be."""
        return self._apply(value, [])

    def _apply(self, value: JsonValue, path: list[str]) -> JsonValue:
        if path and (_TELLING.search(path[-1]) or any(tokens == path[-len(tokens) :] for tokens in self._paths)):
            return _hidden(value)
        if isinstance(value, dict):
            return {name: self._apply(each, [*path, name]) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._apply(each, [*path, str(index)]) for index, each in enumerate(value)]
        return value


def _hidden(value: JsonValue) -> JsonValue:
    """A value of the same shape that says nothing. Tokens of declared secrets say nothing already."""
    if isinstance(value, dict):
        return {name: _hidden(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(each) for each in value]
    if isinstance(value, str):
        return value if SECRET.fullmatch(value) else MASKED
    if isinstance(value, bool) or value is None:
        return value
    return 0
