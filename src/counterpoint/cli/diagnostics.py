"""Diagnostics for people: place, code, what is wrong, what would be right; on a terminal with the line itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterpoint.cli.terminal import Line, Terminal
from counterpoint.values.diagnostics import Diagnostic, Position, Severity
from counterpoint.values.json import JsonObject

_MARGIN = 8
"""Columns that a source line is indented by."""


def show(diagnostics: Iterable[Diagnostic], texts: dict[str, str], terminal: Terminal) -> None:
    """Write diagnostics; `texts` gives the text of each source, for the line under each."""
    for each in diagnostics:
        terminal.write(_lines(each, texts.get(each.source, ""), terminal))


def as_json(each: Diagnostic) -> JsonObject:
    """`{source, line, column, severity, code, message, hint, pointer}`."""
    place = each.position
    return {
        "source": each.source,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "severity": each.severity.value,
        "code": each.code,
        "message": each.message,
        "hint": each.hint,
        "pointer": each.pointer,
    }


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them keeps a document from running."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def tally(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty where there is neither."""
    counts = [(sum(each.severity is severity for each in diagnostics), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


def _lines(each: Diagnostic, text: str, terminal: Terminal) -> list[Line]:
    place = f":{each.position.line}:{each.position.column}" if each.position else ""
    head: Line = [
        (f"{each.source}{place}", "strong"),
        (": ", ""),
        (f"{each.severity.value} {each.code}", each.severity.value),
        (f": {each.message}", ""),
    ]
    if each.hint:
        head.append((f" ({each.hint})", "hint"))
    if terminal.interactive and each.position is not None and text:
        return [head, *_excerpt(text, each.position, each.severity.value, terminal)]
    return [head]


def _excerpt(text: str, position: Position, style: str, terminal: Terminal) -> list[Line]:
    lines = text.split("\n")
    if not 0 < position.line <= len(lines):
        return []
    source = lines[position.line - 1].rstrip("\r").replace("\t", " ")
    column = min(position.column - 1, len(source))
    room = max(20, terminal.console.width - _MARGIN - 2)
    start = max(0, column - room + 20)
    shown = source[start : start + room]
    return [
        [(f"{position.line:>6} ", "faint"), (" " + shown, "")],
        [(" " * (_MARGIN + column - start) + "^", style)],
    ]
