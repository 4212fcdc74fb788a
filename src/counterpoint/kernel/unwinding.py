"""One undoing under way: of the whole saga, or of what a composite did."""

from __future__ import annotations

from typing import Final

from counterpoint.kernel.order import UndoTree
from counterpoint.values.json import JsonObject, JsonValue

OVER: Final = "over"
"""Ending of an undoing from which nothing follows any more."""


class Unwinding:
    """The undo of the whole saga (scope 0), or of what a composite did (scope: its run)."""

    __slots__ = (
        "ancestors",
        "ending",
        "failures",
        "keep",
        "output",
        "problem",
        "ready",
        "reason",
        "scope",
        "tree",
        "trigger",
    )

    def __init__(self, scope: int, trigger: str, ending: str, ancestors: tuple[int, ...]) -> None:
        self.scope = scope
        self.ancestors = ancestors
        """Runs around `scope`, outermost first."""
        self.trigger = trigger
        self.ending = ending
        """What follows: faulted, cancelled, completed; within the flow: retry, catch, join."""
        self.keep = 0
        """A run below `scope` whose entries stay (the winner of a competition)."""
        self.tree: UndoTree | None = None
        """What is left to undo; None until the effects that were in flight have settled."""
        self.ready: dict[int, None] = {}
        """Entries to begin with now, in this order."""
        self.problem: JsonObject | None = None
        self.reason: str | None = None
        self.output: JsonValue = None
        self.failures: list[JsonObject] = []
        """Undos that failed for good and do not stop the others."""
