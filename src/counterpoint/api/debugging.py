"""Debug sessions over HTTP: on real instances, and on documents in a simulated world. The studio is built on these."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from counterpoint.api.access import PERMISSION
from counterpoint.api.compression import UNCOMPRESSED
from counterpoint.api.keys import IdempotencyKey, once
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, Body
from counterpoint.api.moments import At, State
from counterpoint.api.problems import Refused, documented
from counterpoint.api.stopping import Stopping
from counterpoint.api.streams import HEARTBEAT, MEDIA_TYPE, RETRY, STREAM_HEADERS, message, moved
from counterpoint.application.debugging.breakpoints import Breakpoint
from counterpoint.application.debugging.desk import carry_out
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.sessions import Breaks
from counterpoint.application.debugging.showing import Frame, SessionView, StopView
from counterpoint.application.rehearsing import sample_input
from counterpoint.application.service import Service
from counterpoint.application.starting import id_of_key
from counterpoint.values.timestamp import iso8601

DEBUG: Final = {PERMISSION: "instances:debug"}
Owner = Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Who debugs, for others to see.")]
Wait = Annotated[float, QueryParameter(ge=0, description="Seconds to wait until it is stopped or has ended.")]


class BreakpointRequest(Body, frozen=True, kw_only=True):
    """Where to stop: before a task starts, before an error is handled (`fault`), before an undo runs (`undo`)."""

    on: Literal["task", "fault", "undo"] = "task"
    task: str | None = None
    """Name or JSON pointer of a task; for `undo`, of the one that is undone."""
    condition: str | None = None
    """jq; `.` and `$input` are the task's input, `$context` the context; for `fault`, `.` and `$error` the error."""


class Simulation(Body, frozen=True, kw_only=True):
    """A document, and what is supposed of the world around it, as in a scenario."""

    document: str
    others: list[str] = msgspec.field(default_factory=list)
    """Further documents: workflows that it runs."""
    input: Any = msgspec.UNSET
    """The smallest that the document's schema allows, where it is left out."""
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    faults: list[dict[str, Any]] = msgspec.field(default_factory=list)
    events: list[dict[str, Any]] = msgspec.field(default_factory=list)
    actions: list[dict[str, Any]] = msgspec.field(default_factory=list)
    secrets: dict[str, Any] = msgspec.field(default_factory=dict)
    unanswered: Literal["fail", "empty", "generate"] = "generate"


class SessionRequest(Body, frozen=True, kw_only=True):
    """What to debug: an `instance` that runs, a `definition` that is started, or a `simulation`. One of them."""

    owner: Owner
    instance: str | None = None
    definition: str | None = None
    input: Any = None
    """Of the instance that is started."""
    id: str | None = None
    """Of the instance that is started."""
    simulation: Simulation | None = None
    breakpoints: list[BreakpointRequest] = msgspec.field(default_factory=list)
    stop_on_entry: bool = True
    lease_ms: int | None = None
    """How long the session lives without a request; then the instance goes on by itself."""
    takeover: bool = False
    """End the session of somebody else on the same instance."""


class CommandRequest(Body, frozen=True, kw_only=True):
    """A command; which members it takes depends on it."""

    command: Literal["continue", "over", "into", "out", "pause", "fail", "output", "edit", "break", "clear", "renew"]
    error: dict[str, Any] | None = None
    """`fail`: the error of the task that would start: `type` (a URI, or `communication` ...), `status`, `detail`."""
    value: Any = msgspec.UNSET
    """`output`: the task's raw output, it does not act. `edit`: the new value."""
    what: Literal["data", "context"] = "data"
    """`edit`: the data that flows into the task, or the context."""
    on: Literal["task", "fault", "undo"] = "task"
    """`break`: see `breakpoints`."""
    task: str | None = None
    condition: str | None = None
    breakpoint: int | None = None
    """`clear`: the id of the breakpoint."""


class CallFrame(Answer, frozen=True, kw_only=True):
    """One task of the call tree."""

    instance: str
    workflow: str
    run: int
    task: str
    reference: str
    line: int | None
    """In the text of its document, from 1."""

    @classmethod
    def of(cls, frame: Frame) -> CallFrame:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(frame))


