"""`counterpoint.sync.Engine`: the engine for programs without an event loop. It runs on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, Unpack

from counterpoint.application import DefinitionRef, InstanceView
from counterpoint.application.acting import Acted, Action, Selected
from counterpoint.application.bulk import BulkStart
from counterpoint.application.comparing import Comparison
from counterpoint.application.debugging import steering
from counterpoint.application.debugging.replaying import ITS_OWN, Asked, Replay
from counterpoint.application.debugging.showing import SessionView
from counterpoint.application.debugging.steering import SECONDS, Terms
from counterpoint.application.lifecycle import Sunset
from counterpoint.application.moments import Moment
from counterpoint.application.publishing import UNNAMED
from counterpoint.application.selecting import Count, Wanted
from counterpoint.application.starting import Started
from counterpoint.bootstrap import Engine as AsyncEngine
from counterpoint.engine.forking import ForkPlan
from counterpoint.errors import CounterpointError
from counterpoint.ports.store import InstanceRow, VersionState
from counterpoint.values.difference import Change
from counterpoint.values.json import JsonObject, JsonValue

T = TypeVar("T")
P = ParamSpec("P")


class Do(Protocol):
    """Carries work out on the loop of an engine."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


class DebugSession:
    """As `counterpoint.application.debugging.steering.DebugSession`, method for method, blocking."""

    def __init__(self, session: steering.DebugSession, do: Do) -> None:
        self._session = session
        self._do = do

    def __enter__(self) -> DebugSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def id(self) -> str:
        """Names the session, for HTTP too."""
        return self._session.id

    def view(self) -> SessionView:
        """The session as it stands."""
        return self._do(_called(self._session.view))

    def wait(self, timeout: float = SECONDS) -> SessionView:
        """The session once it is stopped or has ended, or as it stands after `timeout` seconds."""
        return self._do(self._session.wait(timeout))

    def continue_(self, timeout: float = SECONDS) -> SessionView:
        """Go to the next breakpoint."""
        return self._do(self._session.continue_(timeout))

    def over(self, timeout: float = SECONDS) -> SessionView:
        """Go to the next task."""
        return self._do(self._session.over(timeout))

    def into(self, timeout: float = SECONDS) -> SessionView:
        """Go to the next task within this one."""
        return self._do(self._session.into(timeout))

    def out(self, timeout: float = SECONDS) -> SessionView:
        """Go to the next task outside of what is around this one."""
        return self._do(self._session.out(timeout))

    def pause(self, timeout: float = SECONDS) -> SessionView:
        """Stop at whatever comes next."""
        return self._do(self._session.pause(timeout))

    def fail(self, error: JsonObject | None = None, timeout: float = SECONDS) -> SessionView:
        """Let the task fail without acting."""
        return self._do(self._session.fail(error, timeout))

    def output(self, value: JsonValue, timeout: float = SECONDS) -> SessionView:
        """Give the task this raw output; it does not act."""
        return self._do(self._session.output(value, timeout))

    def edit(self, what: str, value: JsonValue) -> SessionView:
        """Replace the `data` that flows into the task, or its `context`."""
        return self._do(self._session.edit(what, value))

    def break_at(self, task: str | None = None, *, on: str = "task", condition: str | None = None) -> int:
        """Stop there; the number of the breakpoint."""
        return self._do(self._session.break_at(task, on=on, condition=condition))

    def clear(self, breakpoint: int) -> SessionView:
        """Stop there no more."""
        return self._do(self._session.clear(breakpoint))

    def moment(self, at: str | None = None, instance: str | None = None) -> Moment:
        """Time travel."""
        return self._do(self._session.moment(at, instance))

    def texts(self) -> Mapping[str, str]:
        """The documents that it executes."""
        return self._do(_called(self._session.texts))

    def renew(self, lease_ms: int | None = None) -> None:
        """Begin the lease anew."""
        self._do(_called(self._session.renew, lease_ms))

    def close(self) -> SessionView:
        """End it: what it holds goes on by itself."""
        return self._do(self._session.close())


