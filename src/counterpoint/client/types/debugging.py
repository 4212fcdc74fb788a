# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `debugging`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


class Difference(Answered, frozen=True, kw_only=True):
    """One place that differs; `before` is left out where there was nothing, `after` where there is nothing
    now.
    """

    pointer: str
    before: Any = None
    after: Any = None


class Differences(Answered, frozen=True, kw_only=True):
    """In what two points of a history differ."""

    items: list[Difference]


class LogEntry(Answered, frozen=True, kw_only=True):
    """One entry of the compensation log: what would have to be undone, and how far that is."""

    run: int
    reference: str
    state: str
    outcome: str
    key: str
    input: Any = None
    output: Any = None
    attempt: int | None = None
    error: dict[str, Any] | None = None


class State(Answered, frozen=True, kw_only=True):
    """An instance at one point of its history. Secrets are tokens."""

    id: str
    workflow: str
    place: str
    """Transition and event within it: `3.1`."""
    last: str
    """The last place that there is."""
    at: str
    event: dict[str, Any]
    """What had just happened."""
    status: str
    saga: str | None
    held_by: str | None
    """Who debugs it."""
    input: Any
    data: Any
    """What flows through the workflow: the input of its next task."""
    context: Any
    output: Any
    error: dict[str, Any] | None
    reason: str | None
    tasks: list[TaskState]
    tasks_left_out: int
    """Older runs of tasks that are not shown."""
    log: list[LogEntry]
    waits: list[dict[str, Any]]
    """What would move it: `for` is effect, timer, event, start, step or person."""
    owed: list[dict[str, Any]]
    """Effects that are owed to the outside."""
    left: list[dict[str, Any]]


class TaskState(Answered, frozen=True, kw_only=True):
    """One run of one task, as far as it was known."""

    run: int
    reference: str
    name: str
    status: str
    parent: int | None = None
    attempt: int | None = None
    undo_of: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    input: Any = None
    output: Any = None
    error: dict[str, Any] | None = None
