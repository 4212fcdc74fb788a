"""Redaction: one instance as it may be shown. It reads the history along with whoever shows it.

Input, output and context of the workflow and its tasks are masked where their schemas say so. The values that are found
there are masked wherever else the instance has taken them: arguments of calls, later outputs, errors, reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import msgspec

from counterpoint.contracts import SchemaValidator
from counterpoint.kernel import Instance, evolve
from counterpoint.kernel import events as e
from counterpoint.kernel.events import Event
from counterpoint.masking.copies import Copies
from counterpoint.masking.places import MARK, Places, is_marked, masked, parts
from counterpoint.plan import Plan
from counterpoint.plan.model import ListenTask
from counterpoint.values.json import JsonObject, JsonValue

Transition: TypeAlias = tuple[int, Sequence[Event]]

_STRUCTURE: Final = frozenset(
    (
        *("id", "workflow", "digest", "seed", "parent", "depth", "run", "task", "slot", "visit", "timeout", "due"),
        *("attempt", "limit", "index", "phase", "filter", "entry", "scope", "keep", "trigger", "ending", "action"),
        *("outcome", "then"),
    )
)
"""Fields of events that hold no data of the workflow."""


class Marked:
    """The schemas of a plan that mark anything; a place is a task's number and what of it the schema is about."""

    def __init__(self, plan: Plan) -> None:
        self.input = _places(plan.input_schema)
        self.output = _places(plan.output_schema)
        self.of_tasks: dict[tuple[int, str], Places] = {}
        for task in plan.tasks:
            schemas = {"input": task.input_schema, "output": task.output_schema, "context": task.export_schema}
            if isinstance(task, ListenTask):
                schemas |= {"each": task.each_output_schema, "each context": task.each_export_schema}
            for what, schema in schemas.items():
                places = _places(schema)
                if places is not None:
                    self.of_tasks[task.number, what] = places
            marked = self.of_tasks.get((task.number, "input"))
            if marked is not None:
                # What a person puts in the place of an input is what the task has made of it: then all of it counts.
                self.of_tasks[task.number, "edited"] = marked if task.input_from is None else Places({MARK: True})
        self.contexts = [places for (_, what), places in self.of_tasks.items() if what.endswith("context")]
        self.any = self.input is not None or self.output is not None or bool(self.of_tasks)


_MARKED: Final[WeakKeyDictionary[Plan, Marked]] = WeakKeyDictionary()


def redaction_of(plan: Plan, transitions: Iterable[Transition] = ()) -> Redaction | None:
    """What masks an instance of a plan that has come so far; None where no schema marks anything."""
    marks = _MARKED.get(plan)
    if marks is None:
        marks = _MARKED[plan] = Marked(plan)
    if not marks.any:
        return None
    redaction = Redaction(plan, marks)
    for sequence, (at, events) in enumerate(transitions, 1):
        redaction.note(sequence, at, events)
    return redaction