class SetBreakpoint(Answer, frozen=True, kw_only=True):
    """A breakpoint."""

    id: int
    on: str
    task: str | None
    condition: str | None

    @classmethod
    def of(cls, breakpoint: Breakpoint) -> SetBreakpoint:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(breakpoint))


class StopAnswer(Answer, frozen=True, kw_only=True):
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

    @classmethod
    def of(cls, stop: StopView) -> StopAnswer:
        """What goes over the wire."""
        members = {name: getattr(stop, name) for name in stop.__struct_fields__}
        return cls(**(members | {"at": CallFrame.of(stop.at), "stack": [CallFrame.of(each) for each in stop.stack]}))


class DebugSession(Answer, frozen=True, kw_only=True):
    """A debug session."""

    id: str
    kind: Literal["instance", "simulation"]
    instance: str
    owner: str
    lease_until: str | None
    state: Literal["running", "stopped", "ended"]
    stop: StopAnswer | None
    ended: str | None
    """Why it has ended."""
    breakpoints: list[SetBreakpoint]
    waits: list[dict[str, Any]]
    """What would move it, where it is not stopped."""

    @classmethod
    def of(cls, view: SessionView) -> DebugSession:
        """What goes over the wire."""
        members = {name: getattr(view, name) for name in view.__struct_fields__}
        members |= {
            "lease_until": None if view.lease_until is None else iso8601(view.lease_until),
            "stop": None if view.stop is None else StopAnswer.of(view.stop),
            "breakpoints": [SetBreakpoint.of(each) for each in view.breakpoints],
        }
        return cls(**members)


class DebugSessions(Answer, frozen=True, kw_only=True):
    """The sessions of the engine, the oldest first."""

    items: list[DebugSession]


class Sources(Answer, frozen=True, kw_only=True):
    """The documents that a session executes, by workflow."""

    texts: dict[str, str]


class DebuggingController(Controller):
    """Debug sessions. They end with the engine, or when nobody gives a sign for as long as their lease lasts."""

    path = "/v1/debug/sessions"
    tags = ("debugging",)

    @post(opt=DEBUG, operation_id="openDebugSession", responses=documented(404, 409, 422))
    async def open(
        self,
        data: JSONBody[SessionRequest],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        key: IdempotencyKey = None,
    ) -> Response[DebugSession]:
        """Debug an instance, a workflow that is started, or a document in a simulated world.

        An `Idempotency-Key` holds for as long as the engine is open, as sessions do: the same session, as it stands.
        """
        named = id_of_key(key) if key is not None and data.id is None and data.definition is not None else data.id

        async def open() -> str:
            return (await _opened(data, named, service)).id

        id, _ = await once(service.once_in_memory, key, limits, "debug", data, open, str)
        session = service.debugging.find(id)
        await session.settled(min(1.0, limits.wait_ms_max / 1000))
        headers = {"Location": f"/v1/debug/sessions/{session.id}"}
        return Response(DebugSession.of(session.view()), status_code=201, headers=headers)

    @get(opt=DEBUG, operation_id="listDebugSessions", responses=documented())
    async def list(self, service: NamedDependency[Service]) -> DebugSessions:
        """The sessions of this engine; some that have ended among them."""
        return DebugSessions(items=[DebugSession.of(each.view()) for each in service.debugging.all()])

    @get("/{id:str}", opt=DEBUG, operation_id="getDebugSession", responses=documented(404))
    async def one(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        stopping: NamedDependency[Stopping],
        request: Request[Any, Any, Any],
        wait: Wait = 0,
    ) -> DebugSession:
        """One session as it stands; with `wait`, once it is stopped or has ended."""
        found = service.debugging.find(id)
        if wait:
            seconds_max = min(wait, limits.wait_ms_max / 1000)
            await stopping.unless(found.settled(seconds_max), request.receive, seconds_max)
        return DebugSession.of(found.view())

    @post(
        "/{id:str}/commands",
        opt=DEBUG,
        operation_id="commandDebugSession",
        status_code=200,
        responses=documented(404, 409, 422),
    )
    async def command(
        self,
        id: FromPath[str],
        data: JSONBody[CommandRequest],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        key: IdempotencyKey = None,
    ) -> DebugSession:
        """Carry out a command; any of them renews the lease. `GET` with `wait` tells where it stops next.

        With an `Idempotency-Key`, once: a step whose answer was lost is not taken twice.
        """
        found = service.debugging.find(id)

        async def command() -> None:
            if data.command == "renew":
                service.debugging.lease(found, None)
            else:
                await carry_out(found, data.command, _given(data))

        await once(service.once_in_memory, key, limits, "command", [id, data], command, type(None))
        return DebugSession.of(found.view())

    @delete("/{id:str}", opt=DEBUG, operation_id="closeDebugSession", status_code=200, responses=documented(404))
    async def close(self, id: FromPath[str], service: NamedDependency[Service]) -> DebugSession:
        """End a session: what it holds goes on by itself."""
        found = service.debugging.find(id)
        await found.end(f"{found.owner} has ended it")
        return DebugSession.of(found.view())

    @get("/{id:str}/state", opt=DEBUG, operation_id="getDebugState", responses=documented(404, 422))
    async def state(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        at: At = None,
        instance: Annotated[str | None, QueryParameter(description="One of its sub-workflows.")] = None,
    ) -> State:
        """Time travel: state and data of what it debugs, at any point so far."""
        return State.of(await service.debugging.find(id).moment(at, instance))

    @get("/{id:str}/sources", opt=DEBUG, operation_id="getDebugSources", responses=documented(404))
    async def sources(self, id: FromPath[str], service: NamedDependency[Service]) -> Sources:
        """The documents that it executes."""
        return Sources(texts=dict(service.debugging.find(id).stage.texts()))

    @get(
        "/{id:str}/events",
        opt={**DEBUG, UNCOMPRESSED: True},
        operation_id="followDebugSession",
        media_type=MEDIA_TYPE,
        responses=documented(404)
        | {200: ResponseSpec(str, generate_examples=False, description="Server-sent events", media_type=MEDIA_TYPE)},
    )
    async def events(
        self, id: FromPath[str], service: NamedDependency[Service], stopping: NamedDependency[Stopping]
    ) -> Stream:
        """The session whenever it has changed, from how it stands now, until it has ended."""
        stopping.refuse_more()
        found = service.debugging.find(id)
        return Stream(_changes(found, stopping), media_type=MEDIA_TYPE, headers=STREAM_HEADERS)


