"""Collects findings while a document is checked: a path into the data, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from counterpoint.values.diagnostics import Severity
from counterpoint.values.json import JsonValue, pointer_join
from counterpoint.values.nearest import nearest

Path: TypeAlias = "tuple[Path, str | int] | None"
"""A place in the data as a chain of (parent path, token); None is the root. Joining is one small tuple."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding before its position is known. `of_key`: it is about the member's name, not its value."""

    code: str
    message: str
    pointer: str
    severity: Severity = Severity.ERROR
    hint: str | None = None
    of_key: bool = False


class Report:
    """The findings of one check, in the order in which they were found.

    Keeps `findings_max` errors and as many warnings, and counts the rest.
    """

    def __init__(self, findings_max: int = 1_000) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.omitted = 0
        self._findings_max = findings_max

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return bool(self.errors)

    @property
    def findings(self) -> list[Finding]:
        """The errors, then the warnings."""
        return [*self.errors, *self.warnings]

    @property
    def full(self) -> bool:
        """Whether further errors are only counted, so that hints need not be made for them."""
        return len(self.errors) >= self._findings_max

    def extend(self, other: Report) -> None:
        """Add the findings of another report."""
        self.errors.extend(other.errors)
        self.warnings.extend(other.warnings)
        self.omitted += other.omitted

    def error(self, code: str, path: Path, message: str, hint: str | None = None, *, of_key: bool = False) -> None:
        """Add an error."""
        self._add(code, path, message, Severity.ERROR, hint, of_key)

    def warning(self, code: str, path: Path, message: str, hint: str | None = None, *, of_key: bool = False) -> None:
        """Add a warning; it does not make the document invalid."""
        self._add(code, path, message, Severity.WARNING, hint, of_key)

    def _add(self, code: str, path: Path, message: str, severity: Severity, hint: str | None, of_key: bool) -> None:
        kept = self.errors if severity is Severity.ERROR else self.warnings
        if len(kept) >= self._findings_max:
            self.omitted += 1
            return
        pointer = to_pointer(path)
        kept.append(Finding(code=code, message=message, pointer=pointer, severity=severity, hint=hint, of_key=of_key))


def to_pointer(path: Path) -> str:
    """The JSON pointer of a path."""
    tokens: list[str | int] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    return pointer_join("", *reversed(tokens))


def suggest(word: str, known: Iterable[str]) -> str | None:
    """`did you mean ...` for a word that is close to a known one, else None."""
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else None


def one_of(names: Sequence[str]) -> str:
    """`a`, `b` or `c`, for messages."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def kind_of(value: JsonValue) -> str:
    """What a JSON value is, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float):
        return "a number"
    return "an array" if isinstance(value, list) else "an object"


def shown(value: JsonValue) -> str:
    """A short rendering of a value, for messages."""
    if isinstance(value, str):
        return f"`{value}`" if len(value) <= 60 else f"`{value[:57]}...`"
    return f"`{value}`" if isinstance(value, bool | int | float) and len(str(value)) <= 60 else kind_of(value)
