"""The service: what a running engine can be asked for, in one place, for whoever serves it to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from counterpoint.application.acting import Acting
from counterpoint.application.bulk import BulkStarting
from counterpoint.application.chains import Chains
from counterpoint.application.debugging import desk
from counterpoint.application.debugging.replaying import Asked, Replay, replay
from counterpoint.application.debugging.sessions import DebugSessions
from counterpoint.application.definitions import Definitions
from counterpoint.application.endpoints import Endpoint
from counterpoint.application.evaluating import Evaluating
from counterpoint.application.events import Events
from counterpoint.application.feed import Feed
from counterpoint.application.following import follow
from counterpoint.application.inputs import Inputs
from counterpoint.application.insights import Insights
from counterpoint.application.instances import Instances
from counterpoint.application.metering import Metered
from counterpoint.application.once import Durable, Once, Transient, Transitions
from counterpoint.application.rehearsing import Rehearsing
from counterpoint.application.selecting import Wanted
from counterpoint.application.starting import Starting
from counterpoint.application.supposing import Supposed, suppose
from counterpoint.application.travelling import Travel
from counterpoint.application.watching import Place, Watching, watch
from counterpoint.application.workflows import Workflows
from counterpoint.engine.library import workflow_of
from counterpoint.engine.registry import Caution
from counterpoint.engine.runtime import Runtime
from counterpoint.expressions import Compiler
from counterpoint.ports.store import InstanceRow
from counterpoint.values.json import JsonObject

__all__ = ["Caution", "Health", "Listed", "Service"]

TIMERS_LATE_MS_MAX: Final = 5_000
"""An engine whose timers are later than this cannot keep up."""


class Listed(msgspec.Struct, frozen=True):
    """An instance in a list."""

    row: InstanceRow
    workflow: str
    """`namespace/name:version`."""


class Health(msgspec.Struct, frozen=True):
    """What keeps the engine from its work; nothing where it is ready."""

    store: str | None
    """Why nothing can be written."""
    timers: str | None
    """How late timers are, where that is too late."""

    @property
    def ready(self) -> bool:
        """Whether it can take on work."""
        return self.store is None and self.timers is None


class Service:
    """The use cases on one running engine."""

    metered: Metered | None = None
    """Metrics, where they are wanted."""

    def __init__(
        self, runtime: Runtime, definitions: Definitions, compiler: Compiler, endpoints: Sequence[Endpoint] = ()
    ) -> None:
        """`compiler` compiles the conditions of breakpoints, and documents that are only tried."""
        self._runtime = runtime
        self._compiler = compiler
        self.events = Events(runtime, endpoints)
        self.definitions = definitions
        self.workflows = Workflows(runtime, definitions.read_only)
        self.inputs = Inputs(runtime)
        self.instances = Instances(runtime)
        self.starting = Starting(runtime, self.instances)
        self.once = Transitions(Durable(runtime), runtime.clock.now)
        self.once_in_memory = Once(Transient(), runtime.clock.now)
        self.acting = Acting(runtime, self.instances)
        self.bulk = BulkStarting(runtime, self.instances, self.starting)
        self.chains = Chains(runtime.store, runtime.archive, runtime.library)
        self.feed = Feed(runtime)
        self.insights = Insights(runtime)
        self.rehearsing = Rehearsing(runtime)
        self.evaluating = Evaluating()
        self.travel = Travel(runtime.store, runtime.archive, runtime.library)
        self.debugging = DebugSessions(runtime, self.instances, self.travel, compiler)
        runtime.inbox.serve("act", self.acting.handle)
        runtime.inbox.serve("debug", desk.handler(self.debugging))

    def suppose(self, document: str, story: JsonObject, others: Sequence[str] = ()) -> Supposed:
        """A trial of a document; `story` has members of a scenario. Raises InvalidDocument."""
        return suppose(document.encode(), story, [each.encode() for each in others], self._compiler)

    async def replay(self, id: str, asked: Asked, document: str | None = None, against: str | None = None) -> Replay:
        """Replay an instance against the text of a document, a published version, or its own with other mocks.

        Raises NotFound, InvalidDocument, InvalidInput.
        """
        runtime, plan = self._runtime, None
        if document is not None:
            plan = suppose(document.encode(), {}, (), self._compiler).plan
        elif against is not None:
            plan = await runtime.library.plan(workflow_of(runtime.library.find(against)))
        return await replay(lambda id: follow(id, runtime.store, runtime.archive, runtime.library), id, plan, asked)

    async def close(self) -> None:
        """Before the engine stops: what is held goes on with the next one."""
        self.evaluating.close()
        await self.debugging.close()

    def health(self) -> Health:
        """Whether the store can be written and timers fire on time."""
        failure, late_ms = self._runtime.committer.failure, self._runtime.dispatch.timers.late_ms()
        late = f"timers are {late_ms} ms late" if late_ms > TIMERS_LATE_MS_MAX else None
        return Health(None if failure is None else failure.message, late)

    async def list(self, wanted: Wanted, before: int | None = None, limit: int = 100) -> list[Listed]:
        """Instances, newest first; `before` (a row's number) pages on. Raises NotFound, InvalidInput."""
        return [*self.listed(await self.instances.browse(wanted, before, limit))]

    async def due(self, wanted: Wanted, after: tuple[int, int] | None = None, limit: int = 100) -> Sequence[Listed]:
        """See `Instances.due`. Raises NotFound, InvalidInput."""
        return self.listed(await self.instances.due(wanted, after, limit))

    def listed(self, rows: Sequence[InstanceRow]) -> Sequence[Listed]:
        """These instances with the names of their workflows."""
        names = {each.number: workflow_of(each) for each in self._runtime.library.all()}
        return [Listed(row, names[row.definition]) for row in rows]

    async def watch(self, id: str, after: Place) -> Watching:
        """Follow the history of an instance from a place in it. Raises NotFound."""
        return await watch(self._runtime, id, after)

    async def deliver(self, events: Sequence[JsonObject]) -> None:
        """See `Events.accept`."""
        await self.events.accept(events)
