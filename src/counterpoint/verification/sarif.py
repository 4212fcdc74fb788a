"""Findings as SARIF 2.1.0, which code review tools show beside the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterpoint.values.diagnostics import Severity
from counterpoint.values.json import JsonObject
from counterpoint.values.runtime import VERSION
from counterpoint.verification.findings import RULES, Finding, Verdict

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def sarif(verdicts: Iterable[Verdict]) -> JsonObject:
    """One run with the results of all verdicts."""
    rules = [
        {
            "id": rule.code,
            "shortDescription": {"text": rule.title},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    results = [_result(finding, verdict.source) for verdict in verdicts for finding in verdict.findings]
    driver = {"name": "counterpoint verify", "version": VERSION, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _result(finding: Finding, source: str) -> JsonObject:
    region = {} if finding.position is None else {"startLine": finding.position.line}
    if finding.position is not None:
        region["startColumn"] = finding.position.column
    place: JsonObject = {"artifactLocation": {"uri": source}}
    if region:
        place["region"] = region
    steps = [] if finding.story is None else finding.story.steps
    text = "\n".join([finding.message, *(f"{number}. {step}" for number, step in enumerate(steps, 1))])
    result: JsonObject = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.pointer}]}],
        "partialFingerprints": {"counterpoint/v1": f"{finding.code}:{finding.pointer}"},
    }
    if steps:
        flow = [{"location": {"physicalLocation": place, "message": {"text": step}}} for step in steps]
        result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return result
