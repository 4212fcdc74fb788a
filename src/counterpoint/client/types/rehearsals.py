# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `rehearsals`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


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


class WhatIfAnswer(Answered, frozen=True, kw_only=True):
    """What would happen."""

    trace: dict[str, Any]
    """Steps, calls, undos in their order, what is left behind; times in milliseconds since the beginning."""
