"""A jq program in the form in which libjq runs it: closed off from the process, its variables inside its input."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import jq

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.failure import shorten
from counterpoint.expressions.names import BUILTINS, CLOSED
from counterpoint.expressions.tokens import KEYWORDS, Kind, Token

_SHADOWS: Final = (
    "{} as $ENV | "
    + " ".join(
        f'def {name}: error("{name} is not available");'
        for name in sorted(CLOSED)
        if not name.startswith("$") and name not in KEYWORDS
    )
    + ' def halt_error(f): error("halt_error is not available");'
    + ' def debug(f): error("debug is not available");'
    + ' def strflocaltime(f): error("strflocaltime is not available");'
    + ' def now: error("now is not available");'
)
_ERROR: Final = re.compile(r"jq: error: (.*?) at <top-level>(?:, line (\d+), column (\d+))?", re.DOTALL)
_UNDEFINED: Final = re.compile(r"^(\$?)([\w:]+)(?:/(\d+))? is not defined$")
_WORDS: Final = {
    "IDENT": "a name",
    "FIELD": "a field",
    "LITERAL": "a number",
    "QQSTRING_START": "a string",
    "BINDING": "a variable",
    "INVALID_CHARACTER": "a character that jq does not know",
    "FORMAT": "a format",
    "KEYWORD": "a keyword",
}
INPUT: Final = "__value"
"""The variable that holds `.` in front of the source; closed to the source itself."""
TOO_LONG: Final = "the repeated string is too long"
"""What a program raises where `*` would make a string longer than it may."""
_MULTIPLY: Final = (
    " def __times(a; b): a * b;"
    " def _multiply(a; b): b as $b | a as $a"
    ' | if ($a | type) == "string" and ($b | type) == "number" and ($a | utf8bytelength) * $b > %(max)d'
    ' or ($b | type) == "string" and ($a | type) == "number" and ($b | utf8bytelength) * $a > %(max)d'
    ' then error("' + TOO_LONG + '") else __times($a; $b) end;'
)
"""libjq compiles `a * b` to a call of `_multiply`; one number and one string can fill the memory otherwise."""


def program_text(source: str, names: Sequence[str], *, now: bool, repeated_bytes_max: int | None) -> str:
    """The whole program: its input is `[value, variable of each name ...]`, its output JSON text.

    `now` stands for the last name's value where the source mentions it. `repeated_bytes_max` bounds what `*` may
    make of a string; None where there is no `*`. The source stands on lines of its own, so that a trailing
    comment cannot swallow what follows it.
    """
    bound = ", ".join([f"${INPUT}", *(f"${name}" for name in names)])
    parts = [f". as [{bound}] | ", _SHADOWS]
    if now:
        parts.append(" def now: $now;")
    if repeated_bytes_max is not None:
        parts.append(_MULTIPLY % {"max": repeated_bytes_max})
    return "".join(parts) + f" ${INPUT} | (\n{source}\n) | tojson"


def unfolded(source: str, tokens: Sequence[Token]) -> str:
    """A program whose numbers are hidden from libjq's constant folding, if it multiplies and has strings.

    libjq computes `"x" * 1000000000` while it compiles, before any limit can hold.
    """
    if not any(token.kind is Kind.STRING for token in tokens):
        return source
    parts, at = [], 0
    for token in tokens:
        if token.kind is Kind.NUMBER:
            parts.append(f"{source[at : token.offset]}([{token.text}][0])")
            at = token.offset + len(token.text)
    return "".join([*parts, source[at:]])


def compile_program(text: str, source: str, known: Iterable[str] = ()) -> Any:
    """The compiled program; raises ExpressionInvalid with jq's message made readable."""
    try:
        return jq.compile(text)
    except ValueError as error:
        raise ExpressionInvalid(_readable(str(error), source, known)) from None


def did_you_mean(name: str, known: Iterable[str], sign: str = "") -> str:
    """`; did you mean $context?` or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {sign}{close[0]}?" if close else ""


def _readable(message: str, source: str, known: Iterable[str]) -> str:
    found = _ERROR.search(message)
    if found is None:
        return shorten(message, 200)
    text, line, column = found[1], int(found[2] or 0) - 1, found[3]
    if line > source.count("\n") + 1:
        return f"the expression ends too early: {shorten(source)}" if source.strip() else "the expression is empty"
    place = f" at line {line}, column {column}" if "\n" in source else f" at column {column}"
    undefined = _UNDEFINED.match(text)
    if undefined:
        return _not_defined(undefined, place, known)
    text = text.removeprefix("syntax error, ")
    text = re.sub(r", expecting .*", "", text, flags=re.DOTALL)
    text = re.sub(r"[A-Z_]{5,}", lambda word: _WORDS.get(word[0], word[0]), text)
    return f"{shorten(text, 200)}{place}"


def _not_defined(undefined: re.Match[str], place: str, known: Iterable[str]) -> str:
    sign, name, arity = undefined.groups()
    if sign:
        return f"unknown variable ${name}{place}{did_you_mean(name, known, '$')}"
    arities = BUILTINS.get(name)
    if arities:
        takes = " or ".join(str(each) for each in sorted(arities))
        return f"function {name} takes {takes} arguments, not {arity}{place}"
    return f"unknown function {name}{place}{did_you_mean(name, BUILTINS)}"
