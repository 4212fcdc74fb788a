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

import msgspec

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


class Entry(msgspec.Struct, eq=False):
    """One effect, or composite, that has an undo."""

    run: int
    """The task run that armed it: its identity."""
    task: Task
    path: str
    key: str
    """Idempotency key of the forward effect."""
    ancestors: tuple[int, ...]
    """Runs around it, outermost first."""
    forks: frozenset[int]
    """Which of them are forks."""
    newest: int
    """The newest run of the instance when it was armed: it grows along the log, as `run` itself may not."""
    input: JsonValue
    vars: dict[str, JsonValue] | None
    """Variables of the loop around it."""
    state: EntryState = EntryState.ARMED
    outcome: str = "completed"
    output: JsonValue = None
    context: JsonValue = None
    error: JsonObject | None = None
    order: int = 0
    """Rank by completion."""
    tries: int = 1
    """Which attempt of the forward task it stands for."""
    attempt: int = 0
    began: int = 0
    """Steps of the instance when this attempt of its undo began."""
    problem: JsonObject | None = None
    """Why its undo failed last."""
    scope: int = 0
    """The unwinding that it belongs to, while it is undone."""
    uncertain: bool = False
    """An earlier attempt of the same task run may have had an effect."""
    edited: tuple[JsonValue] | None = None
    """What a person has put in the place of the undo's input."""
