"""Diagnostics: what is wrong with a document, where, and what would be right."""

from __future__ import annotations

from enum import Enum

import msgspec


class Severity(Enum):
    """How bad a diagnostic is. Only errors keep a document from running."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in a source text; `line` and `column` count from 1."""

    line: int
    column: int


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding. `code` is stable and has a section in docs/diagnostics.md."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    source: str = "<document>"
    """File name or other origin of the text."""
    position: Position | None = None
    pointer: str = ""
    """JSON pointer into the document."""
    hint: str | None = None
    """What would be right."""

    def __str__(self) -> str:
        place = f":{self.position.line}:{self.position.column}" if self.position else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.source}{place}: {self.severity.value} {self.code}: {self.message}{hint}"
