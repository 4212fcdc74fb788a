"""Reading: look at instances without being their engine."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.application.chains import Chain, Chains
from counterpoint.application.comparing import Side, of_stored
from counterpoint.application.events import DeadLetter
from counterpoint.application.following import Following, follow
from counterpoint.application.instances import COUNT_MAX
from counterpoint.application.selecting import Count, Wanted, count_of, filter_of
from counterpoint.application.travelling import Travel
from counterpoint.application.views import InstanceView, history_of, view_of
from counterpoint.engine.archive import Archive
from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.limits import EngineLimits
from counterpoint.errors import NotFound
from counterpoint.expressions import Compiler
from counterpoint.history import Codec
from counterpoint.plan import Plan
from counterpoint.ports.secrets import Secrets
from counterpoint.ports.store import InstanceRow, OutboxSize, Store, StoredDefinition, VersionState
from counterpoint.values.json import JsonObject

CHAIN_MAX = 10_000
"""Instances of a chain that are shown at once."""


class Reader:
    """Reads a store that another process may be writing. Shows what is durable."""

    def __init__(self, store: Store, secrets: Secrets, compiler: Compiler, limits: EngineLimits) -> None:
        self._store = store
        self._library = Library(store, compiler, limits.workflow)
        codec = Codec(limits.inline_bytes_max, limits.payload_cache_bytes_max)
        self._archive = Archive(store, codec, self._library, secrets)
        self._chains = Chains(store, self._archive, self._library)
        self._travel = Travel(store, self._archive, self._library)

    async def browse(self, wanted: Wanted, before: int | None = None, limit: int = 100) -> Sequence[InstanceRow]:
        """Rows of instances, newest first. Raises NotFound, InvalidInput."""
        await self._library.open()
        return await self._store.browse(filter_of(wanted, self._library), before=before, limit=limit)

    async def due(
        self, wanted: Wanted, after: tuple[int, int] | None = None, limit: int = 100
    ) -> Sequence[InstanceRow]:
        """Rows of those that wait for a time, the earliest first. Raises NotFound, InvalidInput."""
        await self._library.open()
        return await self._store.due(filter_of(wanted, self._library), after=after, limit=limit)

    async def count(self, wanted: Wanted) -> Count:
        """How many there are, by status and by workflow. Raises NotFound, InvalidInput."""
        await self._library.open()
        counted = await self._store.count(filter_of(wanted, self._library), count_max=COUNT_MAX)
        return count_of(counted, self._library.all())

    async def definitions(self) -> list[StoredDefinition]:
        """What is published."""
        await self._library.open()
        return self._library.all()

    async def versions(self) -> list[tuple[StoredDefinition, VersionState]]:
        """Every version with the state that it is in, by number."""
        await self._library.open()
        return [(each, self._library.registry.state(each)) for each in self._library.all()]

    async def version(self, reference: str) -> tuple[StoredDefinition, Sequence[VersionState]]:
        """One version, and all states that it was ever brought into. Raises NotFound, InvalidInput."""
        await self._library.open()
        found = self._library.find(reference)
        return found, self._library.registry.history(found)

    async def side(self, reference: str) -> Side:
        """A version, to be compared. Raises NotFound, InvalidInput."""
        await self._library.open()
        return await of_stored(self._library, self._library.find(reference))

    async def inspect(self, id: str) -> InstanceView:
        """The instance as it stands. Raises NotFound."""
        row = await self._row(id)
        await self._library.open()
        folded = await self._archive.fold(row)
        return view_of(folded.instance, folded.transitions, None)

    async def history(self, id: str, after: int = 0, limit: int | None = None) -> list[JsonObject]:
        """What has happened to the instance: its transitions after number `after`. Raises NotFound."""
        number = (await self._row(id)).number
        await self._library.open()
        transitions, redaction = await self._archive.page(number, after, limit)
        return history_of(transitions, after + 1, redaction)

    async def follow(self, id: str) -> Following:
        """Read the instance's history as it grows. Raises NotFound."""
        await self._library.open()
        return await follow(id, self._store, self._archive, self._library)

    async def travel(self) -> Travel:
        """Look at instances at any point of their histories."""
        await self._library.open()
        return self._travel

    async def plan(self, reference: str) -> Plan:
        """The plan of a published version. Raises NotFound."""
        await self._library.open()
        return await self._library.plan(workflow_of(self._library.find(reference)))

    async def find(self, id: str) -> InstanceRow:
        """The instance's row as it stands. Raises NotFound."""
        return await self._row(id)

    async def chain(self, correlation: str) -> Chain:
        """A chain by its correlation, or by the id of any instance of it; all of it. Raises NotFound."""
        await self._library.open()
        return await self._chains.read(correlation, limit=CHAIN_MAX)

    async def sinks(self) -> dict[str, OutboxSize]:
        """How much each sink is owed that is owed anything."""
        return await self._store.outbox_sizes()

    async def waiting_messages(self) -> int:
        """How many messages of the inbox wait to be handled; never less than there are."""
        return await self._store.inbox_size()

    async def dead_letters(self, sink: str | None = None, limit: int = 100) -> list[DeadLetter]:
        """Events that were refused for good, the oldest first."""
        return [DeadLetter.of(each) for each in await self._store.dead_letters(sink, 0, limit)]

    async def close(self) -> None:
        """Release the store."""
        await self._store.close()

    async def _row(self, id: str) -> InstanceRow:
        row = await self._store.find(id)
        if row is None:
            raise NotFound(f"there is no instance {id!r}")
        return row
