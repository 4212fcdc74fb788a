# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `debugging`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from counterpoint.client.calls import Call, body_of, key_of
from counterpoint.client.connection import Connection
from counterpoint.client.sse import StreamEvent
from counterpoint.client.types.debugging import (
    BreakpointRequest,
    DebugSession,
    DebugSessions,
    Differences,
    ReplayAnswer,
    SeenAnswer,
    Simulation,
    Sources,
    State,
)


class DebuggingOperations(Connection):
    """Any point of the history of an instance: running, waiting, or ended. Only looks."""

    async def list_debug_sessions(self) -> DebugSessions:
        """The sessions of this engine; some that have ended among them."""
        answer: DebugSessions = await self._call(
            Call(method="GET", path="/v1/debug/sessions", repeatable=True), DebugSessions
        )
        return answer

    async def open_debug_session(
        self,
        owner: str,
        *,
        idempotency_key: str | None = None,
        instance: str | UnsetType | None = UNSET,
        definition: str | UnsetType | None = UNSET,
        input: Any | UnsetType = UNSET,
        id: str | UnsetType | None = UNSET,
        simulation: Simulation | UnsetType | None = UNSET,
        breakpoints: list[BreakpointRequest] | UnsetType = UNSET,
        stop_on_entry: bool | UnsetType = UNSET,
        lease_ms: int | UnsetType | None = UNSET,
        takeover: bool | UnsetType = UNSET,
    ) -> DebugSession:
        """Debug an instance, a workflow that is started, or a document in a simulated world.

        An `Idempotency-Key` holds for as long as the engine is open, as sessions do: the same session, as
        it stands.

        `idempotency_key`: The same key and request: the same thing, made once.

        `owner`: Who debugs, for others to see.

        `input`: Of the instance that is started.

        `id`: Of the instance that is started.

        `lease_ms`: How long the session lives without a request; then the instance goes on by itself.

        `takeover`: End the session of somebody else on the same instance.
        """
        key = key_of(idempotency_key, id)
        answer: DebugSession = await self._call(
            Call(
                method="POST",
                path="/v1/debug/sessions",
                headers={"Idempotency-Key": key},
                body=body_of(
                    {
                        "owner": owner,
                        "instance": instance,
                        "definition": definition,
                        "input": input,
                        "id": id,
                        "simulation": simulation,
                        "breakpoints": breakpoints,
                        "stopOnEntry": stop_on_entry,
                        "leaseMs": lease_ms,
                        "takeover": takeover,
                    }
                ),
                repeatable=key is not None,
            ),
            DebugSession,
        )
        return answer

    async def get_debug_session(self, id: str, *, wait: float | None = None) -> DebugSession:
        """One session as it stands; with `wait`, once it is stopped or has ended.

        `wait`: Seconds to wait until it is stopped or has ended.
        """
        answer: DebugSession = await self._call(
            Call(
                method="GET",
                path="/v1/debug/sessions/{id}",
                arguments={"id": id},
                query={"wait": wait},
                repeatable=True,
            ),
            DebugSession,
        )
        return answer

    async def close_debug_session(self, id: str) -> DebugSession:
        """End a session: what it holds goes on by itself."""
        answer: DebugSession = await self._call(
            Call(method="DELETE", path="/v1/debug/sessions/{id}", arguments={"id": id}, repeatable=True), DebugSession
        )
        return answer

    async def command_debug_session(
        self,
        id: str,
        command: Literal[
            "break", "clear", "continue", "edit", "fail", "into", "out", "output", "over", "pause", "renew"
        ],
        *,
        idempotency_key: str | None = None,
        error: dict[str, Any] | UnsetType | None = UNSET,
        value: Any | UnsetType = UNSET,
        what: Literal["context", "data"] | UnsetType = UNSET,
        on: Literal["fault", "task", "undo"] | UnsetType = UNSET,
        task: str | UnsetType | None = UNSET,
        condition: str | UnsetType | None = UNSET,
        breakpoint: int | UnsetType | None = UNSET,
    ) -> DebugSession:
        """Carry out a command; any of them renews the lease. `GET` with `wait` tells where it stops next.

        With an `Idempotency-Key`, once: a step whose answer was lost is not taken twice.

        `idempotency_key`: The same key and request: the same thing, made once.

        `error`: `fail`: the error of the task that would start: `type` (a URI, or `communication` ...),
        `status`, `detail`.

        `value`: `output`: the task's raw output, it does not act. `edit`: the new value.

        `what`: `edit`: the data that flows into the task, or the context.

        `on`: `break`: see `breakpoints`.

        `breakpoint`: `clear`: the id of the breakpoint.
        """
        key = key_of(idempotency_key)
        answer: DebugSession = await self._call(
            Call(
                method="POST",
                path="/v1/debug/sessions/{id}/commands",
                arguments={"id": id},
                headers={"Idempotency-Key": key},
                body=body_of(
                    {
                        "command": command,
                        "error": error,
                        "value": value,
                        "what": what,
                        "on": on,
                        "task": task,
                        "condition": condition,
                        "breakpoint": breakpoint,
                    }
                ),
                repeatable=key is not None,
            ),
            DebugSession,
        )
        return answer

    def follow_debug_session(self, id: str) -> AsyncIterator[StreamEvent]:
        """The session whenever it has changed, from how it stands now, until it has ended."""
        return self._stream(
            Call(
                method="GET",
                path="/v1/debug/sessions/{id}/events",
                arguments={"id": id},
                accept="text/event-stream",
                repeatable=True,
            ),
            None,
        )

    async def get_debug_sources(self, id: str) -> Sources:
        """The documents that it executes."""
        answer: Sources = await self._call(
            Call(method="GET", path="/v1/debug/sessions/{id}/sources", arguments={"id": id}, repeatable=True), Sources
        )
        return answer

    async def get_debug_state(self, id: str, *, at: str | None = None, instance: str | None = None) -> State:
        """Time travel: state and data of what it debugs, at any point so far.

        `at`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.
        Without it, as it stands.

        `instance`: One of its sub-workflows.
        """
        answer: State = await self._call(
            Call(
                method="GET",
                path="/v1/debug/sessions/{id}/state",
                arguments={"id": id},
                query={"at": at, "instance": instance},
                repeatable=True,
            ),
            State,
        )
        return answer

    async def get_difference(self, id: str, from_: str, *, to: str | None = None) -> Differences:
        """In what two points differ. Tasks (`/tasks/7/output`) and the log are named by run.

        `from_`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.

        `to`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.
        Without it, as it stands.
        """
        answer: Differences = await self._call(
            Call(
                method="GET",
                path="/v1/instances/{id}/diff",
                arguments={"id": id},
                query={"from": from_, "to": to},
                repeatable=True,
            ),
            Differences,
        )
        return answer

    async def replay_instance(
        self,
        id: str,
        *,
        document: str | UnsetType | None = UNSET,
        against: str | UnsetType | None = UNSET,
        answers: dict[str, Any] | UnsetType = UNSET,
        faults: list[dict[str, Any]] | UnsetType = UNSET,
        unanswered: Literal["empty", "generate", "stop"] | UnsetType = UNSET,
    ) -> ReplayAnswer:
        """Play an instance that has ended again, and say in what it differs: effects, undos, data, time.

        `answers`: By task, as in a scenario: in the place of what was recorded.

        `unanswered`: What a call gets for which nothing is recorded.
        """
        answer: ReplayAnswer = await self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/replay",
                arguments={"id": id},
                body=body_of(
                    {
                        "document": document,
                        "against": against,
                        "answers": answers,
                        "faults": faults,
                        "unanswered": unanswered,
                    }
                ),
            ),
            ReplayAnswer,
        )
        return answer

    async def get_seen_data(self, id: str, task: str) -> SeenAnswer:
        """What the expressions of a task saw in its last run: data to write expressions with.

        `task`: JSON pointer of the task in the document: `/do/0/charge`.
        """
        answer: SeenAnswer = await self._call(
            Call(
                method="GET",
                path="/v1/instances/{id}/seen",
                arguments={"id": id},
                query={"task": task},
                repeatable=True,
            ),
            SeenAnswer,
        )
        return answer

    async def get_state(self, id: str, *, at: str | None = None) -> State:
        """State and data at one point: tasks, context, compensation log, what it waits for, and owed effects.

        `at`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.
        Without it, as it stands.
        """
        answer: State = await self._call(
            Call(
                method="GET", path="/v1/instances/{id}/state", arguments={"id": id}, query={"at": at}, repeatable=True
            ),
            State,
        )
        return answer
