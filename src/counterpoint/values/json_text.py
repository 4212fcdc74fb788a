"""JSON as it comes from outside: read, or refused with the place in the text that is wrong."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

from counterpoint.values.json import JsonValue

FAULTS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a text that it cannot read."""
_CHARS_MAX: Final = 100
_BYTE: Final = re.compile(r"^(?:JSON is malformed: )?(?P<what>.*) \(byte (?P<offset>\d+)\)$")

_HALF: Final = re.compile(rb"(?<!\\)(?:\\\\)*(?P<half>\\u[dD][89abAB][0-9a-fA-F]{2})(?!\\u)")
"""An escape that is the first half of a character, without the second. msgspec calls it a text that ends too early."""


def read_json(text: bytes) -> JsonValue:
    """The value of a JSON text in UTF-8. Raises ValueError that says what is wrong with it, with line and column."""
    try:
        return msgspec.json.decode(text)
    except FAULTS as error:
        raise ValueError(fault_of(error, text)) from error


def read_json_once(text: bytes) -> JsonValue:
    """As `read_json`, but a member that is there twice is refused too: which of them counts is not to be guessed."""
    value = read_json(text)
    try:
        # Numbers are left as they are written: what they are is known from `value`.
        json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except RecursionError as error:
        raise ValueError(fault_of(error, text)) from error
    return value


def fault_of(error: Exception, text: bytes) -> str:
    """What is wrong with a text for which msgspec raised one of `FAULTS`: `expected ':' (line 2, column 13)`."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({_place(text, _not_utf8(text))})"
    match = _BYTE.match(str(error))
    if match is not None:
        behind = match["what"] == "trailing characters"  # it has read one of them by then
        return f"{match['what']} ({_place(text, int(match['offset']) - behind)})"
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    if "truncated" in str(error):
        half = _HALF.search(text)
        if half is not None:
            told = half["half"].decode()
            return f"{told} is half a character, and the other half is missing ({_place(text, half.start('half'))})"
        return f"it ends too early ({_place(text, len(text))})"
    return str(error)


def _once(pairs: list[tuple[str, JsonValue]]) -> None:
    """Raises ValueError."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice[:_CHARS_MAX]!r} is there twice")


def _not_utf8(text: bytes) -> int:
    """Where that begins: msgspec counts from the start of the string that it is in."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(text)


def _place(text: bytes, offset: int) -> str:
    before = text[:offset].decode(errors="replace")
    line = before.count("\n") + 1
    return f"line {line}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}"