class Debugging:
    """As `counterpoint.Engine.debugging`, blocking."""

    def __init__(self, engine: AsyncEngine, do: Do) -> None:
        self._engine = engine
        self._do = do

    def all(self) -> list[DebugSession]:
        """The sessions, those of others too."""
        return [self._of(each) for each in self._do(_called(self._engine.debugging.all))]

    def find(self, id: str) -> DebugSession:
        """Raises NotFound."""
        return self._of(self._do(_called(self._engine.debugging.find, id)))

    def attach(self, instance: str, owner: str, *, takeover: bool = False, **terms: Unpack[Terms]) -> DebugSession:
        """Debug an instance that runs or waits."""
        return self._of(self._do(self._engine.debugging.attach(instance, owner, takeover=takeover, **terms)))

    def start(
        self,
        definition: DefinitionRef | str,
        input: JsonValue,
        owner: str,
        *,
        id: str | None = None,
        **terms: Unpack[Terms],
    ) -> DebugSession:
        """Start an instance that is held at its first task."""
        return self._of(self._do(self._engine.debugging.start(definition, input, owner, id=id, **terms)))

    def simulate(
        self,
        document: str | Path,
        owner: str,
        *,
        story: JsonObject | None = None,
        others: Sequence[str | Path] = (),
        **terms: Unpack[Terms],
    ) -> DebugSession:
        """Debug a document in a simulated world."""
        simulated = self._engine.debugging.simulate(document, owner, story=story, others=others, **terms)
        return self._of(self._do(simulated))

    def _of(self, session: steering.DebugSession) -> DebugSession:
        return DebugSession(session, self._do)


