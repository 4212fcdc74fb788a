# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies that several parts of the API share."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered


class Finding(Answered, frozen=True, kw_only=True):
    """A diagnostic of a document; each code has a section in the documentation."""

    code: str
    severity: str
    message: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    hint: str | None = None


class Incident(Answered, frozen=True, kw_only=True):
    """Something that waits for a person."""

    run: int
    """What `retry` and `resolve` take."""
    reference: str
    """The task that is stuck, or whose undo failed for good."""
    undo: bool
    error: dict[str, Any]


class InputFault(Answered, frozen=True, kw_only=True):
    """One thing that is wrong with an input."""

    pointer: str
    """JSON pointer to what is wrong, or to what is missing; empty for the input as a whole."""
    message: str


class Instance(Answered, frozen=True, kw_only=True):
    """One instance as it stands."""

    id: str
    workflow: str
    """`namespace/name:version`."""
    status: str
    saga: str | None
    input: Any
    output: Any
    error: dict[str, Any] | None
    """A problem (RFC 9457)."""
    reason: str | None
    """Why it was cancelled or suspended."""
    context: Any
    tasks: list[Task]
    incidents: list[Incident]
    left: list[dict[str, Any]]
    """What was not undone although it should have been."""
    parent: str | None
    """`{instance id}#{run}` for a sub-workflow that its parent awaits."""
    labels: dict[str, str]
    """What whoever started it wanted kept with it: `businessKey`, `correlation` and others."""
    sequence: int
    """How many transitions it has made; the `ETag` names it."""
    created_at: str
    ended_at: str | None


class InstanceEntry(Answered, frozen=True, kw_only=True):
    """An instance in a list."""

    id: str
    workflow: str
    status: str
    saga: str | None
    error_type: str | None
    parent: str | None
    business_key: str | None
    correlation: str | None
    waits_for: list[str]
    """`timer`, `retry`, `event:{type}`, `incident`, `resume`."""
    due_at: str | None
    """When the first of the times is that it waits for."""
    created_at: str
    ended_at: str | None


class ProblemDetails(Answered, frozen=True, kw_only=True):
    """An error (RFC 9457)."""

    type: str
    """Stable: programs may rely on it."""
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """The `X-Request-Id` of the request, for whoever looks for it in logs."""
    diagnostics: list[Finding] | None = None
    """What is wrong with a document, all of it."""
    faults: list[InputFault] | None = None
    """What is wrong with an input, by the workflow's schema; twenty at most."""
    limit: str | None = None
    """The name of the limit that was reached."""
    replacement: str | None = None
    """What to start instead of a version that can no longer be started: `namespace/name:RANGE`."""


class Task(Answered, frozen=True, kw_only=True):
    """One run of one task."""

    run: int
    """Its number: what events of the history name it by."""
    reference: str
    """JSON pointer into the document."""
    name: str
    status: str
    attempt: int
    started_at: str | None
    ended_at: str | None
    error: dict[str, Any] | None
