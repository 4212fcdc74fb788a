"""The specification's examples and the cases of other runtimes: what is valid, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoint.dsl import check, load
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check as check_meaning
from counterpoint.values.diagnostics import Severity

DIFFERENT = {
    **dict.fromkeys(
        ["sdk-typescript/graph-04-should-build-a-graph-for-a-workflow-with-a-task-containing-a",
         "sdk-typescript/graph-06-should-merge-duplicate-switch-transitions-that-resolve-to-th"],
        "CP320",  # `input.data` reads jq's next input, of which there is none: `$input.data` is meant
    ),
    **dict.fromkeys(
        ["sdk-rust/do-task-deserialization", "sdk-rust/for-task-deserialization",
         "sdk-rust/for-task-with-while-condition"],
        "CP310",  # they call functions that they do not declare, which only parsing alone accepts
    ),
}  # fmt: skip
"""Cases that parse elsewhere and could not run here, with the code of our diagnostic."""


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    found = Compiler()
    yield found
    found.close()


def test_examples_of_the_specification_have_no_finding_but_calls_that_nothing_here_makes(
    examples: dict[str, str], compiler: Compiler
) -> None:
    for name, text in examples.items():
        definition = load(text, source=name)
        assert not definition.warnings
        unserved = re.search(r"call: (asyncapi|grpc|a2a|mcp)\b", text) is not None
        assert {each.code for each in check_meaning(definition, compiler)} == ({"CP319"} if unserved else set())
        assert definition.dsl.startswith("1.0.")


def test_verdicts_of_other_runtimes(conformance: Path, compiler: Compiler) -> None:
    wrong = {}
    count = 0
    for case in _cases(conformance):
        checked = check(case["workflow"])
        found = list(checked.diagnostics)
        if checked.definition is not None:
            found += check_meaning(checked.definition, compiler, functions=())
        codes = {each.code for each in found if each.severity is Severity.ERROR}
        count += 1
        if (case["expect"]["status"] == "valid") != (not codes):
            wrong[case["id"]] = codes
    assert count > 170
    assert wrong == {name: {code} for name, code in DIFFERENT.items()}


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("suites/*/*.yaml")):
        case = read_located(path.read_text("utf-8"), path.name).data
        if case.get("kind") == "validate" and not case.get("quirk"):
            yield case
