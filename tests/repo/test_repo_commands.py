"""Every command line that the pages and the examples show is one that `counterpoint` takes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from shared_data import ROOT
from tests.repo.fences import fences

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GROUPS = {"definitions", "instances", "events"}
"""Commands that take another command."""


def _shown() -> list[str]:
    """The command lines in the shell examples of the pages, and in the comments that open the example documents."""
    lines = [
        line
        for page in PAGES
        for fence in fences(page.relative_to(ROOT).as_posix(), page.read_text())
        if fence.language == "sh"
        for line in fence.text.replace("\\\n", " ").splitlines()
    ]
    for document in sorted((ROOT / "examples").rglob("*.yaml")):
        comment = document.read_text().partition("\ndocument:")[0]
        text = "\n".join(line.removeprefix("#") for line in comment.splitlines()).replace("\\\n", " ")
        lines += re.findall(r"^   (counterpoint (?:[^'\n]|'[^']*')*)$", text, re.MULTILINE)
    return sorted({line.strip() for line in lines if line.strip().startswith("counterpoint ")})


@cache
def _help(command: tuple[str, ...]) -> str:
    """What `counterpoint COMMAND --help` says."""
    program = Path(sys.executable).with_name("counterpoint")
    asked = subprocess.run([program, *command, "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout


@pytest.mark.parametrize("line", _shown())
def test_a_command_that_is_shown_exists_and_has_the_options(line):
    _, *words = shlex.split(line, comments=True)
    command = tuple(words[:2]) if words[0] in GROUPS else tuple(words[:1])
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z][a-z-]*", _help(command)))


def test_commands_are_shown():
    assert len(_shown()) >= 10
