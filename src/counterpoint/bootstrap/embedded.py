"""`Engine`: Counterpoint inside a Python program."""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Unpack

import msgspec

from counterpoint.application.acting import Acted, Action, Selected
from counterpoint.application.bulk import BulkStart
from counterpoint.application.comparing import Comparison
from counterpoint.application.debugging.replaying import ITS_OWN, Asked, Replay
from counterpoint.application.definitions import Definitions
from counterpoint.application.following import Following, follow
from counterpoint.application.instances import Instances
from counterpoint.application.intake import Intake
from counterpoint.application.lifecycle import Sunset
from counterpoint.application.moments import Moment
from counterpoint.application.publishing import UNNAMED, DefinitionRef, Publisher, read_document
from counterpoint.application.selecting import Count, Wanted
from counterpoint.application.service import Service
from counterpoint.application.starting import Started
from counterpoint.application.views import InstanceView
from counterpoint.bootstrap.connecting import Connected
from counterpoint.bootstrap.eventing import EventSettings, wire
from counterpoint.bootstrap.secrets import secrets_of
from counterpoint.bootstrap.telemetry import Telemetry
from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.circuits import CircuitSettings
from counterpoint.connectors.process.policy import ProcessPolicy
from counterpoint.engine.clock import SystemClock, VirtualClock
from counterpoint.engine.forking import ForkPlan
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.routes import Destination
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import CounterpointError, DeprecatedVersion
from counterpoint.expressions import Compiler
from counterpoint.masking import unmasked
from counterpoint.ports.clock import Clock
from counterpoint.ports.connector import Connector
from counterpoint.ports.secrets import Secrets
from counterpoint.ports.store import InstanceRow, Store, VersionState
from counterpoint.stores.memory import MemoryStore
from counterpoint.stores.sqlite import SqliteStore
from counterpoint.telemetry.settings import TelemetrySettings
from counterpoint.values.difference import Change
from counterpoint.values.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from counterpoint.application.debugging.steering import Debugging

_CLOSED: Final = "the engine is not open: use `async with Engine.embedded(...) as engine`"


