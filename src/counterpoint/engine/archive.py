"""The archive: journals, read back into states. For engines and for readers that hold no lease."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counterpoint.engine.library import Library
from counterpoint.engine.live import Transition
from counterpoint.engine.secrets import Veil
from counterpoint.errors import CounterpointError, StoreCorrupt
from counterpoint.history import Codec, fold
from counterpoint.kernel import Instance
from counterpoint.kernel.events import InstanceStarted
from counterpoint.masking import Redaction, is_unmasked, redaction_of
from counterpoint.plan import Plan
from counterpoint.ports.secrets import Secrets
from counterpoint.ports.store import InstanceRow, Record, Store, StoredDefinition


class Folded(NamedTuple):
    """A journal and the state that it gives."""

    instance: Instance
    transitions: list[Transition]
    plan: Plan
    definition: StoredDefinition
    veil: Veil | None


class Archive:
    """Reads journals. Methods raise StoreError, NotFound (a definition is gone)."""

    def __init__(self, store: Store, codec: Codec, library: Library, secrets: Secrets) -> None:
        self._store = store
        self._codec = codec
        self._library = library
        self._secrets = secrets

    async def fold(self, row: InstanceRow) -> Folded:
        """The state of an instance as it is stored."""
        return await self.fold_records(row.number, await self._store.read(row.number))

    async def fold_records(self, number: int, records: Sequence[Record]) -> Folded:
        """As `fold`, from records that were read already."""
        transitions = await self.transitions(number, records)
        started = transitions[0][1][0]
        if not isinstance(started, InstanceStarted):
            raise StoreCorrupt(f"instance number {number} does not begin with its start")
        plan = await self._library.plan(started.workflow)
        veil = self.veil(plan)
        try:
            instance = fold(plan, transitions, None if veil is None else veil.tokens)
        except CounterpointError:
            raise
        except Exception as error:  # the kernel takes for granted that a journal fits its plan
            told = f"the journal of instance {started.id} does not fit {started.workflow}"
            raise StoreCorrupt(f"{told}: {type(error).__name__}: {error}") from error
        return Folded(instance, transitions, plan, self._library.find(started.workflow), veil)

    async def transitions(self, number: int, records: Sequence[Record], after: int = 0) -> list[Transition]:
        """Decode the records that follow transition `after`. Raises StoreCorrupt naming instance and transition."""
        read, fetch = self._codec.read, self._store.blob
        if not records:
            raise StoreCorrupt(f"instance number {number} has no journal")
        found = []
        for expected, each in enumerate(records, after + 1):
            place = f"transition {each.sequence} of instance number {number}"
            if each.sequence != expected:
                raise StoreCorrupt(f"the journal of instance number {number} has a gap: {place} should be {expected}")
            found.append(await read(each.body, fetch, place))
        return found

    async def journal(self, number: int, after: int = 0, limit: int | None = None) -> list[Transition]:
        """The transitions of an instance that follow number `after`: all of them, or `limit` at most."""
        records = await self._store.read(number, after, limit)
        return await self.transitions(number, records, after) if records or not after else []

    async def page(self, number: int, after: int, limit: int | None) -> tuple[list[Transition], Redaction | None]:
        """As `journal`, and what masks these where they are shown: for that, what came before must be read, too."""
        first = await self.journal(number, 0, 1)
        if await self.redaction(first) is None:
            return await self.journal(number, after, limit), None
        whole = await self.journal(number, 0, None if limit is None else after + limit)
        return whole[after:], await self.redaction(whole)

    async def redaction(self, transitions: Sequence[Transition]) -> Redaction | None:
        """What masks an instance with this history where it is shown; None where there is nothing to mask."""
        started = transitions[0][1][0]
        assert isinstance(started, InstanceStarted), "a history begins with the start"
        return None if is_unmasked() else redaction_of(await self._library.plan(started.workflow), transitions)

    def veil(self, plan: Plan) -> Veil | None:
        """What hides the secrets of a workflow that declares any."""
        return Veil(plan.secrets, self._secrets) if plan.secrets else None
