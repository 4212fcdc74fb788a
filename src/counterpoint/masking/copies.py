"""Copies: sensitive values are masked wherever they stand, also inside longer texts and as names of members.

What was computed from such a value (a digest, a part, a sum) is another value, and no copy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

import msgspec

from counterpoint.masking.places import MASKED
from counterpoint.values.json import JsonValue

COPY_CHARS_MIN: Final = 4
"""Shorter values are masked only where a schema says so: they would be found everywhere."""
_JSON_DEPTH: Final = 3
"""JSON in a text of JSON in a text of JSON: deeper copies are not found where they hold what JSON escapes."""
COPIES_MAX: Final = 10_000
"""Sensitive values of one instance; where there are more, all its texts and numbers are masked."""


class Copies:
    """The sensitive values of one instance."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._numbers: set[int | float] = set()
        self._pattern: re.Pattern[str] | None = None
        self._overflown = False

    def add(self, values: Iterable[JsonValue]) -> None:
        """From now on these, and everything inside of them, are sensitive."""
        for leaf in (leaf for value in values for leaf in _leaves(value)):
            text = leaf if isinstance(leaf, str) else msgspec.json.encode(leaf).decode()
            if len(text) < COPY_CHARS_MIN or text in self._texts:
                continue
            self._pattern = None
            self._texts.add(text)
            if not isinstance(leaf, str):
                self._numbers.add(leaf)
        self._overflown = len(self._texts) > COPIES_MAX

    def mask(self, value: JsonValue) -> JsonValue:
        """The value without copies."""
        return self._mask(value) if self._texts else value

    def _mask(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return self._members(value)
        if isinstance(value, list | tuple):
            return [self._mask(each) for each in value]
        if isinstance(value, bool) or value is None:
            return value
        return MASKED if self._overflown or value in self._numbers else value

    def _members(self, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for name, each in value.items():
            shown = self._text(name) if not self._overflown else MASKED if name in self._texts else name
            while shown in found:
                shown += "*"
            found[shown] = self._mask(each)
        return found

    def _text(self, text: str) -> str:
        if self._overflown:
            return MASKED
        if self._pattern is None:
            written = {form for each in self._texts for form in _forms(each)}
            # The longest first: one may contain another.
            self._pattern = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))))
        return self._pattern.sub(MASKED, text)


def _leaves(value: JsonValue) -> Iterator[str | int | float]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value


def _forms(text: str) -> set[str]:
    """How a text is written inside of others: as it is, in JSON, in JSON within JSON, and each of these in a URI."""
    forms = {text}
    for _ in range(_JSON_DEPTH):
        forms |= {inner[1:-1] for each in forms for inner in (msgspec.json.encode(each).decode(), json.dumps(each))}
    return forms | {encode(each) for each in forms for encode in (quote, quote_plus, _quote_all)}


def _quote_all(text: str) -> str:
    return quote(text, safe="")
