"""The lexical grammar of jq 1.8, read by us so that a program can be judged before libjq sees it.

String interpolation is flattened: `"a\\(.b)c"` gives STRING, OPEN `\\(`, the inner tokens, CLOSE `)`, STRING.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

from counterpoint.errors import ExpressionInvalid


class Kind(Enum):
    """What a token is."""

    FIELD = "field"
    """`.name`; the text is `name`."""
    NAME = "name"
    """A function's name, or an object key without quotes."""
    KEYWORD = "keyword"
    VARIABLE = "variable"
    """`$name`; the text is `name`."""
    FORMAT = "format"
    NUMBER = "number"
    STRING = "string"
    """The text is what stands between the quotes (or between two interpolations), not yet unescaped."""
    OPEN = "open"
    CLOSE = "close"
    OPERATOR = "operator"


class Token(NamedTuple):
    """One token and where it starts (an offset into the source)."""

    kind: Kind
    text: str
    offset: int


KEYWORDS: Final = frozenset(
    {
        *("__loc__", "and", "as", "break", "catch", "def", "elif", "else", "end", "foreach"),
        *("if", "import", "include", "label", "module", "or", "reduce", "then", "try"),
    }
)

ASSIGNMENTS: Final = frozenset({"=", "|=", "+=", "-=", "*=", "/=", "%=", "//="})

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n]+|\#(?:\\.|\\\r?\n|[^\\\n])*\\?)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | \.(?P<field>[A-Za-z_][A-Za-z_0-9]*)
    | (?P<name>(?:[A-Za-z_][A-Za-z_0-9]*::)*[A-Za-z_][A-Za-z_0-9]*)
    | \$(?P<variable>(?:[A-Za-z_][A-Za-z_0-9]*::)*[A-Za-z_][A-Za-z_0-9]*)
    | (?P<format>@[A-Za-z0-9_]+)
    | (?P<quote>")
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<operator>\?//=?|//=|\|=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|//|\.\.|[.?=;,:|+\-*/%$<>])
    """,
    re.VERBOSE,
)
_TEXT: Final = re.compile(r'(?:[^"\\]|\\(?!\().)*', re.DOTALL)
_AFTER_KEY: Final = re.compile(r"[ \t\r\n]*[:,}]")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def tokenize(source: str, depth_max: int) -> list[Token]:
    """The tokens of a program; raises ExpressionInvalid for text that is no jq or nests deeper than `depth_max`."""
    tokens: list[Token] = []
    opened: list[Token] = []
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise ExpressionInvalid(_unexpected(source, at))
        group = found.lastgroup or ""
        start, at = at, found.end()
        if group == "space":
            continue
        if group == "quote":
            at = _string(source, start, at, tokens, opened)
        elif group == "close":
            at = _close(source, found.group(), start, at, tokens, opened)
        else:
            text = found.group(group)
            kind = Kind(group)
            if kind is Kind.NAME and text in KEYWORDS and not _is_key(source, at, tokens, opened):
                kind = Kind.KEYWORD
            tokens.append(Token(kind, text, start))
            if kind is Kind.OPEN:
                opened.append(tokens[-1])
        if len(opened) > depth_max:
            raise ExpressionInvalid(f"the expression nests deeper than {depth_max} levels{where(source, start)}")
    if opened:
        bracket = opened[-1]
        raise ExpressionInvalid(f"'{bracket.text}'{where(source, bracket.offset)} is never closed")
    return tokens


def where(source: str, offset: int) -> str:
    """` at column 7`, or ` at line 2, column 7` in a text of several lines."""
    line = source.count("\n", 0, offset) + 1
    column = offset - (source.rfind("\n", 0, offset) + 1) + 1
    return f" at line {line}, column {column}" if "\n" in source else f" at column {column}"


def _is_key(source: str, end: int, tokens: list[Token], opened: list[Token]) -> bool:
    """Whether the word that ends at `end` is a key of an object, as in `{if: 1}`."""
    in_object = bool(opened) and opened[-1].text == "{" and tokens[-1].text in ("{", ",")
    return in_object and _AFTER_KEY.match(source, end) is not None


def _string(source: str, quote: int, at: int, tokens: list[Token], opened: list[Token]) -> int:
    """Read string text from `at` up to its closing quote or its next interpolation."""
    found = _TEXT.match(source, at)
    end = found.end() if found else at
    if end >= len(source):
        raise ExpressionInvalid(f"the string that starts{where(source, quote)} is never closed")
    tokens.append(Token(Kind.STRING, source[at:end], quote))
    if source[end] == '"':
        return end + 1
    opened.append(Token(Kind.OPEN, "\\(", end))
    tokens.append(opened[-1])
    return end + 2


def _close(source: str, bracket: str, start: int, at: int, tokens: list[Token], opened: list[Token]) -> int:
    if not opened or opened[-1].text[-1] != _PAIRS[bracket]:
        raise ExpressionInvalid(f"'{bracket}'{where(source, start)} closes nothing that was opened")
    tokens.append(Token(Kind.CLOSE, bracket, start))
    interpolated = opened.pop().text == "\\("
    return _string(source, start, at, tokens, opened) if interpolated else at


def _unexpected(source: str, at: int) -> str:
    hint = "; strings are written in double quotes" if source[at] == "'" else ""
    return f"unexpected {source[at]!r}{where(source, at)}{hint}"
