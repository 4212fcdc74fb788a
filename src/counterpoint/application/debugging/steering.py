"""Debugging for programs that have an engine: sessions whose methods are the commands of HTTP and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, TypedDict, Unpack

from counterpoint.application.debugging.desk import carry_out
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.sessions import Breaks, DebugSessions
from counterpoint.application.debugging.showing import SessionView
from counterpoint.application.moments import Moment
from counterpoint.application.publishing import DefinitionRef, read_document
from counterpoint.application.rehearsing import sample_input
from counterpoint.application.supposing import Supposed
from counterpoint.values.json import JsonObject, JsonValue

SECONDS: Final = 10.0
"""How long a move waits where nothing is said."""


class Terms(TypedDict, total=False):
    """On what terms a session is opened."""

    breakpoints: Iterable[Breaks]
    stop_on_entry: bool
    """Whether it stops at the first task that comes (it does where nothing is said)."""
    lease_ms: int | None
    """How long it lives without a command, 60 s where nothing is said. Then what it holds goes on by itself."""


class DebugSession:
    """One debug session. As a context, it is closed at the end of it.

    Moves (`continue_`, `over`, `into`, `out`, `fail`, `output`) give the session once it is stopped again or has ended,
    or as it stands after `timeout` seconds. All commands renew the lease. They raise Conflict where the session is not
    stopped, or has ended.
    """

    def __init__(self, session: Session, sessions: DebugSessions) -> None:
        self._session = session
        self._sessions = sessions

    async def __aenter__(self) -> DebugSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def id(self) -> str:
        """Names the session, for HTTP too."""
        return self._session.id

    def view(self) -> SessionView:
        """The session as it stands."""
        return self._session.view()

    async def wait(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109 (a convenience)
        """The session once it is stopped or has ended, or as it stands after `timeout` seconds."""
        return await self._session.settled(timeout)

    async def continue_(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Go to the next breakpoint."""
        return await self._move(timeout, "continue")

    async def over(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Go to the next task."""
        return await self._move(timeout, "over")

    async def into(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Go to the next task within this one; a sub-workflow is within."""
        return await self._move(timeout, "into")

    async def out(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Go to the next task outside of what is around this one."""
        return await self._move(timeout, "out")

    async def pause(self, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Stop at whatever comes next."""
        return await self._move(timeout, "pause")

    async def fail(self, error: JsonObject | None = None, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Let the task fail without acting: `{"type", "status", "title", "detail"}`. Raises InvalidInput too."""
        return await self._move(timeout, "fail", error=error)

    async def output(self, value: JsonValue, timeout: float = SECONDS) -> SessionView:  # noqa: ASYNC109
        """Give the task this raw output; it does not act. Raises InvalidInput too."""
        return await self._move(timeout, "output", value=value)

    async def edit(self, what: str, value: JsonValue) -> SessionView:
        """Replace the `data` that flows into the task, or its `context`. Raises InvalidInput too."""
        return await self._command("edit", what=what, value=value)

    async def break_at(self, task: str | None = None, *, on: str = "task", condition: str | None = None) -> int:
        """Stop where `on` (task, fault or undo) comes, of this task (its name or JSON pointer) or of any; its number.

        `condition` is jq. Raises InvalidInput, LimitExceeded.
        """
        view = await self._command("break", on=on, task=task, condition=condition)
        return view.breakpoints[-1].id

    async def clear(self, breakpoint: int) -> SessionView:
        """Stop there no more. Raises NotFound."""
        return await self._command("clear", breakpoint=breakpoint)

    async def moment(self, at: str | None = None, instance: str | None = None) -> Moment:
        """Time travel: what it debugs, or a sub-workflow of it, at a place of its history (`3.1`), or now.

        Raises NotFound, InvalidInput.
        """
        return await self._session.moment(at, instance)

    def texts(self) -> Mapping[str, str]:
        """The documents that it executes, by `namespace/name:version`."""
        return self._session.stage.texts()

    def renew(self, lease_ms: int | None = None) -> None:
        """Begin the lease anew, with another length where one is given. Raises InvalidInput."""
        self._sessions.lease(self._session, lease_ms)

    async def close(self) -> SessionView:
        """End it: what it holds goes on by itself."""
        await self._session.end(f"{self._session.owner} has ended it")
        return self.view()

    async def _command(self, command: str, **given: JsonValue) -> SessionView:
        await carry_out(self._session, command, given)
        return self.view()

    async def _move(self, seconds: float, command: str, **given: JsonValue) -> SessionView:
        await carry_out(self._session, command, given)
        return await self._session.settled(seconds)


class Debugging:
    """Opens debug sessions, and finds them. Each belongs to its engine, and ends with it."""

    def __init__(self, sessions: DebugSessions, suppose: Callable[[str, JsonObject, Sequence[str]], Supposed]) -> None:
        self._sessions = sessions
        self._suppose = suppose

    def all(self) -> list[DebugSession]:
        """The sessions, those of others too; some that have ended are among them."""
        return [self._of(each) for each in self._sessions.all()]

    def find(self, id: str) -> DebugSession:
        """Raises NotFound."""
        return self._of(self._sessions.find(id))

    async def attach(
        self, instance: str, owner: str, *, takeover: bool = False, **terms: Unpack[Terms]
    ) -> DebugSession:
        """Debug an instance that runs or waits.

        Raises NotFound, Conflict (it has ended, or somebody else debugs it and `takeover` is not asked for),
        InvalidInput, LimitExceeded.
        """
        return await self._stopped(await self._sessions.attach(instance, owner, takeover=takeover, **terms))

    async def start(
        self,
        definition: DefinitionRef | str,
        input: JsonValue,
        owner: str,
        *,
        id: str | None = None,
        **terms: Unpack[Terms],
    ) -> DebugSession:
        """Start an instance that is held at its first task. Raises what `Engine.start` and `attach` raise."""
        return await self._stopped(await self._sessions.start(str(definition), input, owner, id=id, **terms))

    async def simulate(
        self,
        document: str | Path,
        owner: str,
        *,
        story: JsonObject | None = None,
        others: Sequence[str | Path] = (),
        **terms: Unpack[Terms],
    ) -> DebugSession:
        """Debug a document in a simulated world, where time stands still and nothing outside is touched.

        `story` has members of a scenario: `input`, `answers`, `faults`, `events`, `actions`, ...; `others` are the
        workflows that it runs. Raises InvalidDocument, InvalidInput, LimitExceeded.
        """
        text, *rest = (_text(each) for each in (document, *others))
        told = dict(story or {})
        if "input" not in told:
            told["input"] = sample_input(text)
        supposed = self._suppose(text, told, rest)
        return await self._stopped(self._sessions.simulate(supposed, owner, **terms))

    async def _stopped(self, session: Session) -> DebugSession:
        """Once it is stopped, where that is soon."""
        await session.settled(1.0)
        return self._of(session)

    def _of(self, session: Session) -> DebugSession:
        return DebugSession(session, self._sessions)


def _text(document: str | Path) -> str:
    text, _ = read_document(document)
    return text if isinstance(text, str) else text.decode("utf-8", "replace")
