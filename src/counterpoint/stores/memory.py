"""`MemoryStore`: the store port without a disk, for tests, simulations and engines that need no durability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import takewhile

import msgspec

from counterpoint.errors import Conflict, NotFound, StoreCorrupt, StoreError, StoreLocked
from counterpoint.ports.selection import EVERYTHING, Counted, Filter, Tally
from counterpoint.ports.store import (
    Answer,
    Batch,
    InstanceRow,
    Lease,
    Message,
    OutboxSize,
    Outgoing,
    Receipt,
    Record,
    StoredDefinition,
    Summary,
    VersionState,
)
from counterpoint.stores.filtering import condition
from counterpoint.stores.phases import phase_code

_KEYS_BETWEEN_SWEEPS = 1000


@dataclass
class Contents:
    """What a disk would hold. It outlives the stores that are opened on it, so a crash can be played through."""

    journal: dict[int, dict[int, Record]] = field(default_factory=dict)
    order: list[Record] = field(default_factory=list)
    """All records as they were committed: the position of the first is 1."""
    instances: dict[int, InstanceRow] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    attended: set[int] = field(default_factory=set)
    """Numbers of the instances that are active or wait, so that neither lists all instances."""
    definitions: list[StoredDefinition] = field(default_factory=list)
    states: dict[tuple[int, int], VersionState] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    message_last: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    """When each was seen."""
    outbox: dict[int, Outgoing] = field(default_factory=dict)
    outbox_last: int = 0
    chains: dict[str, set[int]] = field(default_factory=dict)
    """Numbers of instances that took an event of a chain, by its correlation."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    values: dict[str, bytes] = field(default_factory=dict)
    holder: MemoryStore | None = None
    changes: int = 0
    """Writes so far; `changed` compares it."""


