"""How an evaluation that failed is told: what jq said, never the data it said it about."""

from __future__ import annotations

import re
from typing import Final

from counterpoint.errors import WorkflowError
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

_TYPES: Final = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_TYPE: Final = r"(null|boolean|number|string|array|object)"
_TWO: Final = re.compile(rf"^{_TYPE} \(.*\) and {_TYPE} \(.*\) (cannot be [a-z (),]+)$", re.DOTALL)
_INDEX: Final = re.compile(rf'^Cannot index {_TYPE} with {_TYPE} \("?(.*?)"?\)$', re.DOTALL)
_DATE: Final = re.compile(r'^date ".*" does not match format ".*"$', re.DOTALL)
_DUMP: Final = re.compile(r"\s*(?:\(.*\)|\".*\"|'.*'|\{.*\}|\[.*\])", re.DOTALL)


def expression_error(source: str, reason: str) -> WorkflowError:
    """The error of an evaluation, with the expression's text shortened."""
    return WorkflowError(Problem.standard("expression", f"{reason}, in the expression: {shorten(source)}"))


def shorten(source: str, chars: int = 120) -> str:
    """One line of at most `chars` characters."""
    line = " ".join(source.split())
    return line if len(line) <= chars else line[: chars - 1] + "…"


def cannot_index(value: JsonValue, key: str | int) -> str:
    """Why `value` has no member `key`."""
    name = _article(_TYPES.get(type(value), "value"))
    return f"cannot read '{key}' of {name}" if isinstance(key, str) else f"cannot index {name} with a number"


def without_data(message: str, source: str) -> str:
    """jq's message with every value taken out of it; a key is kept where it stands in the expression itself."""
    two = _TWO.match(message)
    if two:
        return f"{_article(two[1])} and {_article(two[2])} {two[3]}"
    index = _INDEX.match(message)
    if index and index[2] == "string" and index[3] in source:
        return f"cannot read '{index[3]}' of {_article(index[1])}"
    if index:
        return f"cannot index {_article(index[1])} with {_article(index[2])}"
    if _DATE.match(message):
        return "the date does not match the format"
    return shorten(_DUMP.sub("", message), 200) or "it raised an error"


def _article(name: str) -> str:
    if name == "null":
        return name
    return f"an {name}" if name[0] in "ao" else f"a {name}"
