"""Following: one instance's history as it grows, for those who show it while it runs."""

from __future__ import annotations

from counterpoint.engine.archive import Archive
from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.live import Transition
from counterpoint.errors import NotFound, StoreCorrupt
from counterpoint.masking import is_unmasked, redaction_of
from counterpoint.plan import Plan
from counterpoint.ports.store import InstanceRow, Store


class Following:
    """Reads on where it stopped. Works beside the engine that writes, in its process or in another one."""

    def __init__(self, row: InstanceRow, plan: Plan, store: Store, archive: Archive) -> None:
        self.row = row
        """As it was when the following began."""
        self.plan = plan
        self._store = store
        self._archive = archive
        self._seen = 0
        self._redaction = redaction_of(plan)

    async def news(self) -> list[Transition]:
        """The transitions (time in ms since the epoch, events) since the last call, masked. Raises StoreError."""
        records = await self._store.read(self.row.number, self._seen)
        if not records:
            return []
        transitions = await self._archive.transitions(self.row.number, records, self._seen)
        self._seen = records[-1].sequence
        if self._redaction is None or is_unmasked():
            return transitions
        for sequence, (at, events) in enumerate(transitions, records[0].sequence):
            self._redaction.note(sequence, at, events)
        return [(at, self._redaction.events(events)) for at, events in transitions]


async def follow(id: str, store: Store, archive: Archive, library: Library) -> Following:
    """Begin to follow an instance from its start. Raises NotFound, StoreError."""
    row = await store.find(id)
    if row is None:
        raise NotFound(f"there is no instance {id!r}")
    definition = next((each for each in library.all() if each.number == row.definition), None)
    if definition is None:
        raise StoreCorrupt(f"the definition of instance {id!r} is missing")
    return Following(row, await library.plan(workflow_of(definition)), store, archive)
