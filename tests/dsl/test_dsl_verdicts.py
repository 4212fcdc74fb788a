"""The grammar gives the verdict of the official schema on every document.

What may differ is listed here and in docs/diagnostics.md ("Stricter than the official schema", "Wider"):
rules of compensation, members of ours in a task's metadata, and the arguments of a process as an object.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import jsonschema_rs

from counterpoint.dsl import to_author, to_portable
from counterpoint.dsl.grammar import check_structure
from counterpoint.dsl.report import Report
from counterpoint.dsl.saga_rules import check_saga
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.values.diagnostics import Severity
from tests.dsl.dsl_mutations import Mutator

OURS = re.compile("/(compensate|saga|betweenAttempts)(/|$)")
WIDER = {"CP191"}


def verdict(data: Any) -> Report:
    report = Report()
    author = to_author(data)
    check_structure(author, report)
    if not report.failed:
        check_saga(author, report)
    return report


def disagreement(data: Any, official: jsonschema_rs.Draft202012Validator) -> str | None:
    """Why our verdict on a document is not the official schema's, or None where it is."""
    report = verdict(data)
    errors = [each for each in report.findings if each.severity is Severity.ERROR]
    if errors:
        if all(each.code.startswith("CP2") or OURS.search(each.pointer) for each in errors):
            return None
        return f"refused here only: {errors}" if official.is_valid(data) else None
    if WIDER & {each.code for each in report.findings} or official.is_valid(to_portable(to_author(data))):
        return None
    return "accepted here only: " + "; ".join(
        f"{e.instance_path}: {e.message}"[:300] for e in official.iter_errors(data)
    )


def test_verdict_of_ten_thousand_mutated_documents_is_that_of_the_official_schema(
    examples: dict[str, str], sagas: dict[str, str], official: jsonschema_rs.Draft202012Validator
) -> None:
    documents = [read_located(text, name).data for name, text in {**examples, **sagas}.items()]
    mutator = Mutator(documents, seed=1003)
    verdicts: Counter[bool] = Counter()
    for _ in range(10_000):
        data = mutator.next()
        problem = disagreement(data, official)
        assert problem is None, f"{problem}\n{data}"
        verdicts[verdict(data).failed] += 1
    assert min(verdicts.values()) > 1_500, f"the mutations are one-sided: {verdicts}"