async def _called(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What belongs to the loop is called on its thread."""
    return function(*args, **kwargs)


class Engine:
    """As `counterpoint.Engine`, method for method, blocking. Safe to use from several threads."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="counterpoint", daemon=True)

    @classmethod
    def embedded(cls, path: str | PathLike[str] | None = None, **options: Any) -> Engine:
        """See `counterpoint.Engine.embedded`; takes the same options."""
        return cls(AsyncEngine.embedded(path, **options))

    def __enter__(self) -> Engine:
        self._thread.start()
        try:
            self._do(self._engine.open())
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._do(self._engine.close())
        finally:
            self._stop()

    def publish(self, document: str | bytes | Path, source: str = UNNAMED) -> DefinitionRef:
        """See `counterpoint.Engine.publish`."""
        return self._do(self._engine.publish(document, source))

    def start(
        self,
        definition: DefinitionRef | str,
        input: JsonValue = None,
        id: str | None = None,
        *,
        business_key: str | None = None,
    ) -> str:
        """See `counterpoint.Engine.start`; None is the empty input."""
        value = {} if input is None else input
        return self._do(self._engine.start(definition, value, id, business_key=business_key))

    def start_many(self, starts: Sequence[BulkStart], key: str | None = None) -> list[Started | CounterpointError]:
        """See `counterpoint.Engine.start_many`."""
        return self._do(self._engine.start_many(starts, key))

    def result(self, id: str, timeout: float | None = None, *, unmask: bool = False) -> InstanceView:
        """See `counterpoint.Engine.result`."""
        return self._do(self._engine.result(id, timeout, unmask=unmask))

    def inspect(self, id: str, *, unmask: bool = False) -> InstanceView:
        """See `counterpoint.Engine.inspect`."""
        return self._do(self._engine.inspect(id, unmask=unmask))

    def history(self, id: str, after: int = 0, limit: int | None = None, *, unmask: bool = False) -> list[JsonObject]:
        """See `counterpoint.Engine.history`."""
        return self._do(self._engine.history(id, after, limit, unmask=unmask))

    def moment(self, id: str, at: str | None = None) -> Moment:
        """See `counterpoint.Engine.moment`."""
        return self._do(self._engine.moment(id, at))

    def difference(self, id: str, before: str, after: str | None = None) -> Sequence[Change]:
        """See `counterpoint.Engine.difference`."""
        return self._do(self._engine.difference(id, before, after))

    def replay(self, id: str, against: DefinitionRef | str | Path | None = None, asked: Asked = ITS_OWN) -> Replay:
        """See `counterpoint.Engine.replay`."""
        return self._do(self._engine.replay(id, against, asked))

    @property
    def debugging(self) -> Debugging:
        """See `counterpoint.Engine.debugging`."""
        return Debugging(self._engine, self._do)

    def browse(self, *, before: int | None = None, limit: int = 100, **wanted: Unpack[Wanted]) -> Sequence[InstanceRow]:
        """See `counterpoint.Engine.list`."""
        return self._do(self._engine.list(before=before, limit=limit, **wanted))

    def due(
        self, *, after: tuple[int, int] | None = None, limit: int = 100, **wanted: Unpack[Wanted]
    ) -> Sequence[InstanceRow]:
        """See `counterpoint.Engine.due`."""
        return self._do(self._engine.due(after=after, limit=limit, **wanted))

    def count(self, **wanted: Unpack[Wanted]) -> Count:
        """See `counterpoint.Engine.count`."""
        return self._do(self._engine.count(**wanted))

    def deliver(self, event: JsonObject) -> None:
        """See `counterpoint.Engine.deliver`."""
        self._do(self._engine.deliver(event))

    def cancel(self, id: str, *, abandon: bool = False, reason: str | None = None) -> None:
        """See `counterpoint.Engine.cancel`."""
        self._do(self._engine.cancel(id, abandon=abandon, reason=reason))

    def suspend(self, id: str, reason: str | None = None) -> None:
        """See `counterpoint.Engine.suspend`."""
        self._do(self._engine.suspend(id, reason))

    def resume(self, id: str, reason: str | None = None) -> None:
        """See `counterpoint.Engine.resume`."""
        self._do(self._engine.resume(id, reason))

    def terminate(self, id: str, reason: str | None = None) -> None:
        """See `counterpoint.Engine.terminate`."""
        self._do(self._engine.terminate(id, reason))

    def plan_fork(self, id: str, at: int) -> ForkPlan:
        """See `counterpoint.Engine.plan_fork`."""
        return self._do(self._engine.plan_fork(id, at))

    def fork(
        self, id: str, at: int, *, reason: str, fork_id: str | None = None, business_key: str | None = None
    ) -> str:
        """See `counterpoint.Engine.fork`."""
        return self._do(self._engine.fork(id, at, reason=reason, fork_id=fork_id, business_key=business_key))

    def select(self, **wanted: Unpack[Wanted]) -> Selected:
        """See `counterpoint.Engine.select`."""
        return self._do(self._engine.select(**wanted))

    def act(
        self, action: Action, *, reason: str | None = None, token: str | None = None, **wanted: Unpack[Wanted]
    ) -> Sequence[Acted]:
        """See `counterpoint.Engine.act`."""
        return self._do(self._engine.act(action, reason=reason, token=token, **wanted))

    def signal(self, id: str, event: JsonObject) -> bool:
        """See `counterpoint.Engine.signal`."""
        return self._do(self._engine.signal(id, event))

    def retry(self, id: str, run: int | None = None, reason: str | None = None) -> None:
        """See `counterpoint.Engine.retry`."""
        self._do(self._engine.retry(id, run, reason))

    def resolve(
        self, id: str, run: int, action: str, *, reason: str | None = None, input: tuple[JsonValue] | None = None
    ) -> None:
        """See `counterpoint.Engine.resolve`."""
        self._do(self._engine.resolve(id, run, action, reason=reason, input=input))

    def compensate(self, id: str, reason: str | None = None) -> None:
        """See `counterpoint.Engine.compensate`."""
        self._do(self._engine.compensate(id, reason))

    def versions(self, workflow: str) -> Sequence[tuple[DefinitionRef, VersionState]]:
        """See `counterpoint.Engine.versions`."""
        return self._do(self._engine.versions(workflow))

    def deprecate(
        self,
        definition: DefinitionRef | str,
        *,
        sunset: Sunset = None,
        replacement: DefinitionRef | str | None = None,
        reason: str | None = None,
    ) -> None:
        """See `counterpoint.Engine.deprecate`."""
        self._do(self._engine.deprecate(definition, sunset=sunset, replacement=replacement, reason=reason))

    def undeprecate(self, definition: DefinitionRef | str, *, reason: str | None = None) -> None:
        """See `counterpoint.Engine.undeprecate`."""
        self._do(self._engine.undeprecate(definition, reason=reason))

    def compare(self, before: DefinitionRef | str, after: DefinitionRef | str | Path) -> Comparison:
        """See `counterpoint.Engine.compare`."""
        return self._do(self._engine.compare(before, after))

    def retire(self, definition: DefinitionRef | str, *, reason: str | None = None) -> None:
        """See `counterpoint.Engine.retire`."""
        self._do(self._engine.retire(definition, reason=reason))

    def run_schedules(self) -> None:
        """See `counterpoint.Engine.run_schedules`."""
        self._do(self._engine.run_schedules())

    def on_lifecycle(self, subscriber: Callable[[JsonObject], Any]) -> None:
        """See `counterpoint.Engine.on_lifecycle`; called on the engine's thread."""

        async def subscribe() -> None:
            self._engine.on_lifecycle(subscriber)

        self._do(subscribe())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
