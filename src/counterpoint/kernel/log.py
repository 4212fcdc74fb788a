"""The compensation log: what was done and would have to be undone (saga.md, section 2).

armed ── completed ───────────────► due ──► compensating ◄─► retrying
      ── nothing happened ─────────► (gone; due with `on: attempted`)      │
      ── outcome unknown ──────────► due                                   ├──► compensated
due ── a pivot completed ──────────► sealed                                └──► failed
due ── its composite completed ────► (gone: the composite's own entry counts)
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from counterpoint.values.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from counterpoint.plan.model import Task


class EntryState(Enum):
    """Where an entry stands."""

    ARMED = "armed"
    DUE = "due"
    COMPENSATING = "compensating"
    RETRYING = "retrying"
    COMPENSATED = "compensated"
    FAILED = "failed"
    SKIPPED = "skipped"
    SEALED = "sealed"


class Entry:
    """One effect, or composite, that has an undo."""

    __slots__ = (
        "ancestors",
        "attempt",
        "began",
        "context",
        "edited",
        "error",
        "forks",
        "input",
        "key",
        "newest",
        "order",
        "outcome",
        "output",
        "path",
        "problem",
        "run",
        "scope",
        "state",
        "task",
        "tries",
        "uncertain",
        "vars",
    )

    def __init__(
        self, run: int, task: Task, path: str, key: str, ancestors: tuple[int, ...], forks: frozenset[int]
    ) -> None:
        self.run = run
        """The task run that armed it: its identity."""
        self.task = task
        self.path = path
        self.key = key
        """Idempotency key of the forward effect."""
        self.newest = run
        """The newest run of the instance when it was armed: it grows along the log, as `run` itself may not."""
        self.ancestors = ancestors
        """Runs around it, outermost first."""
        self.forks = forks
        """Which of them are forks."""
        self.state = EntryState.ARMED
        self.outcome = "completed"
        self.input: JsonValue = None
        self.output: JsonValue = None
        self.context: JsonValue = None
        self.error: JsonObject | None = None
        self.vars: dict[str, JsonValue] | None = None
        """Variables of the loop around it."""
        self.order = 0
        """Rank by completion."""
        self.tries = 1
        """Which attempt of the forward task it stands for."""
        self.attempt = 0
        self.began = 0
        """Steps of the instance when this attempt of its undo began."""
        self.problem: JsonObject | None = None
        """Why its undo failed last."""
        self.scope = 0
        """The unwinding that it belongs to, while it is undone."""
        self.uncertain = False
        """An earlier attempt of the same task run may have had an effect."""
        self.edited: tuple[JsonValue] | None = None
        """What a person has put in the place of the undo's input."""