class Engine:
    """An engine and its store. Use it as an async context manager; it belongs to one event loop.

    async with Engine.embedded("orders.db", functions=[charge]) as engine:
        order = await engine.publish(Path("order.yaml"))
        view = await engine.result(await engine.start(order, input={"id": 7}))
    """

    def __init__(self, open_runtime: Callable[[], tuple[Runtime, Service, Intake, Telemetry | None]]) -> None:
        """Use `embedded`."""
        self._open = open_runtime
        self._runtime: Runtime | None = None
        self._telemetry: Telemetry | None = None
        self._service: Service
        self._intake: Intake

    @classmethod
    def embedded(
        cls,
        path: str | PathLike[str] | None = None,
        *,
        functions: Iterable[Any] = (),
        secrets: Secrets | Mapping[str, JsonValue] | None = None,
        network: NetworkPolicy | None = None,
        processes: ProcessPolicy | None = None,
        resources: Iterable[str] = (),
        connectors: Iterable[Connector] = (),
        events: EventSettings | None = None,
        destinations: Sequence[Destination] | None = None,
        limits: EngineLimits | None = None,
        clock: Clock | None = None,
        store: Store | None = None,
        careful: bool = False,
        telemetry: TelemetrySettings | None = None,
        circuits: CircuitSettings | None = None,
        schedules: bool = False,
    ) -> Engine:
        """An engine on the SQLite file at `path`, or in memory.

        `functions`: Python functions that workflows may call (`@function`), beside those of installed packages.
        `network`, `processes`: where calls may go and what may be run. `resources`: directories from which documents
        may be read. `connectors`: further ones, which win over ours. `events`: where events come from and go to; keys
        are named there and found in `secrets`. `destinations`: further sinks, of your own. `store`: another one instead
        of `path`.
        `careful`: opening raises MissingFunctions where unfinished instances call functions that are not there, instead
        of letting those calls fail. `telemetry`: traces and metrics, which need the extra `telemetry`. `circuits`: when
        a destination of calls counts as down. `schedules`: this engine will keep them; what
        is in its inbox waits until `run_schedules` is called, so that no event is handled without them.
        """
        clock, limits = clock or SystemClock(), limits or EngineLimits()
        listed, further = tuple(functions), tuple(connectors)

        def open_runtime() -> tuple[Runtime, Service, Intake, Telemetry | None]:
            connected = Connected(listed, network, processes, resources, further, clock, circuits)
            wanted = telemetry is not None and telemetry.wanted
            observing = Telemetry(telemetry, connected.circuits) if telemetry is not None and wanted else None
            known = secrets_of(secrets)
            wired = wire(events or EventSettings(), known, connected.client, clock)
            sinks = None if events is None and destinations is None else [*wired.destinations, *(destinations or ())]
            compiler = Compiler()
            chosen = store or (MemoryStore() if path is None else SqliteStore(path))
            runtime = Runtime(
                chosen,
                clock,
                known,
                connected.connectors,
                limits,
                compiler,
                owner=f"{socket.gethostname()}:{os.getpid()}",
                shared=path is not None and store is None,
                destinations=sinks,
                careful=careful,
                observer=None if observing is None else observing.observer,
                schedules=schedules,
            )
            if isinstance(clock, VirtualClock):
                clock.watch(lambda: runtime.idle)
            read_only = frozenset(each.name for each in connected.registered if each.read_only)
            publisher = Publisher(runtime.library, compiler, connected.fetch, connected.functions, read_only)
            definitions = Definitions(runtime, publisher, compiler, connected.functions, connected.registered)
            service = Service(runtime, definitions, compiler, wired.endpoints)
            return runtime, service, Intake(wired.sources, service.events, clock), observing

        return cls(open_runtime)

    async def __aenter__(self) -> Engine:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Take the store and go on with what is unfinished. Raises StoreLocked, StoreTooNew, StoreUnavailable."""
        runtime, service, intake, telemetry = self._open()
        try:
            await runtime.start()
        except BaseException:
            await runtime.close()
            if telemetry is not None:
                await telemetry.close()
            raise
        self._runtime, self._service, self._intake, self._telemetry = runtime, service, intake, telemetry
        intake.run()
        if telemetry is not None:
            await telemetry.run(runtime, service)

    async def close(self) -> None:
        """Stop. Effects in flight are interrupted and owed again when an engine opens the store next."""
        runtime, self._runtime = self._runtime, None
        telemetry, self._telemetry = self._telemetry, None
        if runtime is not None:
            await self._intake.close()
        if telemetry is not None:
            await telemetry.stop()
        if runtime is not None:
            await self._service.close()
            await runtime.close()
        if telemetry is not None:
            await telemetry.close()

    @property
    def runtime(self) -> Runtime:
        """What is inside. Raises CounterpointError where the engine is not open."""
        if self._runtime is None:
            raise CounterpointError(_CLOSED)
        return self._runtime

    @property
    def service(self) -> Service:
        """All use cases, for whoever serves them to others. Raises CounterpointError where the engine is not open."""
        if self._runtime is None:
            raise CounterpointError(_CLOSED)
        return self._service

    async def publish(self, document: str | bytes | Path, source: str = UNNAMED) -> DefinitionRef:
        """Publish a document, given as text (which diagnostics call `source`) or as a Path.

        The same content may be published again. Raises InvalidDocument, Conflict (its version has other content),
        InvalidInput (the file cannot be read).
        """
        text, source = read_document(document, source)
        published, _ = await self.service.definitions.publish(text, source)
        return published

    async def start(
        self,
        definition: DefinitionRef | str,
        input: JsonValue | msgspec.UnsetType = msgspec.UNSET,
        id: str | None = None,
        *,
        business_key: str | None = None,
    ) -> str:
        """Start an instance and return its id once that is durable. The input is `{}` where none is given.

        `business_key` is what people call it, such as an order number; need not be unique.

        A deprecated version warns (DeprecatedVersion). Raises NotFound (no such definition), Conflict (the id is
        taken), Withdrawn (the version can no longer be started), InvalidInput (no JSON), LimitExceeded.
        """
        given = {} if input is msgspec.UNSET else input
        with self._calling():
            started = await self.service.starting.start(str(definition), given, id, business_key)
        if started.caution is not None:
            warnings.warn(started.caution.message, DeprecatedVersion, stacklevel=2)
        return started.id

    async def start_many(
        self, starts: Sequence[BulkStart], key: str | None = None
    ) -> list[Started | CounterpointError]:
        """Start many instances, 10,000 at most; what became of each, in their order, once that is durable.

        The fault of one harms no other. `key` makes the whole request repeatable: what it has started stays the same.
        Raises LimitExceeded, StoreError before anything is started.
        """
        return await self.service.bulk.start(starts, key)

    async def result(
        self,
        id: str,
        timeout: float | None = None,  # noqa: ASYNC109 (a convenience)
        *,
        unmask: bool = False,
    ) -> InstanceView:
        """The instance once it has ended, or is suspended by an incident. Raises NotFound, TimeoutError (seconds).

        What its schemas mark as sensitive is masked, in the output too, unless `unmask` asks for it.
        """
        with _seen(unmask):
            return await self._of().result(id, timeout)

    async def inspect(self, id: str, *, unmask: bool = False) -> InstanceView:
        """The instance as it stands; `unmask` as for `result`. Raises NotFound."""
        with _seen(unmask):
            return await self._of().inspect(id)

    async def history(
        self, id: str, after: int = 0, limit: int | None = None, *, unmask: bool = False
    ) -> list[JsonObject]:
        """What has happened to the instance, as JSON objects: its transitions after number `after`.

        `unmask` as for `result`. Raises NotFound.
        """
        with _seen(unmask):
            return await self._of().history(id, after, limit)

    async def moment(self, id: str, at: str | None = None) -> Moment:
        """The instance as it was at a place of its history (`3.1`; `3` for all of transition 3), or as it stands.

        Raises NotFound, InvalidInput (no such place).
        """
        return await self.service.travel.moment(id, at)

    async def difference(self, id: str, before: str, after: str | None = None) -> Sequence[Change]:
        """In what two places of its history differ. Raises as `moment`."""
        return await self.service.travel.difference(id, before, after)

    async def replay(
        self, id: str, against: DefinitionRef | str | Path | None = None, asked: Asked = ITS_OWN
    ) -> Replay:
        """What a version (a reference, or a Path to a document), or other mocks, would have made of an instance.

        Raises NotFound, InvalidDocument, InvalidInput (it has not ended, or cannot be played again).
        """
        if isinstance(against, Path):
            text, _ = read_document(against)
            return await self.service.replay(
                id, asked, document=str(text, "utf-8") if isinstance(text, bytes) else text
            )
        return await self.service.replay(id, asked, against=None if against is None else str(against))

    @property
    def debugging(self) -> Debugging:
        """Opens debug sessions on instances, on workflows that are started, and on documents in a simulated world.

        Raises CounterpointError where the engine is not open.
        """
        from counterpoint.application.debugging.steering import Debugging

        return Debugging(self.service.debugging, self.service.suppose)

    async def follow(self, id: str) -> Following:
        """Read the instance's history as it grows, transition by transition. Raises NotFound."""
        runtime = self.runtime
        return await follow(id, runtime.store, runtime.archive, runtime.library)

    async def versions(self, workflow: str) -> Sequence[tuple[DefinitionRef, VersionState]]:
        """All versions of `namespace/name`, the highest first, with the state of each. Raises NotFound."""
        definitions, (namespace, _, name) = self.service.definitions, workflow.partition("/")
        return [(DefinitionRef.of(each), definitions.state(each)) for each in definitions.versions(namespace, name)]

    async def deprecate(
        self,
        definition: DefinitionRef | str,
        *,
        sunset: Sunset = None,
        replacement: DefinitionRef | str | None = None,
        reason: str | None = None,
    ) -> None:
        """Warn whoever starts this version; from `sunset` (ISO 8601, or a datetime) on refuse it, naming `replacement`.

        Raises NotFound, InvalidInput (the replacement or the time is none), Conflict (it is retired).
        """
        life = self.service.definitions.life
        await life.deprecate(definition, sunset=sunset, replacement=replacement, reason=reason)

    async def undeprecate(self, definition: DefinitionRef | str, *, reason: str | None = None) -> None:
        """Let it be started as before. Raises NotFound, Conflict (it is retired)."""
        await self.service.definitions.life.undeprecate(definition, reason=reason)

    async def compare(self, before: DefinitionRef | str, after: DefinitionRef | str | Path) -> Comparison:
        """What differs between two versions, and whether that may break somebody; `after` may be a file.

        Raises NotFound, InvalidDocument, InvalidInput (they are of two workflows).
        """
        definitions = self.service.definitions
        if isinstance(after, Path):
            text, source = read_document(after)
            return await definitions.compare_document(str(before), text, source)
        return await definitions.compare(str(before), str(after))

    async def retire(self, definition: DefinitionRef | str, *, reason: str | None = None) -> None:
        """Let this version never be started again. Raises NotFound, Conflict (instances of it have not ended)."""
        await self.service.definitions.life.retire(definition, reason=reason)

    async def list(
        self, *, before: int | None = None, limit: int = 100, **wanted: Unpack[Wanted]
    ) -> Sequence[InstanceRow]:
        """Rows of instances, newest first; `before` (the number of a row) pages on. Raises NotFound, InvalidInput.

        `wanted`: status, workflow, version, saga, business_key, correlation, parent, error_type, waits_for,
        created_from, created_to, ended_from, ended_to (ms since the epoch); all that is given must hold.
        """
        return await self._of().browse(wanted, before, limit)

    async def due(
        self, *, after: tuple[int, int] | None = None, limit: int = 100, **wanted: Unpack[Wanted]
    ) -> Sequence[InstanceRow]:
        """Rows of instances that wait for a time, the earliest first: who is overdue for the longest comes first.

        `after` (`due_at` and number of a row) pages on; `wanted` as for `list`. Raises NotFound, InvalidInput.
        """
        return await self._of().due(wanted, after, limit)

    async def count(self, **wanted: Unpack[Wanted]) -> Count:
        """How many instances there are of which all that is given holds (see `list`), by status and by workflow."""
        return await self._of().count(wanted)

    async def select(self, **wanted: Unpack[Wanted]) -> Selected:
        """What an action over this filter (see `list`) would be carried out on. Raises LimitExceeded, NotFound."""
        return await self.service.acting.select(wanted)

    async def act(
        self, action: Action, *, reason: str | None = None, token: str | None = None, **wanted: Unpack[Wanted]
    ) -> Sequence[Acted]:
        """Carry `action` out on all that the filter finds: what became of each, durable. Look at `select` first.

        Raises Outdated where `token`, of `select`, is of other instances or states; LimitExceeded, NotFound,
        InvalidInput (`skip` and `done` need a reason). Nothing was done then.
        """
        return await self.service.acting.act(action, wanted, reason, token)

    async def deliver(self, event: JsonObject) -> None:
        """Publish a CloudEvent. Durable on return; the same source and id counts once. Raises InvalidInput."""
        await self._of().deliver(event)

    async def cancel(self, id: str, *, abandon: bool = False, reason: str | None = None) -> None:
        """Stop it and undo what it did; with `abandon`, leave everything as it is. Raises NotFound, Conflict."""
        await self._of().cancel(id, abandon=abandon, reason=reason)

    async def suspend(self, id: str, reason: str | None = None) -> None:
        """Start nothing new until resumed. Raises NotFound, Conflict."""
        await self._of().suspend(id, reason)

    async def resume(self, id: str, reason: str | None = None) -> None:
        """Go on after `suspend`. Raises NotFound, Conflict."""
        await self._of().resume(id, reason)

    async def terminate(self, id: str, reason: str | None = None) -> None:
        """End it by force, and its sub-workflows: nothing is undone. Raises NotFound, Conflict."""
        await self._of().terminate(id, reason)

    async def plan_fork(self, id: str, at: int) -> ForkPlan:
        """What a fork of the instance after its transition `at` would do once more. Raises as `fork`."""
        return await self._of().plan_fork(id, at)

    async def fork(
        self, id: str, at: int, *, reason: str, fork_id: str | None = None, business_key: str | None = None
    ) -> str:
        """Go on from the state after transition `at` as a new instance, which is durable on return; its id.

        Effects that the origin has begun after that are begun once more: look at `plan_fork` first. Raises NotFound,
        InvalidInput (no such transition), Conflict (none can be made there; the id is taken), Withdrawn.
        """
        new, _ = await self._of().fork(id, at, reason, fork_id, business_key)
        return new

    async def signal(self, id: str, event: JsonObject) -> bool:
        """Hand a CloudEvent to this instance alone; whether it took it. Raises NotFound, Conflict, InvalidInput."""
        return await self._of().signal(id, event)

    async def retry(self, id: str, run: int | None = None, reason: str | None = None) -> None:
        """Try again what open incidents are about: all of them, or the one of `run`. Raises NotFound, Conflict."""
        await self._of().retry(id, run, reason)

    async def resolve(
        self, id: str, run: int, action: str, *, reason: str | None = None, input: tuple[JsonValue] | None = None
    ) -> None:
        """Decide about the incident of `run`: `retry` (with `input=(value,)` in the place of its own), `skip`, `done`.

        `skip` and `done` need a reason. Raises NotFound, Conflict (no such incident), InvalidInput.
        """
        await self._of().resolve(id, run, action, reason=reason, input=input)

    async def compensate(self, id: str, reason: str | None = None) -> None:
        """Undo what the instance did; also after it completed, within `compensableFor`. Raises NotFound, Conflict."""
        await self._of().compensate(id, reason)

    async def run_schedules(self) -> None:
        """From now on, start workflows as their schedules say."""
        await self.runtime.run_schedules()

    def on_lifecycle(self, subscriber: Callable[[JsonObject], Any]) -> Callable[[], None]:
        """Call `subscriber` with every lifecycle CloudEvent, once it is durable; call the result to stop."""
        return self.runtime.follow(subscriber)

    def on_emitted(self, subscriber: Callable[[JsonObject], Any]) -> Callable[[], None]:
        """Call `subscriber` with every event that a workflow emits, at least once; call the result to stop."""
        return self.runtime.emission.subscribe(subscriber)

    def _calling(self) -> AbstractContextManager[None]:
        """What is started now belongs to the trace of whoever calls."""
        return nullcontext() if self._telemetry is None else self._telemetry.calling()

    def _of(self) -> Instances:
        return self.service.instances


def _seen(unmask: bool) -> AbstractContextManager[None]:
    return unmasked() if unmask else nullcontext()
