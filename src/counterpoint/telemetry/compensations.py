"""What is being undone in one instance, as its fold needs to know it: which span stands around which undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from counterpoint.plan.model import Task
from counterpoint.telemetry.spans import Span


class Entry:
    """A task with an undo that has begun: `span` is the id of its span, `above` the runs around it."""

    __slots__ = ("above", "span", "task")

    def __init__(self, task: Task, span: str, above: tuple[int, ...]) -> None:
        self.task = task
        self.span = span
        self.above = above


class Round:
    """The undo of an entry, from its first attempt until it is done or a person is asked."""

    __slots__ = ("run", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.run = 0
        """Of its latest attempt."""


class Compensations:
    """Spans of what is being undone, by scope (0: the whole saga), and of its undos, by entry."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.rounds: dict[int, Round] = {}
        self._open: dict[int, Span] = {}

    def open(self, scope: int, span: Span) -> None:
        """A scope is being undone from now on."""
        self._open[scope] = span

    def close(self, scope: int) -> Span | None:
        """The span of a scope that is undone; None where another scope had taken it over."""
        return self._open.pop(scope, None)

    def adopted_by(self, scope: int, above: Callable[[int], tuple[int, ...]]) -> Iterator[Span]:
        """The spans of scopes that `scope` takes over: those further in, and an earlier one of its own."""
        for inner in list(self._open):
            if scope in (0, inner) or scope in above(inner):
                yield self._open.pop(inner)

    def around(self, entry: int) -> str | None:
        """The id of the span in which an entry is undone: that of the saga, or of the innermost scope around it."""
        armed = self.entries.get(entry)
        for scope in (0, *(() if armed is None else (entry, *armed.above))):
            if scope in self._open:
                return self._open[scope].id
        return None

    def drain(self) -> list[Span]:
        """All spans that are open; they are no more."""
        found = [*(turn.span for turn in self.rounds.values()), *self._open.values()]
        self.rounds.clear()
        self._open.clear()
        return found
