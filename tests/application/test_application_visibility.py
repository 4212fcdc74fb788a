"""What an expression can see: laws over all of our examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.application.rehearsing import sample_input
from counterpoint.application.supposing import suppose
from counterpoint.application.visibility import visible
from counterpoint.contracts import compile_schema
from counterpoint.dsl import load
from counterpoint.dsl.report import to_pointer
from counterpoint.dsl.walk import every_task
from counterpoint.expressions import Compiler
from shared_data import ROOT

EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.yaml") if "\ndocument:" in path.read_text())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_a_trial_shows_is_what_is_known_of_any_data(path: Path):
    text = path.read_text()
    compiler = Compiler()
    try:
        story = {"input": sample_input(text), "unanswered": "generate"}
        world = suppose(text.encode(), story, [], compiler).play().world
    finally:
        compiler.close()
    reached = 0
    for task in every_task(load(text).data):
        told = visible(text, to_pointer(task.path), world, "<example>")
        reached += told.reached
        for stage in told.stages.values():
            assert compile_schema(stage.shape).check(stage.data) == []
            for name, shape in stage.shapes.items():
                assert compile_schema(shape).check(stage.variables[name]) == [], name
    assert reached > 0
