"""The examples in the documentation are true: documents are valid, those marked `run` give what the page says.

- ```` ```yaml run ```` is a whole document: it runs, with the ```` ```json input ```` before it, and gives the
  ```` ```json output ```` after it.
- ```` ```yaml valid ```` is a whole document that needs something from outside: it is only checked.
- ```` ```yaml invalid ```` is refused, with what the ```` ```text diagnostics ```` after it says.
- ```` ```python run ```` runs as a script.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from counterpoint import Engine
from counterpoint.application.publishing import validate
from counterpoint.expressions import Compiler
from shared_data import ROOT
from tests.repo.fences import Fence, fences

# docs/diagnostics.md shows a faulty document for each code; the tests of the language hold it to that.
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name != "diagnostics.md")]
FENCES = [fence for page in PAGES for fence in fences(page.relative_to(ROOT).as_posix(), page.read_text())]
NOTHING = Fence("", "", frozenset(), "null")


def _marked(language: str, *marks: str) -> list[Fence]:
    return [fence for fence in FENCES if fence.language == language and fence.marks & set(marks)]


def _beside(fence: Fence, step: int, mark: str) -> Fence | None:
    """The example before (-1) or after (1) this one, where it is on the same page and has that mark."""
    position = FENCES.index(fence) + step
    if not 0 <= position < len(FENCES):
        return None
    other = FENCES[position]
    same_page = other.place.split(":")[0] == fence.place.split(":")[0]
    return other if same_page and mark in other.marks else None


def test_every_whole_document_is_marked():
    whole = [fence for fence in FENCES if fence.language == "yaml" and "document:" in fence.text]
    assert not [fence.place for fence in whole if not fence.marks & {"run", "valid", "invalid"}]


@pytest.mark.parametrize("fence", _marked("yaml", "run", "valid"), ids=lambda fence: fence.place)
def test_documents_are_valid(fence):
    assert validate(fence.text, Compiler()) == []


@pytest.mark.parametrize("fence", _marked("yaml", "invalid"), ids=lambda fence: fence.place)
def test_refused_documents_get_the_diagnostics_shown(fence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text(fence.text)
    shown = _beside(fence, 1, "diagnostics")
    assert shown is not None
    assert [str(each) for each in validate(Path("broken.yaml"), Compiler())] == shown.text.splitlines()


@pytest.mark.parametrize("fence", _marked("yaml", "run"), ids=lambda fence: fence.place)
def test_documents_give_what_the_page_says(fence):
    given = _beside(fence, -1, "input") or NOTHING
    expected = _beside(fence, 1, "output")

    async def run() -> object:
        async with Engine.embedded(None) as engine:
            instance = await engine.start(await engine.publish(fence.text), input=json.loads(given.text))
            return await engine.result(instance, timeout=10)

    view = asyncio.run(run())
    assert view.status == "completed", view.error
    if expected:
        assert view.output == json.loads(expected.text)


@pytest.mark.parametrize("fence", _marked("python", "run"), ids=lambda fence: fence.place)
def test_scripts_run(fence, tmp_path):
    """In an empty directory, with the output that the comment at the end of a `print` line gives."""
    (tmp_path / "script.py").write_text(fence.text)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(r"print\(.*\)  # (.*)$", fence.text, re.MULTILINE)


def test_inputs_and_outputs_stand_beside_a_document():
    for before, after in pairwise(FENCES):
        if "input" in before.marks:
            assert "run" in after.marks, before.place
        if "output" in after.marks:
            assert "run" in before.marks, after.place
