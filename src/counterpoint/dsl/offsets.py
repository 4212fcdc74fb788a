"""Where a character of a string stands in the text that the string was read from.

A scalar may be folded, indented and escaped in its text. The string and its text are walked side by side; where they
cannot be brought together, the answer is None and the scalar's own position has to do.
"""

from __future__ import annotations

import re
from typing import Final

from counterpoint.values.diagnostics import Position

_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_PROPERTIES: Final = re.compile(r"(?:[&!][^\s]*\s+)*")
_BLOCK_HEADER: Final = re.compile(r"[|>][^\r\n]*(?:\r\n|[\r\n])[ \t\r\n]*")
_ESCAPED_CHARS: Final = {"x": 4, "u": 6, "U": 10}
_TEXT_CHARS_MAX: Final = 500_000
"""Longer texts are not walked: finding a line takes as long as the text is."""
_WHITE: Final = " \t\r\n\x85\u2028\u2029"


def position_within(text: str, scalar: Position, value: str, offset: int) -> Position | None:
    """The position of the character at `offset` of `value`, a scalar that starts at `scalar` in `text`."""
    at = _offset_of(text, scalar) if len(text) <= _TEXT_CHARS_MAX else None
    if at is None:
        return None
    found = _PROPERTIES.match(text, at)
    at = found.end() if found else at
    block = _BLOCK_HEADER.match(text, at)
    quote = ""
    if block is not None:
        at = block.end()
    elif text[at : at + 1] in ("'", '"'):
        quote, at = text[at], at + 1
    end = _walk(text, at, value, offset, quote)
    return None if end is None else _position_of(text, scalar, at=end)


def _walk(text: str, at: int, value: str, offset: int, quote: str) -> int | None:
    """The offset in `text` that corresponds to `offset` in `value`."""
    index = 0
    while index < offset:
        if at >= len(text):
            return None
        if quote == '"' and text[at] == "\\":
            following = text[at + 1 : at + 2]
            if following in ("\n", "\r"):  # the line goes on after its indentation
                at = _skipped(text, at + 1)
                continue
            index, at = index + 1, at + _ESCAPED_CHARS.get(following, 2)
        elif quote == "'" and text.startswith("''", at):
            index, at = index + 1, at + 2
        elif value[index] == text[at] and not (text[at] in _WHITE and _folds(text, at)):
            index, at = index + 1, at + 1
        elif text[at] in _WHITE:
            at = _skipped(text, at)
            index = _skipped(value, index)
        else:
            return None
    return (
        _skipped(text, at)
        if offset < len(value) and value[offset] not in _WHITE and text[at : at + 1] in _WHITE
        else at
    )


def _folds(text: str, at: int) -> bool:
    """Whether the white space from `at` on holds a line break, and so may stand for something else."""
    end = _skipped(text, at)
    return any(each not in " \t" for each in text[at:end])


def _skipped(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITE:
        at += 1
    return at


def _offset_of(text: str, position: Position) -> int | None:
    start = 0
    for _ in range(position.line - 1):
        found = _BREAK.search(text, start)
        if found is None:
            return None
        start = found.end()
    return start + position.column - 1


def _position_of(text: str, scalar: Position, at: int) -> Position:
    """The position of the offset `at`, which does not lie before the scalar."""
    line, start = 1, 0
    for found in _BREAK.finditer(text, 0, at):
        line, start = line + 1, found.end()
    return Position(max(line, scalar.line), at - start + 1)
