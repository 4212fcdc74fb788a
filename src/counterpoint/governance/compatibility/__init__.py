"""Compatibility: what differs between two versions of a workflow, and whether that may break somebody."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.dsl import Definition
from counterpoint.governance.compatibility.document import compare_documents
from counterpoint.governance.compatibility.events import compare_emitted, compare_heard
from counterpoint.governance.compatibility.findings import Findings
from counterpoint.governance.compatibility.matching import match, steps_of
from counterpoint.governance.compatibility.report import Bump, Comparison, Finding, Place, concluded
from counterpoint.governance.compatibility.schemas import compare_schemas
from counterpoint.governance.compatibility.tasks import compare_tasks
from counterpoint.values.json import JsonValue

__all__ = ["Bump", "Comparison", "Finding", "Place", "compare"]


def compare(
    before: Definition,
    after: Definition,
    *,
    before_resources: Mapping[str, JsonValue] | None = None,
    after_resources: Mapping[str, JsonValue] | None = None,
    judging: bool = True,
) -> Comparison:
    """Compare an earlier version with a later one.

    The resources are the documents that each refers to, by URI; a schema that is not among them counts as breaking.
    `judging`: whether schemas that differ are compared; without it that they differ is breaking. It may take long.
    Equal documents have no findings, and documents that differ in more than the version have at least one.
    """
    findings = Findings(before, after)
    old, new = steps_of(before), steps_of(after)
    matched = match(old, new)
    compare_schemas(findings, before_resources or {}, after_resources or {}, judging=judging)
    compare_emitted(findings, matched, old, new)
    compare_heard(findings, matched)
    compare_tasks(findings, matched)
    compare_documents(findings)
    return concluded(_title(before), _title(after), findings.all)


def _title(definition: Definition) -> str:
    return f"{definition.namespace}/{definition.name}:{definition.version}"
