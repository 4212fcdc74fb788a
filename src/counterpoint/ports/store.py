"""The store: an append-only journal of instances, their summaries, definitions, payloads and an inbox.

One engine writes (it holds the lease); any number of processes read, and may post to the inbox.
An `append` is one transaction: all of the batch or nothing. What it acknowledged survives a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from counterpoint.ports.selection import EVERYTHING, Counted, Filter


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One transition of one instance: all its events, encoded (see `history`)."""

    instance: int
    """The instance's number in this store."""
    sequence: int
    """1 for the first transition, then one more each time; the pair is unique."""
    body: bytes


class InstanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """What lists and routing need of an instance without reading its journal.

    Its journal is the truth; this row follows it, and may lag only in `active` (see `Summary`).
    """

    number: int
    id: str
    definition: int
    """Number of its definition in this store."""
    status: str
    """A status phase of the specification: pending, running, waiting, suspended, cancelled, faulted, completed."""
    saga: str | None = None
    created_at: int
    """Milliseconds since the epoch, like every time here."""
    ended_at: int | None = None
    parent: str | None = None
    """`{instance id}#{run}` for a sub-workflow that its parent awaits."""
    active: bool = True
    """Whether it must be loaded at start-up. False: it ended, or it only waits (`wake_at`, `listens`)."""
    wake_at: int | None = None
    listens: tuple[str, ...] = ()
    """Types of the CloudEvents that it listens to while it is out of memory; `*` is any."""
    error_type: str | None = None
    business_key: str | None = None
    """What people call it (see `engine.labels`), like the next fixed when it starts."""
    correlation: str | None = None
    waits: tuple[str, ...] = ()
    """What it waits for, in memory or not: words of `ports.selection`. As true as its status."""
    due_at: int | None = None
    """When the first of the times is that it waits for."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """New values of the changing columns of one instance's row (all of them are written)."""

    number: int
    status: str
    saga: str | None = None
    ended_at: int | None = None
    active: bool = True
    wake_at: int | None = None
    listens: tuple[str, ...] = ()
    error_type: str | None = None
    waits: tuple[str, ...] = ()
    due_at: int | None = None


class StoredDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A published document. (namespace, name, version) is unique; `digest` is of its content."""

    number: int
    namespace: str
    name: str
    version: str
    digest: str
    text: str
    """The document as published (YAML or JSON)."""
    published_at: int


class VersionState(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the state that a published version is in. All are kept; the last one counts.

    A version that was never changed has none, and is active.
    """

    definition: int
    """Its number."""
    revision: int
    """1 for its first change, then one more each time; the pair is unique."""
    state: str
    """active, deprecated or retired."""
    sunset_at: int | None = None
    """Deprecated: from when on it cannot be started; None: until it is retired it can."""
    replacement: str | None = None
    """What to start instead: `namespace/name:RANGE`."""
    reason: str | None = None
    changed_by: str | None = None
    """Who asked for it, where that is known."""
    changed_at: int


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a sink is owed: an entry of the outbox. It leaves once the receiver has acknowledged it."""

    sink: str
    """The name of the sink."""
    body: bytes
    """The CloudEvent as JSON."""
    instance: int
    """Number of the instance that it is of: the entries of one instance go out in their order."""
    number: int = 0
    """Its place in the outbox; given by the store."""
    written_at: int = 0
    refusal: str | None = None
    """Why the receiver will never take it: then it is a dead letter, and waits for a person."""


class OutboxSize(msgspec.Struct, frozen=True):
    """How much one sink is owed."""

    owed: int = 0
    dead: int = 0
    """Dead letters."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Something posted to the engine from outside or by itself, to be handled once and in order."""

    kind: str
    """`event`, `start`, or a request such as `cancel`."""
    body: bytes
    key: str | None = None
    """Messages with the same key are accepted once (deduplication); a key is remembered for at least 30 days."""
    number: int = 0
    """Its place in the inbox; given by the store."""
    posted_at: int = 0
    outgoing: tuple[Outgoing, ...] = ()
    """Entries of the outbox that are written with the message, and only where it is no duplicate. Not read back."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message, for the process that posted it."""

    message: int
    ok: bool
    body: bytes = b""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a request was answered that came with an idempotency key."""

    key: str
    request: bytes
    """A digest of what was asked for."""
    answer: bytes | None = None
    """None: it was begun, and has not ended."""
    written_at: int


class Batch(msgspec.Struct, kw_only=True):
    """Everything that one group commit writes."""

    records: list[Record] = []
    created: list[InstanceRow] = []
    summaries: list[Summary] = []
    blobs: list[tuple[str, bytes]] = []
    """Large payloads: (digest, content). Writing one that is there already is a no-op."""
    posted: list[Message] = []
    """Messages to add to the inbox in the same transaction; duplicates by key are dropped silently."""
    duplicates: list[int] = []
    """Set by the store: the places in `posted` of messages that it knew."""
    settled: list[Answer] = []
    """Messages that this batch has handled: they leave the inbox, their answers stay for a while."""
    states: list[VersionState] = []
    """Changes of the states of versions."""
    values: dict[str, bytes] = {}
    """Small named values of the engine (schedules' state and the like), replaced whole."""
    receipts: list[Receipt] = []
    """Receipts to write, each in the place of an earlier one of its key."""
    receipts_from: int = 0
    """Receipts that were written before this time (ms since the epoch) are forgotten, where others are written."""
    released: list[str] = []
    """Keys whose receipts are to be forgotten. One that has none is a no-op."""
    outgoing: list[Outgoing] = []
    """Entries to add to the outbox."""
    sent: list[int] = []
    """Numbers of entries that leave the outbox: acknowledged, or discarded. One that is gone already is a no-op."""
    refused: list[tuple[int, str]] = []
    """Numbers of entries that become dead letters, and why."""
    revived: list[int] = []
    """Numbers of dead letters that are owed again."""
    linked: list[tuple[str, int]] = []
    """(correlation, number of an instance): it took an event of this chain. Again is a no-op."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write. (Rows and payloads never come without a record.)"""
        settling = self.posted or self.settled or self.states or self.values
        kept = self.receipts or self.released
        return not (self.records or settling or kept or self.sent or self.refused or self.revived)


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to write, held by one engine at a time."""

    owner: str
    next_instance: int
    """The first instance number that is free."""


class Store(Protocol):
    """See the module's docstring. Methods raise StoreError and its kinds, never a driver's exception."""

    async def claim(self, owner: str) -> Lease:
        """Take the exclusive lease and migrate the schema. Raises StoreLocked (naming the holder), StoreTooNew.

        Again by the holder: the same lease. Without a claim a store still reads and posts."""

    async def append(self, batch: Batch) -> None:
        """Write a batch durably. Raises StoreUnavailable (disk full, I/O error; nothing of it was written),
        Conflict (a sequence number, an instance's id or number, a revision of a version's state is taken; a message is
        settled already), NotFound (a summary of no instance, a state of no definition), StoreLocked (without a
        claim)."""

    async def read(self, instance: int, after: int = 0, limit: int | None = None) -> list[Record]:
        """The records of one instance with sequence > after, in order; the first `limit` of them."""

    async def read_many(self, instances: Sequence[int]) -> dict[int, list[Record]]:
        """The records of several instances, in few round trips: a list for each, in order."""

    async def journal(self, after: int, limit: int) -> list[tuple[int, Record]]:
        """Up to `limit` records of all instances with position > after, each with its position: as they were committed.

        Positions only grow: what is appended later never comes before what was read."""

    async def position(self) -> int:
        """The position of the latest record; 0 where there is none."""

    async def find(self, id: str) -> InstanceRow | None:
        """The row of one instance by its id."""

    async def active(self, after: int, limit: int) -> list[InstanceRow]:
        """Up to `limit` rows with `active` set and number > after, by number: what start-up loads."""

    async def waiting(self, after: int, limit: int) -> list[InstanceRow]:
        """Up to `limit` rows that are not active and have `wake_at` or `listens`, with number > after."""

    async def browse(
        self, wanted: Filter = EVERYTHING, *, before: int | None = None, limit: int = 100
    ) -> Sequence[InstanceRow]:
        """Rows that match, by number, newest first. `before` pages on: what comes meanwhile is on no later page.

        Raises InvalidInput for an unknown status."""

    async def due(
        self, wanted: Filter = EVERYTHING, *, after: tuple[int, int] | None = None, limit: int = 100
    ) -> Sequence[InstanceRow]:
        """Rows that match and wait for a time, by that time, the earliest first; of those due at once by number.

        `after` (`due_at` and number of a row) pages on. Raises InvalidInput for an unknown status."""

    async def count(self, wanted: Filter = EVERYTHING, *, count_max: int = 100_000) -> Counted:
        """How many instances match. Where not by status and definition alone, counting stops at `count_max`.

        Raises InvalidInput for an unknown status."""

    async def define(self, definition: StoredDefinition) -> StoredDefinition:
        """Publish: gives it a number. The same content again returns what is stored; other content under
        a taken version raises Conflict."""

    async def definitions(self) -> Sequence[StoredDefinition]:
        """All definitions, by number."""

    async def states(self) -> Sequence[VersionState]:
        """All states that versions were ever brought into, by definition and revision."""

    async def blob(self, digest: str) -> bytes:
        """A large payload. Raises StoreCorrupt where it is missing."""

    async def post(self, message: Message) -> int | None:
        """Add to the inbox from any process (no lease needed), durably. Its number, or None for a duplicate."""

    async def inbox(self, after: int = 0, limit: int = 1000) -> list[Message]:
        """Unsettled messages with number > after, in order."""

    async def inbox_size(self) -> int:
        """How many messages are unsettled, for back-pressure: never less, and found without counting them."""

    async def chain(self, correlation: str, after: int = 0, limit: int = 1000) -> list[InstanceRow]:
        """Rows of a chain with number > after, by number: those with this correlation, those that were linked to it,
        and the one with this id."""

    async def answer(self, message: int) -> Answer | None:
        """What became of a message, once it is settled."""

    async def receipt(self, key: str) -> Receipt | None:
        """The receipt of a key."""

    async def outbox(self, sink: str, after: int = 0, limit: int = 1000) -> list[Outgoing]:
        """What a sink is owed with number > after, in order; without dead letters."""

    async def dead_letters(self, sink: str | None = None, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """Dead letters, of one sink or of all, with number > after, in order."""

    async def dead_letter(self, number: int) -> Outgoing | None:
        """One dead letter."""

    async def outbox_sizes(self) -> dict[str, OutboxSize]:
        """How much each sink is owed that is owed anything. Counts: for start-up and for people."""

    async def changed(self) -> bool:
        """Whether another process may have posted since the last call. Cheap enough to ask every 50 ms.

        True at the first call."""

    async def value(self, name: str) -> bytes | None:
        """A named value of the engine."""

    async def close(self) -> None:
        """Give the lease back (if held) and release the files."""
