"""`SqliteStore`: the store port on one file.

A small commit takes a fraction of a millisecond, and handing it to a thread costs more: only large ones are (`whole`).
What else is written waits for them. Nothing else suspends.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from counterpoint.errors import Conflict, StoreCorrupt, StoreError, StoreLocked
from counterpoint.ports.selection import EVERYTHING, Counted, Filter
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
    VersionState,
)
from counterpoint.stores.sqlite import writing
from counterpoint.stores.sqlite.connection import Settings, open_to_read, open_to_write
from counterpoint.stores.sqlite.due import select_due
from counterpoint.stores.sqlite.faults import translated
from counterpoint.stores.sqlite.lease import FileLease
from counterpoint.stores.sqlite.rows import ACTIVE, WAITING, columns_to_instance
from counterpoint.stores.sqlite.selecting import count, select
from counterpoint.stores.sqlite.statements import statement
from counterpoint.stores.sqlite.transaction import transaction
from counterpoint.stores.sqlite.whole import WholeWriter, available, whole_of

_NEXT_INSTANCE = statement("next_instance")
_RECORDS_OF_INSTANCE = statement("records_of_instance")
_RECORDS_OF_INSTANCES = statement("records_of_instances")
_RECORDS_BY_POSITION = statement("records_by_position")
_LATEST_POSITION = statement("latest_position")
_INSTANCE_BY_ID = statement("instance_by_id")
_INSTANCES_NEEDING_ATTENTION = statement("instances_needing_attention")
_DEFINITION_BY_VERSION = statement("definition_by_version")
_DEFINITIONS = statement("definitions")
_DEFINITION_STATES = statement("definition_states")
_BLOB_BY_DIGEST = statement("blob_by_digest")
_UNSETTLED_MESSAGES = statement("unsettled_messages")
_ANSWER_TO_MESSAGE = statement("answer_to_message")
_RECEIPT_BY_HASH = statement("receipt_by_hash")
_VALUE_BY_NAME = statement("value_by_name")
_INBOX_SIZE = statement("inbox_size")
_OUTBOX_OF_SINK = statement("outbox_of_sink")
_DEAD_LETTERS = statement("dead_letters")
_DEAD_LETTER = statement("dead_letter")
_LINKED_TO_CHAIN = statement("linked_to_chain")
_INSTANCES_BY_CORRELATION = statement("instances_by_correlation")
_OUTBOX_SIZES = statement("outbox_sizes")
_SINKS_OF_DEAD_LETTERS = statement("sinks_of_dead_letters")

_ANSWERS_BETWEEN_SWEEPS = 1000
_KEYS_BETWEEN_SWEEPS = 1000
_KEY_PARTS = 256
KEYS_KEPT_MS = 30 * 24 * 60 * 60 * 1000
THREAD_RECORDS_MIN = 32
"""Below it, to wait for the thread takes longer than the commit."""

T = TypeVar("T")


class SqliteStore:
    """A store in the file at `path`, which `claim` makes where it is missing.

    Without a claim it reads and posts, beside the engine that holds the lease; mode "reader" never claims.
    A batch of at least `thread_records_min` records is written in a thread.
    `answers_kept` is how many of the latest answers stay (and a thousand more between sweeps); `keys_kept_ms` for how
    long the key of a message is remembered, by the times at which messages are posted, and a while longer. The other
    settings are described at `Settings`. Errors name the file and say what to do.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        mode: Literal["engine", "reader"] = "engine",
        synchronous: Literal["FULL", "NORMAL"] = "FULL",
        answers_kept: int = 10_000,
        keys_kept_ms: int = KEYS_KEPT_MS,
        bytes_max: int | None = None,
        wait_ms_max: int = 10_000,
        thread_records_min: int = THREAD_RECORDS_MIN,
    ) -> None:
        self.path = Path(path)
        self._mode = mode
        self._settings = Settings(synchronous=synchronous, bytes_max=bytes_max, wait_ms_max=wait_ms_max)
        self._answers_kept = answers_kept
        self._answers_since_sweep = 0
        self._keys_kept_ms = keys_kept_ms
        self._keys_since_sweep = 0
        self._keys_part = 0
        self._lease = FileLease(self.path)
        self._open: sqlite3.Connection | None = None
        self._thread_records_min = thread_records_min if available() else sys.maxsize
        self._whole: WholeWriter | None = None
        self._writing: asyncio.Future[None] | None = None
        """What a thread is writing."""
        self._closed = False
        self._data_version = -1

    async def claim(self, owner: str) -> Lease:
        """See `Store.claim`. Also raises StoreUnavailable (cannot open or lock), StoreCorrupt (not a store of ours)."""
        if self._mode == "reader":
            raise StoreError(f"store {self.path} was opened for reading; open it as an engine to claim it")
        self._refuse_closed()
        await self._written()
        if not self._lease.held:
            self._lease.acquire(owner)
            try:
                with translated(self.path):
                    opened = open_to_write(self.path, self._settings)
            except BaseException:
                self._lease.release()
                raise
            if self._open is not None:
                self._open.close()
            self._open = opened
            self._whole = WholeWriter(opened)
            self._data_version = -1
            self._transact(opened, lambda: writing.drop_old_answers(opened, self._answers_kept))
        [(next_instance,)] = self._rows(_NEXT_INSTANCE)
        return Lease(owner=owner, next_instance=next_instance)

    async def append(self, batch: Batch) -> None:
        """See `Store.append`. Also raises NotFound (a summary of no instance), StoreLocked (without a claim)."""
        await self._written()
        connection = self._claimed()
        if len(batch.records) >= self._thread_records_min and await self._append_whole(batch):
            return
        answers = self._answers_since_sweep + len(batch.settled)
        sweep = answers >= _ANSWERS_BETWEEN_SWEEPS
        keys = self._keys_since_sweep + len(batch.posted)
        sweep_keys = keys >= _KEYS_BETWEEN_SWEEPS

        def write() -> None:
            writing.write(connection, batch)
            # In the same transaction: an append that was committed must not fail afterwards.
            if sweep:
                writing.drop_old_answers(connection, self._answers_kept)
            if batch.receipts:
                writing.drop_old_receipts(connection, batch.receipts_from)
            if sweep_keys:
                before = max(each.posted_at for each in batch.posted) - self._keys_kept_ms
                writing.drop_old_keys(connection, self._keys_part, before)

        self._transact(connection, write)
        self._answers_since_sweep = 0 if sweep else answers
        self._keys_since_sweep = 0 if sweep_keys else keys
        if sweep_keys:
            self._keys_part = (self._keys_part + 1) % _KEY_PARTS

    async def read(self, instance: int, after: int = 0, limit: int | None = None) -> list[Record]:
        """See `Store.read`."""
        rows = self._rows(_RECORDS_OF_INSTANCE, (instance, after, -1 if limit is None else limit))
        return msgspec.convert(rows, list[Record])

    async def read_many(self, instances: Sequence[int]) -> dict[int, list[Record]]:
        """See `Store.read_many`; one round trip."""
        found: dict[int, list[Record]] = {instance: [] for instance in instances}
        rows = self._rows(_RECORDS_OF_INSTANCES, (msgspec.json.encode(list(found)).decode(),))
        for record in msgspec.convert(rows, list[Record]):
            found[record.instance].append(record)
        return found

    async def journal(self, after: int, limit: int) -> list[tuple[int, Record]]:
        """See `Store.journal`."""
        return [(position, Record(*record)) for position, *record in self._rows(_RECORDS_BY_POSITION, (after, limit))]

    async def position(self) -> int:
        """See `Store.position`."""
        [(position,)] = self._rows(_LATEST_POSITION)
        return int(position)

    async def find(self, id: str) -> InstanceRow | None:
        """See `Store.find`."""
        return next(iter(self._instances(_INSTANCE_BY_ID, (id,))), None)

    async def active(self, after: int, limit: int) -> list[InstanceRow]:
        """See `Store.active`."""
        return self._instances(_INSTANCES_NEEDING_ATTENTION, (ACTIVE, after, limit))

    async def waiting(self, after: int, limit: int) -> list[InstanceRow]:
        """See `Store.waiting`."""
        return self._instances(_INSTANCES_NEEDING_ATTENTION, (WAITING, after, limit))

    async def browse(
        self, wanted: Filter = EVERYTHING, *, before: int | None = None, limit: int = 100
    ) -> list[InstanceRow]:
        """See `Store.browse`. Raises InvalidInput for an unknown status."""
        with translated(self.path):
            return [columns_to_instance(row) for row in select(self._connection(), wanted, before, limit)]

    async def due(
        self, wanted: Filter = EVERYTHING, *, after: tuple[int, int] | None = None, limit: int = 100
    ) -> list[InstanceRow]:
        """See `Store.due`. Raises InvalidInput for an unknown status."""
        with translated(self.path):
            return [columns_to_instance(row) for row in select_due(self._connection(), wanted, after, limit)]

    async def count(self, wanted: Filter = EVERYTHING, *, count_max: int = 100_000) -> Counted:
        """See `Store.count`. Raises InvalidInput for an unknown status."""
        with translated(self.path):
            return count(self._connection(), wanted, count_max)

    async def define(self, definition: StoredDefinition) -> StoredDefinition:
        """See `Store.define`. Also raises StoreLocked (without a claim)."""
        await self._written()
        connection = self._claimed()
        key = (definition.namespace, definition.name, definition.version)
        for row in self._rows(_DEFINITION_BY_VERSION, key):
            stored = _definition(row)
            if stored.digest == definition.digest:
                return stored
            raise Conflict(
                f"workflow {definition.namespace}/{definition.name}:{definition.version} is published with other "
                "content; give the new content a new version"
            )
        number = self._transact(connection, lambda: writing.insert_definition(connection, definition))
        return msgspec.structs.replace(definition, number=number)

    async def definitions(self) -> list[StoredDefinition]:
        """See `Store.definitions`."""
        return [_definition(row) for row in self._rows(_DEFINITIONS)]

    async def states(self) -> list[VersionState]:
        """See `Store.states`."""
        return [_state(columns) for columns in self._rows(_DEFINITION_STATES)]

    async def blob(self, digest: str) -> bytes:
        """See `Store.blob`."""
        for (content,) in self._rows(_BLOB_BY_DIGEST, (digest,)):
            return bytes(content)
        raise StoreCorrupt(f"store {self.path}: payload {digest} is missing")

    async def post(self, message: Message) -> int | None:
        """See `Store.post`."""
        await self._written()
        with translated(self.path):
            connection = self._connection()
        return self._transact(connection, lambda: writing.insert_message(connection, message))

    async def inbox(self, after: int = 0, limit: int = 1000) -> list[Message]:
        """See `Store.inbox`."""
        return [
            Message(kind=kind, body=body, key=key, number=number, posted_at=posted_at)
            for kind, body, key, number, posted_at in self._rows(_UNSETTLED_MESSAGES, (after, limit))
        ]

    async def inbox_size(self) -> int:
        """See `Store.inbox_size`."""
        [(size,)] = self._rows(_INBOX_SIZE)
        return int(size)

    async def outbox(self, sink: str, after: int = 0, limit: int = 1000) -> list[Outgoing]:
        """See `Store.outbox`."""
        return [_outgoing(row) for row in self._rows(_OUTBOX_OF_SINK, (sink, after, limit))]

    async def dead_letters(self, sink: str | None = None, after: int = 0, limit: int = 100) -> list[Outgoing]:
        """See `Store.dead_letters`."""
        wanted = {"sink": sink, "after": after, "limit": limit}
        return [_outgoing(row) for row in self._rows(_DEAD_LETTERS, wanted)]

    async def dead_letter(self, number: int) -> Outgoing | None:
        """See `Store.dead_letter`."""
        return next((_outgoing(row) for row in self._rows(_DEAD_LETTER, (number,))), None)

    async def outbox_sizes(self) -> dict[str, OutboxSize]:
        """See `Store.outbox_sizes`."""
        owed: dict[str, int] = dict(self._rows(_OUTBOX_SIZES))
        dead = Counter(sink for (sink,) in self._rows(_SINKS_OF_DEAD_LETTERS))
        return {sink: OutboxSize(owed.get(sink, 0), dead[sink]) for sink in sorted({*owed, *dead})}

    async def chain(self, correlation: str, after: int = 0, limit: int = 1000) -> list[InstanceRow]:
        """See `Store.chain`."""
        first = await self.find(correlation)
        wanted = (correlation, after, limit)
        found = [*self._instances(_INSTANCES_BY_CORRELATION, wanted), *self._instances(_LINKED_TO_CHAIN, wanted)]
        rows = {each.number: each for each in found}
        if first is not None and first.number > after:
            rows[first.number] = first
        return [rows[number] for number in sorted(rows)[:limit]]

    async def answer(self, message: int) -> Answer | None:
        """See `Store.answer`; None again once it is older than the latest `answers_kept`."""
        for number, ok, body in self._rows(_ANSWER_TO_MESSAGE, (message,)):
            return Answer(message=number, ok=bool(ok), body=body)
        return None

    async def receipt(self, key: str) -> Receipt | None:
        """See `Store.receipt`."""
        for request, answer, written_at in self._rows(_RECEIPT_BY_HASH, (writing.hash_of(key),)):
            return Receipt(key=key, request=request, answer=answer, written_at=written_at)
        return None

    async def changed(self) -> bool:
        """See `Store.changed`: some microseconds. True at the first call."""
        # A connection on which a thread writes would hold up the loop until that is done.
        await self._written()
        [(version,)] = self._rows("PRAGMA data_version")
        changed: bool = version != self._data_version
        self._data_version = version
        return changed

    async def value(self, name: str) -> bytes | None:
        """See `Store.value`."""
        for (content,) in self._rows(_VALUE_BY_NAME, (name,)):
            return bytes(content)
        return None

    async def close(self) -> None:
        """See `Store.close`. Nothing at the second call."""
        self._closed = True
        await self._written()
        if self._whole is not None:
            self._whole.close()
        if self._open is not None:
            opened, self._open = self._open, None
            with translated(self.path):
                opened.close()
        self._lease.release()

    async def _append_whole(self, batch: Batch) -> bool:
        """Whether the batch was written by a thread. If not, nothing of it was: the other way can say why."""
        try:
            with translated(self.path):
                whole = whole_of(batch)
                if whole is None or self._whole is None:
                    return False
                self._writing = asyncio.get_running_loop().run_in_executor(self._whole.thread, self._whole.write, whole)
                await asyncio.shield(self._writing)
        except Conflict:
            return False
        return True

    async def _written(self) -> None:
        """Return when no thread writes: two transactions on one connection would be one."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})

    def _rows(self, query: str, wanted: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
        with translated(self.path):
            return self._connection().execute(query, wanted).fetchall()

    def _instances(self, query: str, wanted: tuple[Any, ...] | dict[str, Any]) -> list[InstanceRow]:
        return [columns_to_instance(row) for row in self._rows(query, wanted)]

    def _transact(self, connection: sqlite3.Connection, write: Callable[[], T]) -> T:
        """Run `write` in one durable transaction; whatever goes wrong, nothing of it stays visible."""
        with translated(self.path), transaction(connection):
            return write()

    def _claimed(self) -> sqlite3.Connection:
        self._refuse_closed()
        if self._open is None or not self._lease.held:
            raise StoreLocked(f"store {self.path} is not claimed; only the engine that holds the lease writes to it")
        return self._open

    def _connection(self) -> sqlite3.Connection:
        """The engine's connection, or one to read and post with where there is no claim."""
        self._refuse_closed()
        if self._open is None:
            self._open = open_to_read(self.path, self._settings)
        return self._open

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError(f"store {self.path} is closed; open it again")


def _definition(columns: tuple[Any, ...]) -> StoredDefinition:
    number, namespace, name, version, digest, text, published_at = columns
    return StoredDefinition(
        number=number,
        namespace=namespace,
        name=name,
        version=version,
        digest=digest,
        text=text,
        published_at=published_at,
    )


def _state(columns: tuple[Any, ...]) -> VersionState:
    definition, revision, state, sunset_at, replacement, reason, changed_by, changed_at = columns
    return VersionState(
        definition=definition,
        revision=revision,
        state=state,
        sunset_at=sunset_at,
        replacement=replacement,
        reason=reason,
        changed_by=changed_by,
        changed_at=changed_at,
    )


def _outgoing(columns: tuple[Any, ...]) -> Outgoing:
    number, sink, instance, body, written_at, refusal = columns
    return Outgoing(number=number, sink=sink, instance=instance, body=body, written_at=written_at, refusal=refusal)
