"""What is kept of the journal: figures by minute, of workflow versions and of their steps, and kinds of failures.

All of it is bounded: the oldest minutes go first, and the kinds of failures that were seen longest ago.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from counterpoint.application.insights.figures import Figures, StepFigures
from counterpoint.application.insights.limits import InsightLimits
from counterpoint.values.json import JsonObject

MINUTE: Final = 60_000
_SAMPLES: Final = 5


class Minute:
    """What has happened in one minute."""

    __slots__ = ("at", "steps", "workflows")

    def __init__(self, at: int) -> None:
        self.at = at
        self.workflows: dict[str, Figures] = {}
        self.steps: dict[tuple[str, str], StepFigures] = {}

    def __len__(self) -> int:
        return len(self.workflows) + len(self.steps)


class Kind(NamedTuple):
    """What failures have in common."""

    workflow: str
    step: str
    undo: bool
    error_type: str
    status: int


class Failures(msgspec.Struct):
    """Failures of one kind, by minute."""

    title: str
    minutes: dict[int, int] = {}
    first_at: int = 0
    last_at: int = 0
    instances: deque[str] = msgspec.field(default_factory=lambda: deque(maxlen=_SAMPLES))


class Cells:
    """See the module's docstring."""

    def __init__(self, limits: InsightLimits) -> None:
        self._limits = limits
        self._minutes: dict[int, Minute] = {}
        self._size = 0
        self.failures: OrderedDict[Kind, Failures] = OrderedDict()
        self.since = 0
        """Before this time nothing is kept."""

    def tally(self, workflow: str, instance: str, *, titled: bool = True) -> CellTally:
        """Where the figures of an instance go. `titled`: what its errors are called may be seen by everybody."""
        return CellTally(self, workflow, instance, titled)

    def minutes(self, since: int, until: int) -> Iterator[Minute]:
        """Those that begin in this time, in no order."""
        return (each for each in self._minutes.values() if since <= each.at < until)

    def figures(self, at: int, workflow: str) -> Figures:
        """Those of a workflow version in the minute of `at`, to be counted up."""
        minute = self._minute(at)
        found = minute.workflows.get(workflow)
        if found is None:
            found = minute.workflows[workflow] = Figures()
            self._size += 1
        return found

    def step(self, at: int, workflow: str, step: str) -> StepFigures:
        """As `figures`, of a step."""
        minute = self._minute(at)
        found = minute.steps.get((workflow, step))
        if found is None:
            found = minute.steps[workflow, step] = StepFigures()
            self._size += 1
        return found

    def fail(self, at: int, kind: Kind, title: str, instance: str) -> None:
        """One more failure of a kind."""
        found = self.failures.get(kind)
        if found is None:
            found = self.failures[kind] = Failures(title, first_at=at)
            if len(self.failures) > self._limits.clusters_max:
                self.failures.popitem(last=False)
        self.failures.move_to_end(kind)
        minute = at - at % MINUTE
        found.minutes[minute] = found.minutes.get(minute, 0) + 1
        found.last_at = max(found.last_at, at)
        if instance in found.instances:
            found.instances.remove(instance)
        found.instances.appendleft(instance)

    def trim(self, now: int) -> None:
        """Drop what is older than the window, or more than may be kept."""
        self._drop(now - self._limits.window_ms_max)
        if self._size > self._limits.cells_max:
            kept = 0
            for at in sorted(self._minutes, reverse=True):
                kept += len(self._minutes[at])
                if kept > self._limits.cells_max:
                    self._drop(at + MINUTE)
                    break

    def _minute(self, at: int) -> Minute:
        at -= at % MINUTE
        found = self._minutes.get(at)
        if found is None:
            found = self._minutes[at] = Minute(at)
        return found

    def _drop(self, before: int) -> None:
        if before <= self.since:
            return
        self.since = before
        for at in [each for each in self._minutes if each + MINUTE <= before]:
            self._size -= len(self._minutes.pop(at))
        for kind, failures in list(self.failures.items()):
            for at in [each for each in failures.minutes if each + MINUTE <= before]:
                del failures.minutes[at]
            if not failures.minutes:
                del self.failures[kind]


class CellTally:
    """Counts what happens to one instance: a `Tally` of `fold`."""

    __slots__ = ("_cells", "_instance", "_titled", "_workflow")

    def __init__(self, cells: Cells, workflow: str, instance: str, titled: bool) -> None:
        self._titled = titled
        self._cells = cells
        self._workflow = workflow
        self._instance = instance

    def count(self, at: int, name: str) -> None:
        """One more of `Figures`."""
        figures = self._cells.figures(at, self._workflow)
        setattr(figures, name, getattr(figures, name) + 1)

    def step(self, at: int, step: str, name: str, took: int | None = None) -> None:
        """One more of `StepFigures`; `took` in ms."""
        figures = self._cells.step(at, self._workflow, step)
        setattr(figures, name, getattr(figures, name) + 1)
        if took is not None:
            figures.took(max(0, took))

    def failure(self, at: int, step: str, problem: JsonObject, *, undo: bool) -> None:
        """A step, or its undo, has failed."""
        error_type, status, title = problem.get("type"), problem.get("status"), problem.get("title")
        kind = Kind(
            self._workflow, step, undo, str(error_type or "about:blank"), status if isinstance(status, int) else 0
        )
        self._cells.fail(at, kind, title if isinstance(title, str) and self._titled else "", self._instance)
