"""The example processes leave nothing behind; broken ones are found, with a story that replays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from mutations import STATIC, Mutant, mutants

from counterpoint.application.testing import open_suites, run_suite
from counterpoint.expressions import Compiler
from shared_data import ROOT

PROCESSES = ROOT / "examples" / "processes"
DOCUMENTS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(PROCESSES.glob("*.yaml"))}


def chosen() -> list[Mutant]:
    """Of each mutation the first that fits each process: all of them would take minutes."""
    found: dict[tuple[str, str], Mutant] = {}
    for mutant in mutants(DOCUMENTS):
        found.setdefault((mutant.process, mutant.what.rpartition("-")[0]), mutant)
    return list(found.values())


MUTANTS = chosen()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_processes_give_no_finding(name, checked):
    verdict = checked(DOCUMENTS[name], name)
    assert verdict.findings == []
    assert verdict.unexplored == 0
    assert verdict.ends > 10


def test_there_are_enough_of_both():
    assert len(DOCUMENTS) >= 10
    assert sum(mutant.code not in STATIC for mutant in MUTANTS) >= 60


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_broken_process_is_found(mutant, checked, tmp_path):
    verdict = checked(mutant.document, mutant.process)
    found = [each for each in verdict.findings if each.code == mutant.code]
    assert found, [each.message for each in verdict.findings]
    if mutant.code in STATIC:
        return
    stories = [each.story for each in found if each.story is not None and each.story.scenario is not None]
    assert stories, "no story replays"
    assert all(story.steps for story in stories)
    _replay(mutant, [story.scenario for story in stories], tmp_path)


def _replay(mutant: Mutant, scenarios: list[object], directory: Path) -> None:
    """As `counterpoint test` does, from files."""
    workflow = directory / "broken.yaml"
    workflow.write_text(yaml.safe_dump(mutant.document, sort_keys=False, width=10_000))
    (directory / "warehouse.yaml").write_text((PROCESSES / "warehouse.yaml").read_text())
    named = [{**scenario, "name": f"{number}"} for number, scenario in enumerate(scenarios)]  # type: ignore[dict-item]
    path = directory / "broken.scenarios.yaml"
    path.write_text(yaml.safe_dump({"workflow": workflow.name, "with": ["warehouse.yaml"], "scenarios": named}))
    [suite] = open_suites([path], Compiler())
    assert suite.diagnostics == []
    outcomes = list(run_suite(suite))
    assert len(outcomes) == len(named)
    assert [outcome.mismatches for outcome in outcomes if not outcome.holds] == []
