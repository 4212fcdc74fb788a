"""What the tests of the repository look at: the files that are tracked, and the trees of the Python ones."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

from shared_data import ROOT


class Sources:
    """The tracked files of the repository, by their path from its root."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths

    def python(self, *roots: str) -> list[str]:
        """The Python files, those under `roots` only where any are given."""
        return self.under(*roots, suffix=".py")

    def under(self, *roots: str, suffix: str = "") -> list[str]:
        """The files under `roots` (all files where none are given) whose name ends in `suffix`."""
        chosen = tuple(f"{each}/" for each in roots) or ("",)
        return [path for path in self.paths if path.endswith(suffix) and path.startswith(chosen)]

    @staticmethod
    def text(path: str) -> str:
        """The text of a file; binary files give an empty text."""
        content = (ROOT / path).read_bytes()
        return "" if b"\0" in content else content.decode()

    @staticmethod
    def tree(path: str) -> ast.Module:
        """The syntax tree of a Python file."""
        return _tree(path)


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(ROOT / path).read_text())


@pytest.fixture(scope="session")
def sources() -> Sources:
    """All tracked files that are there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return Sources([path for path in listed.split("\0") if path and (ROOT / path).is_file()])
