"""docs/diagnostics.md has a section for every code, and its examples are diagnosed as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.dsl import DocumentLimits, check
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check as check_meaning
from counterpoint.values.diagnostics import Diagnostic

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (CP\d{3})\n(.*?)(?=^## |^# [A-Z]|\Z)", PAGE, re.DOTALL | re.MULTILINE))
HEADER = "document: { dsl: 1.0.3, namespace: test, name: example, version: 1.0.0 }\n"
REGISTERED = {"CP310": frozenset[str]()}


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    found = Compiler()
    yield found
    found.close()


def findings(text: str | bytes, compiler: Compiler, code: str = "") -> list[Diagnostic]:
    checked = check(text)
    if checked.definition is None:
        return list(checked.diagnostics)
    return [*checked.diagnostics, *check_meaning(checked.definition, compiler, REGISTERED.get(code))]


def test_every_code_has_a_section_and_every_section_a_code() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "src" / "counterpoint").rglob("*.py")]
    used = {code for source in sources for code in re.findall(r"\"(CP\d{3})\"", source)}
    assert used == set(SECTIONS)
    assert list(SECTIONS) == sorted(SECTIONS)


@pytest.mark.parametrize("code", [code for code, section in SECTIONS.items() if "```yaml" in section])
def test_example_is_diagnosed_with_its_code_and_no_other(code: str, compiler: Compiler) -> None:
    match = re.search(r"```yaml( raw)?\n(.*?)```", SECTIONS[code], re.DOTALL)
    assert match is not None
    text = match[2] if match[1] or match[2].startswith("document:") else HEADER + match[2]
    found = findings(text, compiler, code)
    assert {each.code for each in found} == {code}
    (severity,) = {each.severity.value for each in found}
    assert f"({severity})" in SECTIONS[code]
    assert all(each.position is not None for each in found)


def test_codes_without_an_example_are_found_too(compiler: Compiler) -> None:
    assert [each.code for each in findings(b"a: \xff", compiler)] == ["CP001"]
    assert [each.code for each in findings("a: \x01", compiler)] == ["CP002"]
    assert [each.code for each in findings('{"a": "\ud800"}', compiler)] == ["CP002"]
    many = check(HEADER + "do: [ 1, 2, 3 ]", limits=DocumentLimits(diagnostics_max=1)).diagnostics
    assert [each.code for each in many] == ["CP101", "CP012"]
