"""URI templates (dsl-reference, "URI Template"): RFC 6570 simple expansion over the top-level members of `.`."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

import msgspec

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.failure import expression_error
from counterpoint.expressions.types import Scope
from counterpoint.values.json import JsonValue

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_OPERATORS: Final = frozenset("+#./;?&=,!@|")


class UriTemplate:
    """A URI with `{name}` in it.

    `name` is taken verbatim (`{pet.id}` is the member called "pet.id"). A member that is missing or null
    expands to nothing; one that is an object or an array is an expression error.
    """

    __slots__ = ("_names", "_texts", "constant", "source")

    variables: Final[frozenset[str]] = frozenset()

    def __init__(self, source: str) -> None:
        parts = _VARIABLE.split(source)
        self.source = source
        self._texts = parts[0::2]
        self._names = parts[1::2]
        self.constant = not self._names
        self._refuse()

    def evaluate(self, value: JsonValue, scope: Scope) -> str:
        """The expanded URI."""
        members = value if type(value) is dict else {}
        out = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            out.append(self._expand(name, members.get(name)))
            out.append(text)
        return "".join(out)

    def _expand(self, name: str, member: JsonValue) -> str:
        if member is None:
            return ""
        if isinstance(member, str):
            return quote(member, safe="")
        if isinstance(member, (bool, int, float)):
            return quote(msgspec.json.encode(member).decode(), safe="")
        kind = "an object" if isinstance(member, dict) else "an array"
        raise expression_error(self.source, f"{{{name}}} is {kind}; a URI takes a string, a number or a boolean")

    def _refuse(self) -> None:
        for text in self._texts:
            if "{" in text or "}" in text:
                raise ExpressionInvalid(f"unbalanced brace in the URI template {self.source}")
        for name in self._names:
            if not name or name[0] in _OPERATORS:
                raise ExpressionInvalid(
                    f"{{{name}}} in the URI template {self.source}: only simple expansion, {{name}}, is supported"
                )
