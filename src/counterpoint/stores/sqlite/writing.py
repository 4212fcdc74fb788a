"""What is written inside one transaction, in terms of the port's Structs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b

from counterpoint.errors import Conflict, NotFound
from counterpoint.ports.store import (
    Answer,
    Batch,
    InstanceRow,
    Message,
    Outgoing,
    Receipt,
    Record,
    StoredDefinition,
    Summary,
    VersionState,
)
from counterpoint.stores.sqlite.rows import instance_to_columns, summary_to_columns
from counterpoint.stores.sqlite.statements import statement

_ADD_RECORD = statement("add_record")
_ADD_INSTANCE = statement("add_instance")
_UPDATE_INSTANCE = statement("update_instance")
_ADD_BLOB = statement("add_blob")
_ADD_KEY = statement("add_key")
_ADD_MESSAGE = statement("add_message")
_REMOVE_MESSAGE = statement("remove_message")
_ADD_ANSWER = statement("add_answer")
_DROP_OLD_ANSWERS = statement("drop_old_answers")
_SET_VALUE = statement("set_value")
_ADD_DEFINITION = statement("add_definition")
_ADD_DEFINITION_STATE = statement("add_definition_state")
_DEFINITION_EXISTS = statement("definition_exists")
_INSTANCE_EXISTS = statement("instance_exists")
_ADD_OUTGOING = statement("add_outgoing")
_REMOVE_OUTGOING = statement("remove_outgoing")
_REFUSE_OUTGOING = statement("refuse_outgoing")
_REVIVE_OUTGOING = statement("revive_outgoing")
_ADD_LINK = statement("add_link")
_DROP_OLD_KEYS = statement("drop_old_keys")
_SET_RECEIPT = statement("set_receipt")
_REMOVE_RECEIPT = statement("remove_receipt")
_DROP_OLD_RECEIPTS = statement("drop_old_receipts")


def write(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write all of a batch. Raises Conflict, NotFound, or what sqlite3 raises; the caller rolls back."""
    if batch.created:
        _insert_instances(connection, batch.created)
    if batch.records:
        _insert_records(connection, batch.records)
    if batch.summaries:
        _update_instances(connection, batch.summaries)
    if batch.blobs:
        connection.executemany(_ADD_BLOB, batch.blobs)
    if batch.posted:
        known = [insert_message(connection, each) is None for each in batch.posted]
        batch.duplicates = [place for place, duplicate in enumerate(known) if duplicate]
    if batch.settled:
        _settle(connection, batch.settled)
    if batch.states:
        _insert_states(connection, batch.states)
    if batch.values:
        connection.executemany(_SET_VALUE, batch.values.items())
    if batch.receipts:
        connection.executemany(_SET_RECEIPT, [_receipt_to_columns(each) for each in batch.receipts])
    if batch.released:
        connection.executemany(_REMOVE_RECEIPT, [(hash_of(key),) for key in batch.released])
    if batch.linked:
        connection.executemany(_ADD_LINK, batch.linked)
    if batch.outgoing:
        _insert_outgoing(connection, batch.outgoing)
    if batch.sent or batch.refused or batch.revived:
        _move_outgoing(connection, batch)


def hash_of(key: str) -> bytes:
    """The 16 bytes that stand for a key."""
    return blake2b(key.encode(), digest_size=16).digest()


def insert_message(connection: sqlite3.Connection, message: Message) -> int | None:
    """Add to the inbox; its number, or None where its key was seen before."""
    key = message.key
    if key is not None and connection.execute(_ADD_KEY, (hash_of(key), message.posted_at)).rowcount == 0:
        return None
    if message.outgoing:
        _insert_outgoing(connection, message.outgoing)
    row = (message.kind, message.body, message.key, message.posted_at)
    return connection.execute(_ADD_MESSAGE, row).lastrowid


def insert_definition(connection: sqlite3.Connection, definition: StoredDefinition) -> int | None:
    """Add a definition; its number."""
    it = definition
    row = (it.namespace, it.name, it.version, it.digest, it.text, it.published_at)
    return connection.execute(_ADD_DEFINITION, row).lastrowid


def drop_old_answers(connection: sqlite3.Connection, kept: int) -> None:
    """Leave the latest `kept` answers."""
    connection.execute(_DROP_OLD_ANSWERS, (kept,))


