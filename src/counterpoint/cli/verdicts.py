"""Verdicts for people: what was explored, the findings by severity, and each with its story in numbered steps."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.cli.terminal import Terminal
from counterpoint.values.diagnostics import Severity
from counterpoint.values.json import JsonObject
from counterpoint.verification import Finding, Verdict


def show(verdict: Verdict, seconds: float, terminal: Terminal) -> None:
    """Write one verdict."""
    for finding in verdict.findings:
        _show(finding, verdict.source, terminal)
    marks = terminal.glyphs
    worst = "error" if _count(verdict.findings, Severity.ERROR) else "warning" if verdict.findings else "completed"
    mark = marks.faulted if verdict.findings else marks.completed
    terminal.write(
        [
            [
                (mark + (tally(verdict.findings) or "no finding"), worst),
                (f" {marks.bullet} {verdict.source}", "strong"),
            ],
            [
                (
                    f"  {verdict.states:,} states, {verdict.steps:,} steps, {verdict.ends:,} ends, {seconds:.1f} s",
                    "faint",
                )
            ],
        ]
    )
    if verdict.unexplored:
        text = (
            f"  not everything was explored: {verdict.unexplored:,} states and whatever follows them were not; "
            "raise --budget"
        )
        terminal.write([[(text, "warning")]])


def as_json(verdict: Verdict) -> JsonObject:
    """`{workflow, source, states, steps, ends, unexplored, findings: [{code, severity, ..., story}]}`."""
    import msgspec

    found: JsonObject = msgspec.to_builtins(verdict)
    return found


def tally(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning`; empty where there is neither."""
    counts = [(_count(findings, severity), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(each.severity is severity for each in findings)


def _show(finding: Finding, source: str, terminal: Terminal) -> None:
    place = f":{finding.position.line}:{finding.position.column}" if finding.position else ""
    severity = finding.severity.value
    lines = [
        [
            (f"{source}{place}", "strong"),
            (": ", ""),
            (f"{severity} {finding.code}", severity),
            (f": {finding.title}: {finding.message}", ""),
        ]
    ]
    for number, step in enumerate(finding.story.steps if finding.story else (), 1):
        lines.append([(f"  {number:>2}. ", "faint"), (step, "")])
    if finding.hint:
        lines.append([(f"  {finding.hint}", "hint")])
    terminal.write([*lines, [("", "")]])
