"""What people are shown of a debug session, and where in the text of a document it stands."""

from __future__ import annotations

from typing import Protocol

import msgspec

from counterpoint.application.debugging.breakpoints import Breakpoint, Breakpoints, Point
from counterpoint.application.debugging.stages import Stage
from counterpoint.application.debugging.stepper import Stop, above
from counterpoint.application.moments import waits_of
from counterpoint.dsl import Definition, check
from counterpoint.kernel import Instance
from counterpoint.masking import Redaction
from counterpoint.plan.model import Task
from counterpoint.values.json import JsonObject, JsonValue


class Shown(Protocol):
    """What a view tells of a session."""

    id: str
    owner: str
    stage: Stage
    breakpoints: Breakpoints
    ended: str | None
    lease_until: int | None

    @property
    def state(self) -> str: ...


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One task of the call tree. `line` is where it begins in the text of its document, from 1."""

    instance: str
    workflow: str
    run: int
    task: str
    reference: str
    line: int | None = None


class StopView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a session is stopped, and what is known there."""

    reason: str
    """entry, pause, step, breakpoint, fault (before an error is handled) or undo (before an undo runs)."""
    at: Frame
    """The task that would start next, or whose error would be handled."""
    stack: list[Frame]
    """What is around it, the innermost first."""
    input: JsonValue
    """The raw input that flows into the task."""
    context: JsonValue
    attempt: int = 1
    error: JsonObject | None = None
    """The error that waits to be handled."""
    undo_of: str | None = None
    """Name of the task that it helps to undo."""
    breakpoint: int | None = None
    note: str | None = None


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A debug session as it stands. Times in milliseconds since the epoch."""

    id: str
    kind: str
    """`instance` or `simulation`."""
    instance: str
    owner: str
    lease_until: int | None
    state: str
    """stopped, running (or waiting for something) or ended."""
    stop: StopView | None
    ended: str | None
    """Why it has ended."""
    breakpoints: list[Breakpoint]
    waits: list[JsonObject]
    """What would move its instances, where it is not stopped."""


class Shower:
    """Makes views, and remembers where tasks stand in the texts."""

    def __init__(self) -> None:
        self._definitions: dict[str, Definition | None] = {}

    def view(self, session: Shown, stop: Stop | None, redaction: Redaction | None) -> SessionView:
        """The view of a session; `redaction` hides what schemas mark as sensitive."""
        stage = session.stage
        waits: list[JsonObject] = []
        if stop is None and session.ended is None:
            for id, instance in stage.instances().items():
                waits += [{"instance": id, **each} for each in waits_of(instance)]
        return SessionView(
            id=session.id,
            kind=stage.kind,
            instance=stage.id,
            owner=session.owner,
            lease_until=session.lease_until,
            state=session.state,
            stop=None if stop is None else self._stopped(stage, stop, redaction),
            ended=session.ended,
            breakpoints=session.breakpoints.all(),
            waits=waits,
        )

    def _stopped(self, stage: Stage, stop: Stop, redaction: Redaction | None) -> StopView:
        point = stop.point
        undone = point.instance.log.get(point.run.entry)
        failing = point.instance.failing.get(point.run.id)
        input, context = point.data, point.run.cell.context
        error = None if failing is None else failing.problem
        note = None if stop.hit is None else stop.hit.note
        if redaction is not None:
            redaction.foresee(point.run.task.number, input)
            input, context, error = redaction.value(input), redaction.context(context), redaction.value(error)
            note = redaction.value(note)  # a condition may fail with the data that it has read
        at, *stack = self._frames(stage, point)
        return StopView(
            reason=stop.reason,
            at=at,
            stack=stack,
            input=input,
            context=context,
            attempt=point.run.attempt,
            error=error,
            undo_of=None if undone is None else undone.task.name,
            breakpoint=None if stop.hit is None else stop.hit.breakpoint.id,
            note=note,
        )

    def _frames(self, stage: Stage, point: Point) -> list[Frame]:
        """The task and what is around it, also across sub-workflows."""
        instances = stage.instances()
        found = [self._frame(stage, point.instance, point.run.id, point.run.task)]
        for id, number in above(point, instances):
            instance = instances[id]
            run = instance.runs.get(number)
            if run is not None and isinstance(run.task, Task) and not run.task.hidden:
                found.append(self._frame(stage, instance, number, run.task))
        return found

    def _frame(self, stage: Stage, instance: Instance, run: int, task: Task) -> Frame:
        workflow = instance.plan.workflow
        definition = self._definition(stage, workflow)
        line = None if definition is None else definition.position(task.reference, of_key=True).line
        return Frame(
            instance=instance.id, workflow=workflow, run=run, task=task.name, reference=task.reference, line=line
        )

    def _definition(self, stage: Stage, workflow: str) -> Definition | None:
        if workflow not in self._definitions:
            text = stage.texts().get(workflow)
            self._definitions[workflow] = None if text is None else check(text).definition
        return self._definitions[workflow]