def drop_old_receipts(connection: sqlite3.Connection, before: int) -> None:
    """Forget receipts that were written before a time (ms since the epoch)."""
    connection.execute(_DROP_OLD_RECEIPTS, (before,))


def drop_old_keys(connection: sqlite3.Connection, part: int, before: int) -> None:
    """Forget the keys of one of 256 parts that were seen before a time (ms since the epoch).

    By parts, because an index by time would cost each message more than this.
    """
    end = bytes([part + 1]) if part < 255 else b"\xff" * 17
    connection.execute(_DROP_OLD_KEYS, (bytes([part]), end, before))


def _receipt_to_columns(receipt: Receipt) -> tuple[bytes, bytes, bytes | None, int]:
    return hash_of(receipt.key), receipt.request, receipt.answer, receipt.written_at


def _insert_outgoing(connection: sqlite3.Connection, entries: Sequence[Outgoing]) -> None:
    rows = [(each.sink, each.instance, each.body, each.written_at) for each in entries]
    connection.executemany(_ADD_OUTGOING, rows)


def _move_outgoing(connection: sqlite3.Connection, batch: Batch) -> None:
    connection.executemany(_REMOVE_OUTGOING, [(number,) for number in batch.sent])
    connection.executemany(_REFUSE_OUTGOING, [(reason, number) for number, reason in batch.refused])
    connection.executemany(_REVIVE_OUTGOING, [(number,) for number in batch.revived])


def _insert_instances(connection: sqlite3.Connection, rows: Sequence[InstanceRow]) -> None:
    try:
        connection.executemany(_ADD_INSTANCE, [instance_to_columns(row) for row in rows])
    except sqlite3.IntegrityError:
        _say_which_is_taken(connection, rows)
        raise


def _say_which_is_taken(connection: sqlite3.Connection, rows: Sequence[InstanceRow]) -> None:
    """Nothing of the batch will stay: begin anew, one by one, to learn which. (Changes of triggers count as well.)"""
    connection.execute("ROLLBACK")
    connection.execute("BEGIN IMMEDIATE")
    for row in rows:
        try:
            connection.execute(_ADD_INSTANCE, instance_to_columns(row))
        except sqlite3.IntegrityError as error:
            raise Conflict(f"instance id {row.id!r} or number {row.number} is taken") from error


def _insert_records(connection: sqlite3.Connection, records: Sequence[Record]) -> None:
    before = connection.total_changes
    try:
        connection.executemany(_ADD_RECORD, [(each.instance, each.sequence, each.body) for each in records])
    except sqlite3.IntegrityError as error:
        taken = records[connection.total_changes - before]
        raise Conflict(
            f"sequence {taken.sequence} of instance {taken.instance} is taken: another transition was written first"
        ) from error


def _update_instances(connection: sqlite3.Connection, summaries: Sequence[Summary]) -> None:
    updated = connection.executemany(_UPDATE_INSTANCE, [summary_to_columns(each) for each in summaries]).rowcount
    if updated != len(summaries):
        for each in summaries:
            if connection.execute(_INSTANCE_EXISTS, (each.number,)).fetchone() is None:
                raise NotFound(f"there is no instance number {each.number}")


def _insert_states(connection: sqlite3.Connection, states: Sequence[VersionState]) -> None:
    for it in states:
        if connection.execute(_DEFINITION_EXISTS, (it.definition,)).fetchone() is None:
            raise NotFound(f"there is no definition number {it.definition}")
        row = (
            it.definition, it.revision, it.state, it.sunset_at, it.replacement, it.reason, it.changed_by, it.changed_at
        )  # fmt: skip
        try:
            connection.execute(_ADD_DEFINITION_STATE, row)
        except sqlite3.IntegrityError as error:
            raise Conflict(f"revision {it.revision} of the state of definition {it.definition} is taken") from error


def _settle(connection: sqlite3.Connection, answers: Sequence[Answer]) -> None:
    for answer in answers:
        if connection.execute(_REMOVE_MESSAGE, (answer.message,)).rowcount == 0:
            raise Conflict(f"message {answer.message} is not in the inbox: it is settled already")
        connection.execute(_ADD_ANSWER, (answer.message, answer.ok, answer.body))
