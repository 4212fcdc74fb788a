"""What became of each path of a document: an expression may be judged several times, with other data each time."""

from __future__ import annotations

from typing import NamedTuple

from counterpoint.dsl.report import Path

Key = tuple[Path, int]


class Impossible(NamedTuple):
    """A path that cannot exist.

    `path` is the place of the string in the document, `at` the offset in that string where the impossible step
    starts. `taken` is the path up to there, `step` the step as written, `why` says what `taken` is; `known` are the
    members that it has.
    """

    path: Path
    at: int
    taken: str
    step: str
    why: str
    known: tuple[str, ...] = ()


class Verdicts:
    """A path is impossible where it was so every time that it was judged.

    A function that several tasks call, and a loop whose data grows from round to round, are judged several times.
    """

    def __init__(self) -> None:
        self._found: dict[Key, Impossible | None] = {}

    def sound(self, path: Path, at: int) -> None:
        """The step at an offset of the string at `path` may give something."""
        self._found[path, at] = None

    def impossible(self, verdict: Impossible) -> None:
        """It can give nothing, this time."""
        self._found.setdefault((verdict.path, verdict.at), verdict)

    def all(self) -> list[Impossible]:
        """What was impossible every time, in no particular order."""
        return [verdict for verdict in self._found.values() if verdict is not None]
