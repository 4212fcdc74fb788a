"""What the expressions of one step can see: its data in a trial, and what is known of them whatever the data."""

from __future__ import annotations

from typing import Any

import msgspec

from counterpoint.application.sightings import Sights, seen_at_end, seen_at_start
from counterpoint.dsl import check
from counterpoint.dsl.report import to_pointer
from counterpoint.dsl.walk import every_task
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.history.timeline import Timeline
from counterpoint.kernel import Instance
from counterpoint.kernel.events import Event, TaskCompleted, TaskStarted
from counterpoint.plan.types import STAGES, Seen, described, seen
from counterpoint.scenarios.samples import sample
from counterpoint.trial import World
from counterpoint.values.json import JsonObject, JsonValue


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What an expression sees at one stage of a task."""

    data: JsonValue
    """`.`"""
    variables: JsonObject
    """By name, without dollar signs."""
    shape: JsonObject
    """What is known of `.` whatever the data: a JSON Schema."""
    shapes: dict[str, JsonObject]
    """The same of the variables of which anything is known."""


class Visible(msgspec.Struct, frozen=True, kw_only=True):
    """What the expressions of one task can see."""

    task: str
    """JSON pointer of the task."""
    reached: bool
    """Whether a trial came to it; where it did not, the data are made up from what is known of them."""
    stages: dict[str, Stage]
    """By name: condition, input, argument, output, export and, of a `try`, error."""
    secrets: list[str]
    """Names of the secrets that the document declares."""


def visible(document: str, task: str, world: World | None, source: str) -> Visible:
    """What the expressions of a task see; `world` is a trial of the document, None where it could not be tried.

    A document with faults is read as far as it is sound. Raises InvalidDocument where nothing is; InvalidInput for a
    task that it does not have.
    """
    checked = check(document, source=source)
    definition = checked.definition or checked.salvaged
    if definition is None:
        raise InvalidDocument(checked.diagnostics)
    if all(to_pointer(each.path) != task for each in every_task(definition.data)):
        raise InvalidInput(f"there is no task {task!r} in this document")
    known = seen(definition, task)
    watch = _Watch(task)
    if world is not None:
        actor = next(iter(world.actors.values()))
        timeline = Timeline(actor.plan, actor.secrets, watch.observe)
        timeline.extend(actor.history)
        timeline.state(timeline.events)
    named = [name for name in STAGES if name in known or name in watch.stages]
    stages = {name: _stage(known.get(name), watch.stages.get(name)) for name in named}
    declared = definition.data.get("use", {}).get("secrets", [])
    return Visible(task=task, reached=watch.run is not None, stages=stages, secrets=declared)


def _stage(known: Seen | None, seen: tuple[JsonValue, JsonObject] | None) -> Stage:
    """What was seen, beside what is known; of what was not seen an example of what is known."""
    shape = {} if known is None else described(known.data)
    shapes = {} if known is None else {name: described(type) for name, type in known.variables.items()}
    shapes = {name: each for name, each in shapes.items() if each}
    data, variables = seen or (_example(shape), {})
    return Stage(
        data=data,
        variables={**{name: _example(each) for name, each in shapes.items()}, **variables},
        shape=shape,
        shapes=shapes,
    )


def _example(shape: JsonObject) -> JsonValue:
    try:
        return sample(_full(shape))
    except InvalidInput:  # nothing can be made up for it; it stays unknown
        return None


def _full(shape: Any) -> Any:
    """The shape with all of its members, and one item in each array."""
    full = dict(shape)
    if "properties" in full:
        full["properties"] = {name: _full(each) for name, each in full["properties"].items()}
        full["required"] = list(full["properties"])
    if "items" in full:
        full["items"] = _full(full["items"])
        full["minItems"] = 1
    kinds = full.get("type")
    if isinstance(kinds, list):  # what has members says more than null or a text would
        full["type"] = next((each for each in ("object", "array", *kinds) if each in kinds and each != "null"), "null")
    return full


class _Watch:
    """An observer of a timeline: the stages of the first run of one task."""

    def __init__(self, task: str) -> None:
        self.run: int | None = None
        self.stages: Sights = {}
        self._task = task

    def observe(self, instance: Instance, number: int, event: Event) -> None:
        """See `history.timeline.Observer`."""
        match event:
            case TaskStarted() if self.run is None and instance.plan.tasks[event.task].reference == self._task:
                self.run = event.run
                self.stages = seen_at_start(instance, instance.runs[event.run])
            case TaskCompleted() if event.run == self.run:
                self.stages |= seen_at_end(self.stages, event)