class MemoryStore:
    """A store on `contents` (its own where none are given); `contents.holder = None` is what a crash does to a lease.

    `answers_kept` is how many of the latest answers stay, `keys_kept_ms` for how long the key of a message is
    remembered, by the times at which they are written.
    """

    def __init__(
        self, contents: Contents | None = None, *, answers_kept: int = 10_000, keys_kept_ms: int = 30 * 24 * 3_600_000
    ) -> None:
        self.contents = contents if contents is not None else Contents()
        self._answers_kept = answers_kept
        self._keys_kept_ms = keys_kept_ms
        self._keys_since_sweep = 0
        self._owner = ""
        self._closed = False
        self._changes = -1

    async def claim(self, owner: str) -> Lease:
        """See `Store.claim`."""
        contents = self._opened()
        if contents.holder not in (None, self):
            raise StoreLocked(f"the store in memory is in use by engine {contents.holder._owner!r}")
        contents.holder = self
        self._owner = owner
        return Lease(owner=owner, next_instance=max(contents.instances, default=0) + 1)

    async def append(self, batch: Batch) -> None:
        """See `Store.append`. Also raises NotFound (a summary of no instance), StoreLocked (without a claim)."""
        contents = self._claimed()
        _refuse_what_cannot_be_written(contents, batch)
        for row in batch.created:
            contents.numbers[row.id] = row.number
            _keep(contents, row)
        for record in batch.records:
            contents.journal.setdefault(record.instance, {})[record.sequence] = record
            contents.order.append(record)
        for summary in batch.summaries:
            _keep(contents, _with(contents.instances[summary.number], summary))
        for digest, content in batch.blobs:
            contents.blobs.setdefault(digest, content)
        known = [_accept(contents, each) is None for each in batch.posted]
        batch.duplicates = [place for place, duplicate in enumerate(known) if duplicate]
        for answer in batch.settled:
            del contents.messages[answer.message]
            contents.answers[answer.message] = answer
        while len(contents.answers) > self._answers_kept:
            del contents.answers[next(iter(contents.answers))]
        for state in batch.states:
            contents.states[state.definition, state.revision] = state
        contents.values.update(batch.values)
        _keep_receipts(contents, batch)
        _move_outgoing(contents, batch)
        for correlation, number in batch.linked:
            contents.chains.setdefault(correlation, set()).add(number)
        self._forget_keys(contents, batch)
        self._wrote(contents)

    async def read(self, instance: int, after: int = 0, limit: int | None = None) -> list[Record]:
        """See `Store.read`."""
        records = self._opened().journal.get(instance, {})
        return [records[sequence] for sequence in sorted(records) if sequence > after][:limit]

    async def read_many(self, instances: Sequence[int]) -> dict[int, list[Record]]:
        """See `Store.read_many`."""
        return {instance: await self.read(instance) for instance in instances}

    async def journal(self, after: int, limit: int) -> list[tuple[int, Record]]:
        """See `Store.journal`."""
        return list(enumerate(self._opened().order[after : after + limit], after + 1))

    async def position(self) -> int:
        """See `Store.position`."""
        return len(self._opened().order)

    async def find(self, id: str) -> InstanceRow | None:
        """See `Store.find`."""
        contents = self._opened()
        number = contents.numbers.get(id)
        return None if number is None else contents.instances[number]

    async def active(self, after: int, limit: int) -> list[InstanceRow]:
        """See `Store.active`."""
        return [row for row in self._attended(after) if row.active][:limit]

    async def waiting(self, after: int, limit: int) -> list[InstanceRow]:
        """See `Store.waiting`."""
        return [row for row in self._attended(after) if not row.active][:limit]

    async def browse(
        self, wanted: Filter = EVERYTHING, *, before: int | None = None, limit: int = 100
    ) -> list[InstanceRow]:
        """See `Store.browse`. Raises InvalidInput for an unknown status."""
        found: list[InstanceRow] = []
        instances, meets = self._opened().instances, condition(wanted)
        for number in sorted(instances, reverse=True):
            row = instances[number]
            if (before is None or number < before) and meets(row):
                found.append(row)
                if len(found) >= limit:
                    break
        return found

    async def due(
        self, wanted: Filter = EVERYTHING, *, after: tuple[int, int] | None = None, limit: int = 100
    ) -> list[InstanceRow]:
        """See `Store.due`. Raises InvalidInput for an unknown status."""
        instances, meets = self._opened().instances, condition(wanted)
        places = [(row.due_at, row.number) for row in instances.values() if row.due_at is not None and meets(row)]
        return [
            instances[number]
            for _, number in nsmallest(limit, (each for each in places if after is None or each > after))
        ]

    async def count(self, wanted: Filter = EVERYTHING, *, count_max: int = 100_000) -> Counted:
        """See `Store.count`. Raises InvalidInput for an unknown status."""
        found, meets = Counter[tuple[int, str]](), condition(wanted)
        tallied = wanted == Filter(statuses=wanted.statuses, definitions=wanted.definitions)
        for row in self._opened().instances.values():
            if meets(row):
                if not tallied and found.total() == count_max:
                    return Counted(_tallies(found), at_least=True)
                found[row.definition, row.status] += 1
        return Counted(_tallies(found), at_least=False)

    async def define(self, definition: StoredDefinition) -> StoredDefinition:
        """See `Store.define`. Also raises StoreLocked (without a claim)."""
        contents = self._claimed()
        for stored in contents.definitions:
            if _title(stored) == _title(definition):
                if stored.digest == definition.digest:
                    return stored
                raise Conflict(
                    f"workflow {_title(definition)} is published with other content; give the new content a new version"
                )
        numbered = msgspec.structs.replace(definition, number=len(contents.definitions) + 1)
        contents.definitions.append(numbered)
        self._wrote(contents)
        return numbered

    async def definitions(self) -> list[StoredDefinition]:
        """See `Store.definitions`."""
        return list(self._opened().definitions)

    async def states(self) -> list[VersionState]:
        """See `Store.states`."""
        states = self._opened().states
        return [states[place] for place in sorted(states)]

    async def blob(self, digest: str) -> bytes:
        """See `Store.blob`."""
        content = self._opened().blobs.get(digest)
        if content is None:
            raise StoreCorrupt(f"payload {digest} is missing")
        return content

    async def post(self, message: Message) -> int | None:
        """See `Store.post`."""
        contents = self._opened()
        number = _accept(contents, message)
        self._wrote(contents)
        return number

    async def inbox(self, after: int = 0, limit: int = 1000) -> list[Message]:
        """See `Store.inbox`."""
        messages = self._opened().messages  # in order: numbers only grow
        return [message for number, message in messages.items() if number > after][:limit]

    async def inbox_size(self) -> int:
        """See `Store.inbox_size`."""
        return len(self._opened().messages)

    async def outbox(self, sink: str, after: int = 0, limit: int = 1000) -> list[Outgoing]:
        """See `Store.outbox`."""
        return self._outgoing(after, limit, lambda each: each.refusal is None and each.sink == sink)

    async def dead_letters(self, sink: str | None = None, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """See `Store.dead_letters`."""
        return self._outgoing(after, limit, lambda each: each.refusal is not None and sink in (None, each.sink))

    async def dead_letter(self, number: int) -> Outgoing | None:
        """See `Store.dead_letter`."""
        found = self._opened().outbox.get(number)
        return None if found is None or found.refusal is None else found

    async def outbox_sizes(self) -> dict[str, OutboxSize]:
        """See `Store.outbox_sizes`."""
        sizes: dict[str, OutboxSize] = {}
        for each in self._opened().outbox.values():
            size, dead = sizes.get(each.sink, OutboxSize()), each.refusal is not None
            sizes[each.sink] = OutboxSize(size.owed + (not dead), size.dead + dead)
        return sizes

    async def chain(self, correlation: str, after: int = 0, limit: int = 1000) -> list[InstanceRow]:
        """See `Store.chain`."""
        contents = self._opened()
        first = contents.numbers.get(correlation)
        numbers = contents.chains.get(correlation, set()) | (set() if first is None else {first})
        numbers |= {row.number for row in contents.instances.values() if row.correlation == correlation}
        return [contents.instances[number] for number in sorted(numbers) if number > after][:limit]

    async def receipt(self, key: str) -> Receipt | None:
        """See `Store.receipt`."""
        return self._opened().receipts.get(key)

    async def answer(self, message: int) -> Answer | None:
        """See `Store.answer`; None again once it is older than the latest `answers_kept`."""
        return self._opened().answers.get(message)

    async def changed(self) -> bool:
        """See `Store.changed`. True at the first call."""
        changes = self._opened().changes
        changed = changes != self._changes
        self._changes = changes
        return changed

    async def value(self, name: str) -> bytes | None:
        """See `Store.value`."""
        return self._opened().values.get(name)

    async def close(self) -> None:
        """See `Store.close`. Nothing at the second call."""
        self._closed = True
        if self.contents.holder is self:
            self.contents.holder = None

    def _outgoing(self, after: int, limit: int, wanted: Callable[[Outgoing], bool]) -> list[Outgoing]:
        entries = self._opened().outbox.items()  # in order: numbers only grow
        return [entry for number, entry in entries if number > after and wanted(entry)][:limit]

    def _forget_keys(self, contents: Contents, batch: Batch) -> None:
        self._keys_since_sweep += len(batch.posted)
        if self._keys_since_sweep < _KEYS_BETWEEN_SWEEPS:
            return
        self._keys_since_sweep = 0
        before = max(each.posted_at for each in batch.posted) - self._keys_kept_ms
        for key in [key for key, seen_at in contents.keys.items() if seen_at < before]:
            del contents.keys[key]

    def _attended(self, after: int) -> Iterable[InstanceRow]:
        contents = self._opened()
        return [contents.instances[number] for number in sorted(contents.attended) if number > after]

    def _wrote(self, contents: Contents) -> None:
        """Count a write; it is no news to this store, if it had seen everything before."""
        if self._changes == contents.changes:
            self._changes += 1
        contents.changes += 1

    def _claimed(self) -> Contents:
        contents = self._opened()
        if contents.holder is not self:
            raise StoreLocked("the store in memory is not claimed; only the engine that holds the lease writes to it")
        return contents

    def _opened(self) -> Contents:
        if self._closed:
            raise StoreError("the store in memory is closed; open it again")
        return self.contents


def _refuse_what_cannot_be_written(contents: Contents, batch: Batch) -> None:
    """All checks come before the first change: that is what makes a batch atomic here."""
    numbers, ids = set[int](), set[str]()
    for row in batch.created:
        if row.number in contents.instances or row.id in contents.numbers or row.number in numbers or row.id in ids:
            raise Conflict(f"instance id {row.id!r} or number {row.number} is taken")
        phase_code(row.status)
        numbers.add(row.number)
        ids.add(row.id)
    places = set[tuple[int, int]]()
    for record in batch.records:
        place = (record.instance, record.sequence)
        if place in places or record.sequence in contents.journal.get(record.instance, ()):
            raise Conflict(
                f"sequence {record.sequence} of instance {record.instance} is taken: "
                "another transition was written first"
            )
        places.add(place)
    for summary in batch.summaries:
        phase_code(summary.status)
        if summary.number not in contents.instances and summary.number not in numbers:
            raise NotFound(f"there is no instance number {summary.number}")
    settled = set[int]()
    for answer in batch.settled:
        if answer.message not in contents.messages or answer.message in settled:
            raise Conflict(f"message {answer.message} is not in the inbox: it is settled already")
        settled.add(answer.message)

    changed = set[tuple[int, int]]()
    for state in batch.states:
        revision = (state.definition, state.revision)
        if not 0 < state.definition <= len(contents.definitions):
            raise NotFound(f"there is no definition number {state.definition}")
        if revision in contents.states or revision in changed:
            raise Conflict(f"revision {state.revision} of the state of definition {state.definition} is taken")
        changed.add(revision)


def _keep(contents: Contents, row: InstanceRow) -> None:
    contents.instances[row.number] = row
    if row.active or row.wake_at is not None or row.listens:
        contents.attended.add(row.number)
    else:
        contents.attended.discard(row.number)


def _with(row: InstanceRow, summary: Summary) -> InstanceRow:
    return msgspec.structs.replace(row, **msgspec.structs.asdict(summary))


def _accept(contents: Contents, message: Message) -> int | None:
    if message.key is not None:
        if message.key in contents.keys:
            return None
        contents.keys[message.key] = message.posted_at
    for each in message.outgoing:
        _owe(contents, each)
    contents.message_last += 1
    kept = msgspec.structs.replace(message, number=contents.message_last, outgoing=())
    contents.messages[contents.message_last] = kept
    return contents.message_last


def _owe(contents: Contents, entry: Outgoing) -> None:
    contents.outbox_last += 1
    contents.outbox[contents.outbox_last] = msgspec.structs.replace(entry, number=contents.outbox_last)


def _keep_receipts(contents: Contents, batch: Batch) -> None:
    for receipt in batch.receipts:
        contents.receipts.pop(receipt.key, None)
        contents.receipts[receipt.key] = receipt
    for key in batch.released:
        contents.receipts.pop(key, None)
    if batch.receipts:  # the oldest come first
        for receipt in list(takewhile(lambda each: each.written_at < batch.receipts_from, contents.receipts.values())):
            del contents.receipts[receipt.key]


def _move_outgoing(contents: Contents, batch: Batch) -> None:
    for entry in batch.outgoing:
        _owe(contents, entry)
    for number in batch.sent:
        contents.outbox.pop(number, None)
    refusals: list[tuple[int, str | None]] = [*batch.refused, *((number, None) for number in batch.revived)]
    for number, refusal in refusals:
        if number in contents.outbox:
            contents.outbox[number] = msgspec.structs.replace(contents.outbox[number], refusal=refusal)


def _tallies(found: Counter[tuple[int, str]]) -> list[Tally]:
    return [Tally(definition, status, number) for (definition, status), number in found.items()]


def _title(definition: StoredDefinition) -> str:
    return f"{definition.namespace}/{definition.name}:{definition.version}"
