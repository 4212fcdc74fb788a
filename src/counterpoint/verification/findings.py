"""Findings: what is wrong with a workflow, and the story that shows it (docs/guide/verification.md)."""

from __future__ import annotations

from typing import Final

import msgspec

from counterpoint.values.diagnostics import Position, Severity
from counterpoint.values.json import JsonObject


class Rule(msgspec.Struct, frozen=True):
    """A property that is verified. `code` is stable."""

    code: str
    severity: Severity
    title: str


_E, _W = Severity.ERROR, Severity.WARNING
LEFT_BEHIND: Final = Rule("CPV101", _E, "an effect is left behind")
UNDO_READS_MISSING: Final = Rule("CPV102", _E, "an undo reads data that may be missing")
UNDO_TWICE: Final = Rule("CPV103", _E, "an undo cannot run twice")
PROBE_DENIES: Final = Rule("CPV104", _E, "a probe denies what happened")
RETRY_OVER_EFFECTS: Final = Rule("CPV105", _E, "a retry repeats effects, and nothing says what happens in between")
PIVOT_UNSURE: Final = Rule("CPV106", _E, "a pivot may have happened while what precedes it is undone")
AFTER_PIVOT: Final = Rule("CPV107", _W, "after the point of no return an effect can fail for good")
WAITS_FOR_EVER: Final = Rule("CPV108", _W, "a wait has no end")
RETRIES_FOR_EVER: Final = Rule("CPV109", _W, "a retry has no end")
SWALLOWED: Final = Rule("CPV110", _E, "a catch swallows an effect that happened")
CAUGHT_HALFWAY: Final = Rule("CPV111", _W, "a catch leaves half of its block standing")
DEAD_TASK: Final = Rule("CPV112", _W, "a task is never reached")
DEAD_CATCH: Final = Rule("CPV113", _W, "a catch is never reached")
SECRET_FLOWS: Final = Rule("CPV114", _E, "a secret flows out")
READS_MISSING: Final = Rule("CPV115", _E, "an effect reads data that is missing")
UNDO_GOES_ON: Final = Rule("CPV116", _W, "an undo fails for good and nobody is asked")
UNORDERED_UNDO: Final = Rule("CPV117", _W, "undos that depend on each other run at the same time")

RULES: Final = (
    LEFT_BEHIND,
    UNDO_READS_MISSING,
    UNDO_TWICE,
    PROBE_DENIES,
    RETRY_OVER_EFFECTS,
    PIVOT_UNSURE,
    AFTER_PIVOT,
    WAITS_FOR_EVER,
    RETRIES_FOR_EVER,
    SWALLOWED,
    CAUGHT_HALFWAY,
    DEAD_TASK,
    DEAD_CATCH,
    SECRET_FLOWS,
    READS_MISSING,
    UNDO_GOES_ON,
    UNORDERED_UNDO,
)


class Story(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How it comes about: the shortest way that was found."""

    steps: list[str]
    """In words, to be numbered from 1."""
    scenario: JsonObject | None = None
    """The same as a scenario file (docs/guide/testing.md) without its `workflow`; null where no input was found that
    leads there."""


class Finding(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that is wrong."""

    code: str
    severity: Severity
    title: str
    message: str
    pointer: str
    """JSON pointer of the task."""
    task: str
    position: Position | None = None
    hint: str | None = None
    story: Story | None = None


class Verdict(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What became of a verification."""

    workflow: str
    """`namespace/name:version`."""
    source: str
    states: int
    """Different states that were explored."""
    steps: int
    """Steps taken between them."""
    ends: int
    """Ways in which the workflow can end."""
    unexplored: int
    """States that are known but were not explored, because the budget was used up; 0: everything was."""
    findings: list[Finding]