async def _opened(data: SessionRequest, id: str | None, service: Service) -> Session:
    named = [data.instance is not None, data.definition is not None, data.simulation is not None]
    if sum(named) != 1:
        raise Refused("invalid-request", "give one of `instance`, `definition` and `simulation`")
    sessions = service.debugging
    breakpoints = [Breaks(on=each.on, task=each.task, condition=each.condition) for each in data.breakpoints]
    options: dict[str, Any] = {
        "lease_ms": data.lease_ms,
        "breakpoints": breakpoints,
        "stop_on_entry": data.stop_on_entry,
    }
    if data.instance is not None:
        return await sessions.attach(data.instance, data.owner, takeover=data.takeover, **options)
    if data.definition is not None:
        return await sessions.start(data.definition, data.input, data.owner, id=id, **options)
    assert data.simulation is not None
    story = {name: getattr(data.simulation, name) for name in data.simulation.__struct_fields__}
    document, others = story.pop("document"), story.pop("others")
    if story["input"] is msgspec.UNSET:
        story["input"] = sample_input(document)
    return sessions.simulate(service.suppose(document, story, others), data.owner, **options)


def _given(data: CommandRequest) -> dict[str, Any]:
    given = {name: getattr(data, name) for name in data.__struct_fields__ if name != "command"}
    return {name: value for name, value in given.items() if value is not msgspec.UNSET and value is not None} | (
        {} if data.value is msgspec.UNSET else {"value": data.value}
    )


async def _changes(session: Session, stopping: Stopping) -> AsyncIterator[bytes]:
    number = 0
    with session.watching() as changed, stopping.stream(changed):
        yield RETRY
        while not stopping.asked:
            changed.clear()
            view = session.view()
            number += 1
            yield message(str(number), view.state, msgspec.json.encode(DebugSession.of(view)))
            if view.ended is not None:
                return
            while not stopping.asked and not await moved(changed):
                yield HEARTBEAT
