"""The stepper: at each point, whether to stop there or to let it pass. Knows nothing of engines or trials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple, TypeAlias

from counterpoint.application.debugging.breakpoints import Breakpoints, Hit, Point
from counterpoint.kernel import Instance


class Mode(Enum):
    """How far to go."""

    CONTINUE = "continue"
    """To the next breakpoint."""
    OVER = "over"
    """To the next task that is not part of the one that starts now."""
    INTO = "into"
    """To the next task."""
    OUT = "out"
    """To the next task outside of what is around the one that starts now."""


class Stop(NamedTuple):
    """Stop here. `reason` is entry, pause, step, breakpoint, fault or undo."""

    point: Point
    reason: str
    hit: Hit | None = None


class Pass(NamedTuple):
    """Let this start, or have its error handled."""

    point: Point


Verdict: TypeAlias = Stop | Pass | None

Instances: TypeAlias = Mapping[str, Instance]
"""An instance and the sub-workflows that it awaits, by id, the outermost first."""

_REASONS = {"task": "breakpoint", "fault": "fault", "undo": "undo"}


def points(instances: Instances) -> Iterator[Point]:
    """What can be stepped, in the order in which it would happen: errors first."""
    for instance in instances.values():
        if instance.hold is not None and not instance.suspended:
            for run in instance.failing:
                yield Point(instance, instance.runs[run], True)
    for instance in instances.values():
        if instance.hold is not None and not instance.suspended:
            for each in instance.ready.values():
                yield Point(instance, each, False)


class Stepper:
    """Where a session stands between its commands."""

    def __init__(self, breakpoints: Breakpoints, *, stop_on_entry: bool) -> None:
        self._breakpoints = breakpoints
        self._mode = Mode.INTO if stop_on_entry else Mode.CONTINUE
        self._why = "entry"
        self._around: tuple[str, int] | None = None
        """Instance and run whose parts are passed."""

    def pause(self) -> None:
        """Stop at whatever comes next."""
        self._mode, self._why, self._around = Mode.INTO, "pause", None

    def go(self, mode: Mode, point: Point | None) -> None:
        """Go on from a point."""
        self._mode, self._why, self._around = mode, "step", None
        if point is not None and mode is Mode.OVER:
            self._around = (point.instance.id, point.run.id)
        elif point is not None and mode is Mode.OUT and point.run.parent is not None:
            self._around = (point.instance.id, point.run.parent.id)
            if point.run.parent.id == 0 and point.instance.parent is not None:
                id, _, run = point.instance.parent.rpartition("#")
                self._around = (id, int(run))

    def next(self, instances: Instances) -> Verdict:
        """What to do about the first point; None where there is none."""
        point = next(points(instances), None)
        if point is None:
            return None
        hit = self._breakpoints.hit(point)
        if hit is not None:
            return Stop(point, _REASONS[hit.breakpoint.on], hit)
        if self._mode is Mode.CONTINUE or point.run.task.hidden:
            return Pass(point)
        if self._around is not None and self._around in above(point, instances):
            return Pass(point)
        return Stop(point, self._why)


def above(point: Point, instances: Instances) -> list[tuple[str, int]]:
    """Instance and run of everything around a point, innermost first, also across sub-workflows."""
    found = []
    instance, run = point.instance, point.run.parent
    while True:
        while run is not None:
            found.append((instance.id, run.id))
            run = run.parent
        id, _, number = (instance.parent or "").rpartition("#")
        if id not in instances:
            return found
        instance = instances[id]
        run = instance.runs.get(int(number))
