"""The fenced examples of the Markdown pages."""

from __future__ import annotations

import re
from typing import NamedTuple

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Fence(NamedTuple):
    """One fenced example: ```` ```yaml run ```` has the language `yaml` and the marks `{"run"}`."""

    place: str
    """`path:line` of its first line."""
    language: str
    marks: frozenset[str]
    text: str


def fences(path: str, page: str) -> list[Fence]:
    """The fenced examples of the page at `path`, in order."""
    found = []
    for match in FENCE.finditer(page):
        language, *marks = match["info"].split() or [""]
        line = page.count("\n", 0, match.start()) + 1
        found.append(Fence(f"{path}:{line}", language, frozenset(marks), match["text"]))
    return found
