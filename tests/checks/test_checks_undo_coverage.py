"""How much can be undone: the server counts as the studio does, whose tests read the same documents."""

from __future__ import annotations

import json

import pytest
import yaml
from checks_documents import HEAD

from counterpoint.dsl import load
from counterpoint.plan.checks import compensability
from shared_data import ROOT, ows_data

CASES = yaml.safe_load((ROOT / "studio/tests/document/coverage.yaml").read_text())
FIGURES = json.loads((ROOT / "studio/tests/document/coverage.examples.json").read_text())
FOLDERS = [ROOT / "examples", *([] if (data := ows_data()) is None else [data / "examples"])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["told"])
def test_each_task_counts_as_in_the_studio(case) -> None:
    use = f"use: {case['use']}\n" if "use" in case else ""
    found = compensability(load(f"{HEAD}{use}do:\n{case['tasks']}"), resources=case.get("documents"))
    assert [each.name for each in found.uncovered] == case["uncovered"]
    assert (found.total, found.covered) == (case["effectful"], case["effectful"] - len(case["uncovered"]))


def test_every_example_counts_as_in_the_studio() -> None:
    counted = {}
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.yaml")):
            if "scenarios" not in path.name:
                found = compensability(load(path.read_text()))
                uncovered = sorted(each.pointer for each in found.uncovered)
                counted[path.relative_to(folder).as_posix()] = [found.total, uncovered]
    assert counted == {name: FIGURES.get(name) for name in counted}
    assert ows_data() is None or counted.keys() == FIGURES.keys()