class Redaction:
    """See the module's docstring. Use `redaction_of`."""

    def __init__(self, plan: Plan, marks: Marked) -> None:
        self._marks = marks
        self._copies = Copies()
        # The schema of a task's input judges what the fold alone knows: what came out of the task before it.
        self._twin = Instance(plan)
        self._tasks: dict[int, int] = {}

    def note(self, sequence: int, at: int, events: Sequence[Event]) -> None:
        """A transition has taken place: what is sensitive in it is so wherever it turns up. Each counts once."""
        twin = self._twin
        if sequence <= twin.sequence:
            return
        twin.now, twin.sequence = at, sequence
        for event in events:
            evolve(twin, event)
            twin.fresh.clear()
            twin.dropped.clear()
            self._learn(event)

    def foresee(self, task: int, value: JsonValue) -> None:
        """This is about to flow into a task: what its schema marks is sensitive before it has started, too."""
        places = self._of(task, "input")
        if places is not None:
            self._copies.add(parts(value, places.of(value)))

    @property
    def sequence(self) -> int:
        """Number of the last transition that it knows."""
        return self._twin.sequence

    def value(self, value: JsonValue) -> JsonValue:
        """A value without copies of what is sensitive."""
        return self._copies.mask(value)

    def text(self, text: str) -> str:
        """A text without copies of what is sensitive."""
        return str(self._copies.mask(text))

    def input(self, value: JsonValue) -> JsonValue:
        """The workflow's input."""
        return self.value(_masked(self._marks.input, value))

    def output(self, value: JsonValue) -> JsonValue:
        """The workflow's output."""
        return self.value(_masked(self._marks.output, value))

    def task_output(self, run: int, value: JsonValue) -> JsonValue:
        """The output of a task run."""
        return self.value(_masked(self._of(self._tasks.get(run, -1), "output"), value))

    def context(self, value: JsonValue) -> JsonValue:
        """The workflow's context: whichever task has exported it."""
        for places in self._marks.contexts:
            value = masked(value, places.of(value))
        return self.value(value)

    def event(self, event: Event) -> Event:
        """An event of the history."""
        changes: dict[str, Any] = {}
        for name, places in self._placed(event):
            value = changes.get(name, getattr(event, name))
            changes[name] = (_masked(places, value[0]),) if isinstance(value, tuple) else _masked(places, value)
        for name in event.__struct_fields__:
            value = changes.get(name, getattr(event, name))
            if name not in _STRUCTURE and value is not None and not isinstance(value, bool):
                shown = self.value(value)
                changes[name] = tuple(shown) if isinstance(value, tuple) else shown
        return msgspec.structs.replace(event, **changes)

    def events(self, events: Sequence[Event]) -> list[Event]:
        """Events of the history."""
        return [self.event(each) for each in events]

    def _learn(self, event: Event) -> None:
        if isinstance(event, e.TaskCreated | e.TaskStarted):
            self._tasks[event.run] = event.task
        if isinstance(event, e.TaskStarted):
            places, run = self._marks.of_tasks.get((event.task, "input")), self._twin.runs.get(event.run)
            if places is not None and run is not None:
                self._copies.add(parts(run.raw, places.of(run.raw)))
        for name, places in self._placed(event):
            value = getattr(event, name)
            value = value[0] if isinstance(value, tuple) else value
            if places is not None and value is not None:
                self._copies.add(parts(value, places.of(value)))

    def _placed(self, event: Event) -> list[tuple[str, Places | None]]:
        """The fields of an event that a schema is about, where they have a value."""
        marks, task = self._marks, self._tasks.get(getattr(event, "run", 0), -1)
        match event:
            case e.InstanceStarted():
                found = [("input", marks.input)]
            case e.InstanceCompleted() | e.InstanceFinishing() | e.CompensationStarted():
                found = [("output", marks.output)]
            case e.TaskCompleted():
                found = [("output", self._of(task, "output")), ("context", self._of(task, "context"))]
            case e.IterationCompleted():
                found = [("output", self._of(task, "each")), ("context", self._of(task, "each context"))]
            case e.IncidentResolved() | e.TaskReady():
                # Of an undo it is in the place of the task's output; and what is given for a task is its output.
                found = [("input", self._of(task, what)) for what in ("edited", "output")]
            case e.OutputInjected():
                found = [("output", self._of(task, "output"))]
            case e.DataEdited(what="context"):
                found = [("value", places) for places in marks.contexts]
            case e.DataEdited():
                found = [("value", self._of(task, "input"))]
            case _:
                return []
        return [(name, places) for name, places in found if places is not None and getattr(event, name) is not None]

    def _of(self, task: int, what: str) -> Places | None:
        return self._marks.of_tasks.get((task, what))


def _places(schema: SchemaValidator | None) -> Places | None:
    return Places(schema.schema) if schema is not None and is_marked(schema.schema) else None


def _masked(places: Places | None, value: JsonValue) -> JsonValue:
    return value if places is None else masked(value, places.of(value))


def shown_problem(redaction: Redaction | None, problem: JsonObject) -> JsonObject:
    """A problem as it may be shown."""
    shown: JsonObject = problem if redaction is None else redaction.value(problem)
    return shown
