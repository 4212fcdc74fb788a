# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `debugging`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


class BreakpointRequest(Answered, frozen=True, kw_only=True):
    """Where to stop: before a task starts, before an error is handled (`fault`), before an undo runs
    (`undo`).
    """

    on: Any = None
    task: str | None = None
    """Name or JSON pointer of a task; for `undo`, of the one that is undone."""
    condition: str | None = None
    """jq; `.` and `$input` are the task's input, `$context` the context; for `fault`, `.` and `$error` the
    error.
    """


class CallFrame(Answered, frozen=True, kw_only=True):
    """One task of the call tree."""

    instance: str
    workflow: str
    run: int
    task: str
    reference: str
    line: int | None
    """In the text of its document, from 1."""


class DebugSession(Answered, frozen=True, kw_only=True):
    """A debug session."""

    id: str
    kind: Any
    instance: str
    owner: str
    lease_until: str | None
    state: Any
    stop: StopAnswer | None
    ended: str | None
    """Why it has ended."""
    breakpoints: list[SetBreakpoint]
    waits: list[dict[str, Any]]
    """What would move it, where it is not stopped."""


class DebugSessions(Answered, frozen=True, kw_only=True):
    """The sessions of the engine, the oldest first."""

    items: list[DebugSession]


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


class ReplayAnswer(Answered, frozen=True, kw_only=True):
    """What differs; `before` is the history, `after` the replay. Durations in milliseconds."""

    instance: str
    workflow: str
    against: str
    same: bool
    effects: list[ReplayedEffect]
    undos_before: list[str]
    undos_after: list[str]
    data: list[Difference]
    duration_before: int
    duration_after: int
    unanswered: list[Unanswered]
    unmet: list[str]
    halted: str | None


class ReplayedEffect(Answered, frozen=True, kw_only=True):
    """A call that only one of the two makes, or that has other arguments."""

    kind: Any
    task: str
    reference: str
    function: str
    iteration: list[int] | None = None
    undo_of: str | None = None
    before: Any = None
    after: Any = None


class SeenAnswer(Answered, frozen=True, kw_only=True):
    """What the expressions of a task saw in its last run."""

    task: str
    run: int | None
    """null where the instance has not come to the task, or its version has no such task."""
    stages: dict[str, SeenStage]
    """`condition` (`if`), `input` (`input.from`), `argument` (what the task does); `output` (`output.as`)
    and `export` (`export.as`) once it has completed.
    """


class SeenStage(Answered, frozen=True, kw_only=True):
    """What expressions saw at one stage of a task."""

    data: Any
    """What `.` was."""
    variables: dict[str, Any]
    """By name, without dollar signs. Secrets are not among them."""


class SetBreakpoint(Answered, frozen=True, kw_only=True):
    """A breakpoint."""

    id: int
    on: str
    task: str | None
    condition: str | None


class Simulation(Answered, frozen=True, kw_only=True):
    """A document, and what is supposed of the world around it, as in a scenario."""

    document: str
    others: list[str] | None = None
    """Further documents: workflows that it runs."""
    input: Any = None
    """The smallest that the document's schema allows, where it is left out."""
    answers: dict[str, Any] | None = None
    faults: list[dict[str, Any]] | None = None
    events: list[dict[str, Any]] | None = None
    actions: list[dict[str, Any]] | None = None
    secrets: dict[str, Any] | None = None
    unanswered: Any = None


class Sources(Answered, frozen=True, kw_only=True):
    """The documents that a session executes, by workflow."""

    texts: dict[str, str]


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


class StopAnswer(Answered, frozen=True, kw_only=True):
    """Where a session is stopped."""

    reason: str
    """entry, pause, step, breakpoint, fault or undo."""
    at: CallFrame
    stack: list[CallFrame]
    input: Any
    context: Any
    attempt: int
    error: dict[str, Any] | None
    undo_of: str | None
    breakpoint: int | None
    note: str | None


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


class Unanswered(Answered, frozen=True, kw_only=True):
    """A call for which nothing is recorded."""

    task: str
    reference: str
    call: int
    undo_of: str | None
