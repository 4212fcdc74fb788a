# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `rehearsals`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


class EvaluateAnswer(Answered, frozen=True, kw_only=True):
    """What an expression gives: `value`, or `fault`."""

    value: Any = None
    """The first result; null where there is none."""
    fault: ExpressionFault | None = None


class ExpressionFault(Answered, frozen=True, kw_only=True):
    """Why an expression gives nothing."""

    message: str
    line: int | None
    """Counted from 1, in the expression as it was sent; null where the fault has no one place."""
    column: int | None


class VerifyAnswer(Answered, frozen=True, kw_only=True):
    """What was found."""

    states: int
    """Different states that were explored."""
    ends: int
    """Ways in which the workflow can end."""
    unexplored: int
    """States that the time did not suffice for; 0: everything was explored."""
    findings: list[dict[str, Any]]
    """Each with `code`, `severity`, `title`, `message`, `pointer`, `task`, and its shortest `story` in
    steps.
    """


class VisibleAnswer(Answered, frozen=True, kw_only=True):
    """What the expressions of a task can see."""

    task: str
    reached: bool
    """Whether a trial came to the task; where it did not, the data are made up from what is known of them."""
    stages: dict[str, VisibleStage]
    """`condition` (`if`), `input` (`input.from`), `argument` (what the task does), `output` (`output.as`),
    `export` (`export.as`), `error` (`catch.when`).
    """
    secrets: list[str]
    """Names of the secrets that the document declares. Their values are never told."""


class VisibleStage(Answered, frozen=True, kw_only=True):
    """What expressions see at one stage of the task."""

    data: Any
    """What `.` is."""
    variables: dict[str, Any]
    """By name, without dollar signs."""
    shape: dict[str, Any]
    """What is known of `.` whatever the data: a JSON Schema."""
    shapes: dict[str, dict[str, Any]]
    """The same of the variables of which anything is known."""


class WhatIfAnswer(Answered, frozen=True, kw_only=True):
    """What would happen."""

    trace: dict[str, Any]
    """Steps, calls, undos in their order, what is left behind; times in milliseconds since the beginning."""
