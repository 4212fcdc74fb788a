"""The trace of a trial: what people, tests and the studio are shown of it. JSON all the way down.

Times (`at`) are milliseconds since the trial began.
"""

from __future__ import annotations

import msgspec

from counterpoint.values.json import JsonObject, JsonValue


class Step(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something that happened in one instance.

    `what` is started, completed, faulted, skipped, cancelled (of a task); branched, looped, retrying, retried,
    caught, received, sealed, stuck, settled; compensating, undoing, undo-retrying, undone, undo-failed, resolved,
    compensated (of undos); edited, replaced (by whoever debugs it); and of the instance, without a task: begun,
    ended, suspended, resumed, held, released.
    """

    number: int
    at: int
    instance: str
    what: str
    task: str | None = None
    reference: str | None = None
    """JSON pointer of the task."""
    run: int | None = None
    iteration: list[int] = []
    attempt: int | None = None
    input: JsonValue = None
    output: JsonValue = None
    error: JsonObject | None = None
    outcome: str | None = None
    """What is known of a faulted or undone effect: none, unknown or completed."""
    branch: str | None = None
    """The case that a switch took; null where none matched."""
    order: int | None = None
    """Of an undo: 1 for the first thing that is undone."""
    undo_of: str | None = None
    """The task whose undo this step belongs to."""
    note: str | None = None
    """A reason, a trigger, a decision."""


class CallMade(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A request to the outside world."""

    number: int
    at: int
    instance: str
    workflow: str
    task: str
    reference: str
    function: str
    arguments: JsonValue
    key: str
    attempt: int
    result: str
    """completed, failed, silent (no answer came) or crashed (the engine did, before it could know)."""
    answered_at: int | None = None
    """When the answer or the error came; null where none did."""
    happened: bool
    """Whether the effect took place: the truth, which the workflow may not know."""
    iteration: list[int] = []
    undo_of: str | None = None
    output: JsonValue = None
    error: JsonObject | None = None
    outcome: str | None = None


class UndoMade(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The undo of one entry of the compensation log, in the order in which undos began."""

    order: int
    at: int
    instance: str
    workflow: str
    task: str
    reference: str
    key: str
    """Idempotency key of the effect that is undone."""
    result: str
    """undone, nothing (the probe said that nothing had happened), failed, skipped or unfinished."""
    attempts: int
    outcome: str
    """What was known of the effect: completed or unknown."""
    iteration: list[int] = []
    error: JsonObject | None = None


class Left(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An effect that took place and stands although the workflow did not complete."""

    instance: str
    task: str
    reference: str
    key: str
    why: str
    """What kept it from being undone, in words."""
    meant: bool = False
    """The document says that it may stand: `compensate: none`, a pivot, a read-only call."""
    iteration: list[int] = []


class Incident(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something that waits for a person."""

    instance: str
    run: int
    task: str
    reference: str
    undo: bool
    error: JsonObject


class Trace(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A whole trial."""

    workflow: str
    """`namespace/name:version`."""
    status: str
    """A status phase: completed, faulted, cancelled, suspended; waiting or running where the trial came to a halt."""
    saga: str | None = None
    """compensating, compensated or stuck; null where nothing was undone."""
    duration: int = 0
    input: JsonValue = None
    output: JsonValue = None
    error: JsonObject | None = None
    context: JsonValue = None
    reason: str | None = None
    halted: str | None = None
    """Why the trial stopped before its end: a call without an answer, or a limit."""
    steps: list[Step] = []
    calls: list[CallMade] = []
    undos: list[UndoMade] = []
    left: list[Left] = []
    incidents: list[Incident] = []
    emitted: list[JsonObject] = []
    unmet: list[str] = []
    """Actions that were to happen at a point that never came."""
