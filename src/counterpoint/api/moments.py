"""Time travel over HTTP: an instance as it was at any point of its history, and in what two points differ."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from counterpoint.api.access import PERMISSION
from counterpoint.api.models import Answer
from counterpoint.api.problems import documented
from counterpoint.application.moments import EntryMoment, Moment, TaskMoment
from counterpoint.application.service import Service
from counterpoint.application.sightings import Sighting
from counterpoint.values.difference import Change
from counterpoint.values.timestamp import iso8601

READ: Final = {PERMISSION: "instances:read"}
_PLACE: Final = "A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3."

At = Annotated[str | None, QueryParameter(name="at", description=f"{_PLACE} Without it, as it stands.")]
From = Annotated[str, QueryParameter(name="from", description=_PLACE)]
To = Annotated[str | None, QueryParameter(name="to", description=f"{_PLACE} Without it, as it stands.")]

TaskPointer = Annotated[
    str, QueryParameter(name="task", description="JSON pointer of the task in the document: `/do/0/charge`.")
]


class TaskState(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """One run of one task, as far as it was known."""

    run: int
    reference: str
    name: str
    status: str
    parent: int = 0
    attempt: int = 1
    undo_of: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    input: Any = msgspec.UNSET
    output: Any = msgspec.UNSET
    error: dict[str, Any] | None = None

    @classmethod
    def of(cls, moment: TaskMoment) -> TaskState:
        """What goes over the wire."""
        members = msgspec.structs.asdict(moment)
        for name in ("started_at", "ended_at"):
            members[name] = None if members[name] is None else iso8601(members[name])
        return cls(**members)


class LogEntry(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the compensation log: what would have to be undone, and how far that is."""

    run: int
    reference: str
    state: str
    outcome: str
    key: str
    input: Any = None
    output: Any = None
    attempt: int = 0
    error: dict[str, Any] | None = None

    @classmethod
    def of(cls, moment: EntryMoment) -> LogEntry:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(moment))


class State(Answer, frozen=True, kw_only=True):
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

    @classmethod
    def of(cls, moment: Moment) -> State:
        """What goes over the wire."""
        members = {name: getattr(moment, name) for name in moment.__struct_fields__}
        members |= {
            "at": iso8601(moment.at),
            "tasks": [TaskState.of(each) for each in moment.tasks],
            "log": [LogEntry.of(each) for each in moment.log],
        }
        return cls(**members)


class Difference(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """One place that differs; `before` is left out where there was nothing, `after` where there is nothing now."""

    pointer: str
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET

    @classmethod
    def of(cls, change: Change) -> Difference:
        """What goes over the wire."""
        return cls(pointer=change.pointer, before=change.before, after=change.after)


class Differences(Answer, frozen=True, kw_only=True):
    """In what two points of a history differ."""

    items: list[Difference]


class SeenStage(Answer, frozen=True, kw_only=True):
    """What expressions saw at one stage of a task."""

    data: Any
    """What `.` was."""
    variables: dict[str, Any]
    """By name, without dollar signs. Secrets are not among them."""


class SeenAnswer(Answer, frozen=True, kw_only=True):
    """What the expressions of a task saw in its last run."""

    task: str
    run: int | None
    """null where the instance has not come to the task, or its version has no such task."""
    stages: dict[str, SeenStage]
    """`condition` (`if`), `input` (`input.from`), `argument` (what the task does); `output` (`output.as`) and `export`
    (`export.as`) once it has completed."""

    @classmethod
    def of(cls, task: str, sighting: Sighting) -> SeenAnswer:
        """What goes over the wire."""
        stages = {
            name: SeenStage(data=data, variables=variables) for name, (data, variables) in sighting.stages.items()
        }
        return cls(task=task, run=sighting.run, stages=stages)


class MomentsController(Controller):
    """Any point of the history of an instance: running, waiting, or ended. Only looks."""

    path = "/v1/instances"
    tags = ("debugging",)

    @get("/{id:str}/state", opt=READ, operation_id="getState", responses=documented(404, 422))
    async def state(self, id: FromPath[str], service: NamedDependency[Service], at: At = None) -> State:
        """State and data at one point: tasks, context, compensation log, what it waits for, and owed effects."""
        return State.of(await service.travel.moment(id, at))

    @get("/{id:str}/diff", opt=READ, operation_id="getDifference", responses=documented(404, 422))
    async def diff(
        self, id: FromPath[str], service: NamedDependency[Service], before: From, after: To = None
    ) -> Differences:
        """In what two points differ. Tasks (`/tasks/7/output`) and the log are named by run."""
        return Differences(items=[Difference.of(each) for each in await service.travel.difference(id, before, after)])

    @get("/{id:str}/seen", opt=READ, operation_id="getSeenData", responses=documented(404))
    async def seen(self, id: FromPath[str], service: NamedDependency[Service], task: TaskPointer) -> SeenAnswer:
        """What the expressions of a task saw in its last run: data to write expressions with."""
        return SeenAnswer.of(task, await service.travel.seen(id, task))
