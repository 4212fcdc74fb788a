"""Failures and coverage for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterpoint.application.testing import Suite
from counterpoint.cli.terminal import Line
from counterpoint.scenarios import Coverage, Mismatch

_INDENT: Final = " " * 6
_PLURAL: Final = {"task": "tasks", "branch": "branches", "catch": "catches", "undo": "undos"}


def failure_lines(mismatch: Mismatch, suite: Suite) -> Iterator[Line]:
    """One expectation that does not hold: where, what, and both sides."""
    place = suite.reading.position(mismatch.pointer)
    yield [
        (_INDENT, ""),
        (f"{suite.path}:{place.line}", "faint"),
        (" ", ""),
        (f"{mismatch.what}: ", "strong"),
        (mismatch.message, "faulted"),
    ]
    if mismatch.rows:
        yield from _side_by_side(mismatch)
    for line in mismatch.details:
        yield [(f"{_INDENT}  {line}", "")]


def coverage_lines(coverage: Coverage) -> Iterator[Line]:
    """Figures, and what no scenario has reached."""
    yield [("coverage", "strong")]
    for figure in coverage.figures():
        share = f"{figure.reached}/{figure.total}"
        style = "completed" if figure.reached == figure.total else "warning"
        yield [
            (f"  {_PLURAL[figure.kind]:<10}", ""),
            (f"{share:>9} {100 * figure.reached // figure.total:>4} %", style),
        ]
    missed = coverage.missed()
    if missed:
        yield [("  never reached", "strong")]
    width = max((len(part.workflow) for part in missed), default=0)
    for part in missed:
        branch = f" {part.branch}" if part.branch else ""
        yield [
            (f"    {part.workflow:<{width}}  ", "faint"),
            (f"{part.kind:<7}", "warning"),
            (f"{part.task}{branch}", ""),
            (f"  {part.reference}", "faint"),
        ]


def _side_by_side(mismatch: Mismatch) -> Iterator[Line]:
    rows = [(row.expected or "-", row.actual or "-", row.same) for row in mismatch.rows]
    width = max(len("expected"), *(len(left) for left, _, _ in rows))
    yield [(f"{_INDENT}  {'expected':<{width}}   got", "faint")]
    for left, right, same in rows:
        mark, style = (" ", "") if same else ("|", "faulted")
        yield [(f"{_INDENT}  {left:<{width}} ", style), (mark, style), (f" {right}", style)]
