"""Results as JUnit XML, which every continuous-integration server reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from counterpoint.errors import InvalidInput
from counterpoint.scenarios import Mismatch

if TYPE_CHECKING:
    from counterpoint.cli.testing.session import Result


def write_junit(path: str, results: Sequence[Result]) -> None:
    """Write the results to a file. Raises InvalidInput where it cannot be written."""
    try:
        Path(path).write_text(junit(results), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"--junit {path} cannot be written: {error.strerror or error}") from None


def junit(results: Sequence[Result]) -> str:
    """One `testsuite` for each file, one `testcase` for each scenario; `time` is the virtual time in seconds."""
    files: dict[str, list[Result]] = {}
    for result in results:
        files.setdefault(str(result.suite.path), []).append(result)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>"]
    for file, cases in files.items():
        failures = sum(not each.outcome.holds for each in cases)
        lines.append(f'  <testsuite name={_quoted(file)} tests="{len(cases)}" failures="{failures}">')
        for case in cases:
            lines += _case(file, case)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _case(file: str, result: Result) -> list[str]:
    outcome = result.outcome
    seconds = outcome.trace.duration / 1000
    head = f'    <testcase classname={_quoted(file)} name={_quoted(outcome.scenario.name)} time="{seconds:.3f}"'
    if outcome.holds:
        return [head + "/>"]
    found = [head + ">"]
    for mismatch in outcome.mismatches:
        message = _quoted(f"{mismatch.what}: {mismatch.message}")
        found.append(f"      <failure message={message}>{escape(_legible(_text(mismatch)))}</failure>")
    return [*found, "    </testcase>"]


def _text(mismatch: Mismatch) -> str:
    rows = [f"{row.expected or '-'} | {row.actual or '-'}" for row in mismatch.rows if not row.same]
    return "\n".join([*mismatch.details, *rows])


def _quoted(text: str) -> str:
    return quoteattr(_legible(text))


def _legible(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(each if each in "\t\n" or each >= " " else "\ufffd" for each in text)
