"""Documents that are right get no finding about their paths: the specification's, other runtimes', and ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterpoint.dsl import check as check_structure
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check

PATHS = ("CP330", "CP331")
OURS = (*PATHS, "CP210")


def codes(text: str, expressions: Compiler) -> set[str]:
    checked = check_structure(text)
    if checked.definition is None:
        return set()
    return {each.code for each in check(checked.definition, expressions)}


def test_the_examples_of_the_specification(ows: Path, expressions: Compiler) -> None:
    texts = [path.read_text("utf-8") for path in sorted((ows / "examples").glob("*.yaml"))]
    assert len(texts) == 68
    for text in texts:
        assert not codes(text, expressions).intersection(OURS)


def test_our_examples(root: Path, expressions: Compiler) -> None:
    texts = [path.read_text("utf-8") for path in sorted((root / "examples").rglob("*.yaml"))]
    assert len(texts) >= 8
    for text in texts:
        assert not codes(text, expressions).intersection(OURS)


def test_the_cases_of_other_runtimes(conformance: Path, expressions: Compiler) -> None:
    count = 0
    for path in sorted(conformance.glob("suites/*/*.yaml")):
        case: dict[str, Any] = read_located(path.read_text("utf-8"), path.name).data
        for text in [case.get("workflow"), *case.get("workflows", ())]:
            if isinstance(text, str):
                count += 1
                assert not codes(text, expressions).intersection(PATHS), path
    assert count > 350
