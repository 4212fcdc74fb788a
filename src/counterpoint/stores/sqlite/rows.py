"""Between the port's Structs and the tables' columns."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.errors import StoreCorrupt
from counterpoint.ports.store import InstanceRow, Summary
from counterpoint.stores.phases import PHASES, phase_code

ACTIVE: Final = 1
WAITING: Final = 2

_WORDS: Final = msgspec.json.Decoder(tuple[str, ...])


def instance_to_columns(row: InstanceRow) -> tuple[Any, ...]:
    """In the order of `add_instance`."""
    return (
        row.number,
        row.id,
        row.definition,
        phase_code(row.status),
        _attention(row),
        row.created_at,
        row.ended_at,
        row.wake_at,
        row.saga,
        row.parent,
        _array(row.listens),
        row.error_type,
        row.business_key,
        row.correlation,
        _array(row.waits),
        row.due_at,
    )


def summary_to_columns(summary: Summary) -> tuple[Any, ...]:
    """In the order of `update_instance`."""
    return (
        phase_code(summary.status),
        _attention(summary),
        summary.ended_at,
        summary.wake_at,
        summary.saga,
        _array(summary.listens),
        summary.error_type,
        _array(summary.waits),
        summary.due_at,
        summary.number,
    )


def columns_to_instance(columns: tuple[Any, ...]) -> InstanceRow:
    """The reverse of `instance_to_columns`. Raises StoreCorrupt."""
    number, id, definition, status, attention, created_at, ended_at, wake_at, saga, parent, listens, error, *more = (
        columns
    )
    business_key, correlation, waits, due_at = more
    try:
        return InstanceRow(
            number=number,
            id=id,
            definition=definition,
            status=PHASES[status],
            saga=saga,
            created_at=created_at,
            ended_at=ended_at,
            parent=parent,
            active=attention == ACTIVE,
            wake_at=wake_at,
            listens=_WORDS.decode(listens) if listens else (),
            error_type=error,
            business_key=business_key,
            correlation=correlation,
            waits=_WORDS.decode(waits) if waits else (),
            due_at=due_at,
        )
    except (IndexError, TypeError, msgspec.MsgspecError) as reason:
        raise StoreCorrupt(f"the row of instance {number} cannot be read: {reason}") from reason


def _attention(row: InstanceRow | Summary) -> int:
    if row.active:
        return ACTIVE
    return WAITING if row.wake_at is not None or row.listens else 0


def _array(words: tuple[str, ...]) -> str | None:
    return msgspec.json.encode(words).decode() if words else None
