"""What a story is made of: one node for each task run, one happening for each thing worth a line."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from counterpoint.plan.model import ForTask, ListenTask, Task, TryTask


class State(Enum):
    """How a task run stands. The value is the word that people read."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    RETRYING = "retrying"
    COMPLETED = "done"
    SKIPPED = "skipped"
    FAULTED = "failed"
    CANCELLED = "cancelled"
    STUCK = "stuck"


class UndoState(Enum):
    """How the undo of a task run stands. The value is the word that people read."""

    UNDOING = "undoing"
    RETRYING = "undo retried"
    UNDONE = "undone"
    FAILED = "undo failed"


OVER = frozenset({State.COMPLETED, State.SKIPPED, State.FAULTED, State.CANCELLED})


class Node:
    """One run of one task, or (`undoes`) one attempt of the undo of its parent. Times in ms since the epoch."""

    __slots__ = (
        "attempt",
        "attempts_max",
        "children",
        "due",
        "ended_at",
        "iteration",
        "iterations",
        "lasting",
        "note",
        "parent",
        "run",
        "started_at",
        "state",
        "task",
        "undo",
        "undoes",
    )

    def __init__(self, run: int, task: Task, parent: Node | None, undoes: bool = False) -> None:
        self.run = run
        self.task = task
        self.parent = parent
        self.undoes: bool = undoes or (parent is not None and parent.undoes)
        """It is (part of) an undo."""
        self.children: list[Node] = []
        self.lasting = 0
        """How many children, from the first, are of earlier attempts and iterations."""
        self.state = State.PENDING
        self.undo: UndoState | None = None
        self.attempt = 1
        self.attempts_max = _attempts_max(task)
        self.started_at = 0
        self.ended_at: int | None = None
        self.due: int | None = None
        """When it goes on, while it waits or is to be retried."""
        self.note = ""
        self.iteration = 0
        self.iterations: int | None = None

    @property
    def shown(self) -> bool:
        """Whether people see it; a hidden one shows its children in its place."""
        return bool(self.task.name) and not self.task.hidden

    @property
    def active(self) -> bool:
        """Whether something happens in it, or is about to."""
        return self.state not in OVER or self.undo in (UndoState.UNDOING, UndoState.RETRYING, UndoState.FAILED)

    def members(self) -> Iterator[Node]:
        """The nodes that people see below it."""
        for child in self.children:
            if child.shown:
                yield child
            else:
                yield from child.members()

    def rank(self) -> str:
        """`2/5` for a retried or repeated task, else empty."""
        if self.state is State.RETRYING or (self.attempt > 1 and isinstance(self.task, TryTask)):
            total = "" if self.attempts_max is None else f"/{self.attempts_max}"
            return f"attempt {self.attempt}{total}"
        if self.iterations is not None and isinstance(self.task, ForTask):
            return f"{self.iteration}/{self.iterations}"
        if isinstance(self.task, ListenTask) and self.iteration:
            return f"{self.iteration} event{'' if self.iteration == 1 else 's'}"
        return ""


class Happening(NamedTuple):
    """One thing that happened at `at` (ms since the epoch); `word` says what, `state` is a key of the styles."""

    at: int
    word: str
    name: str
    detail: str
    state: str


def _attempts_max(task: Task) -> int | None:
    if isinstance(task, TryTask) and task.catch.retry is not None and task.catch.retry.count is not None:
        return task.catch.retry.count + 1
    return None
