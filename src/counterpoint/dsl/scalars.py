"""The YAML 1.2 core schema: what a plain scalar means (YAML 1.2.2, section 10.3.2).

Only `true`/`false` in three spellings are booleans, nothing is a date, and octal is `0o17`.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Final

from counterpoint.values.json import JsonValue

CORE: Final = "tag:yaml.org,2002:"

_WORDS: Final[dict[str, JsonValue]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START: Final = frozenset("0123456789+-.")


class ScalarRefused(ValueError):
    """The scalar has no JSON value; the message says why, `code` is the diagnostic's."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def resolve_plain(text: str, digits_max: int) -> JsonValue:
    """The JSON value of a plain scalar without a tag; raises ScalarRefused."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ScalarRefused("CP006", f"`{text}` is a number that JSON cannot express")
    if _FLOAT.fullmatch(text) or _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return _number(text, digits_max)
    return text


def resolve_tagged(text: str, tag: str, digits_max: int) -> JsonValue:
    """The JSON value of a scalar with an explicit core tag (`!!str`, `!!int` ...); raises ScalarRefused."""
    kind = tag.removeprefix(CORE)
    if kind == "str":
        return text
    value = resolve_plain(text, digits_max)
    fits = {
        "null": value is None,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if kind not in fits:
        raise ScalarRefused("CP007", f"the tag `{tag[:60]}` means nothing in JSON")
    if not fits[kind]:
        raise ScalarRefused("CP007", f"`{text[:40]}` is not a value of the tag `!!{kind}`")
    return float(value) if kind == "float" else value


def _number(text: str, digits_max: int) -> int | float:
    if len(text) > digits_max:
        raise ScalarRefused("CP006", f"a number of {len(text):,} characters; at most {digits_max:,} are read")
    if text.startswith("0o"):
        return int(text[2:], 8)
    if text.startswith("0x"):
        return int(text[2:], 16)
    if _INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    if not isfinite(value):
        raise ScalarRefused("CP006", f"`{text[:40]}` is too large for a number with a fraction or an exponent")
    return value
