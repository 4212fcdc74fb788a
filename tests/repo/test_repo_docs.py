"""The documentation keeps up with the source: links, glossary, decisions, limits, exit codes, public names."""

from __future__ import annotations

import ast
import posixpath
import re

import pytest

import counterpoint
from tests.repo import limits_page

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(#[^)\s]*)?\)")
WORDS_OF_THE_CORE = {
    "Command", "Connector", "Contract", "Definition", "Effect", "Event", "Incident", "Instance", "Plan", "Store",
    "Task", "TaskRun",
}  # fmt: skip

JOURNEYS = 10


@pytest.fixture(scope="module")
def pages(sources) -> dict[str, str]:
    """Every Markdown page, by its path."""
    return {path: sources.text(path) for path in sources.under(suffix=".md")}


def test_every_link_inside_the_repository_leads_somewhere(pages, root):
    dead = [
        f"{path}: {target}"
        for path, page in pages.items()
        for target in (match["target"] for match in LINK.finditer(page))
        if "://" not in target and not (root / posixpath.dirname(path) / target).exists()
    ]
    assert not dead


def test_the_glossary_holds_each_word_once(pages):
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", pages["docs/glossary.md"], re.MULTILINE)
    assert sorted(words, key=str.lower) == words, "keep the words in order"
    assert len({word.lower() for word in words}) == len(words)
    assert set(words) >= WORDS_OF_THE_CORE


def test_every_journey_through_the_studio_is_shown_by_mouse_and_by_keyboard_alone(pages, sources):
    rows = re.findall(r"^\| .+ \| `(\w+)` \| `(\w+)`, `(\w+)` \|$", pages["docs/guide/studio.md"], re.MULTILINE)
    assert len(rows) == JOURNEYS
    for topic, by_mouse, by_keyboard in rows:
        tests = sources.text(f"tests/studio/test_studio_{topic}.py")
        assert by_mouse.endswith("_by_mouse"), by_mouse
        assert by_keyboard.endswith("_by_keyboard_alone"), by_keyboard
        assert all(f"\ndef {name}(" in tests for name in (by_mouse, by_keyboard)), topic


def test_every_decision_is_numbered_and_has_a_status(sources):
    records = sources.under("docs/adr", suffix=".md")
    numbers = [posixpath.basename(path)[:4] for path in records]
    assert len(set(numbers)) == len(numbers)
    for path in records:
        text = sources.text(path)
        assert re.match(rf"# {int(posixpath.basename(path)[:4])}\. ", text), path
        assert re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.MULTILINE), path
        assert all(f"\n## {heading}\n" in text for heading in ("Context", "Decision", "Consequences")), path


def test_every_limit_is_documented_with_its_default():
    assert limits_page.current() == limits_page.table(), "run: python -m tests.repo.limits_page"


def test_every_exit_code_is_documented(sources, pages):
    codes = {
        statement.value.value
        for path in sources.python("src/counterpoint/cli")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ClassDef) and node.name in {"Exit", "ExitCode"}
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    }
    documented = {
        int(code) for code in re.findall(r"^\| (\d+) \|", pages["docs/guide/errors-and-exit-codes.md"], re.MULTILINE)
    }
    assert documented >= {0, 1, 2, 3, 130}
    assert codes <= documented


def test_every_public_name_is_there_and_documented(pages):
    prose = "\n".join(pages.values())
    names = getattr(counterpoint, "__all__", [])
    assert list(names) == sorted(names)
    assert not [name for name in names if not hasattr(counterpoint, name)]
    assert not [name for name in names if not re.search(rf"\b{name}\b", prose)]


def test_every_exception_is_documented(sources, pages):
    page = pages["docs/guide/errors-and-exit-codes.md"]
    classes = [node.name for node in sources.tree("src/counterpoint/errors.py").body if isinstance(node, ast.ClassDef)]
    assert not [name for name in classes if f"`{name}`" not in page]
