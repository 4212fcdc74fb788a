"""Looking at runs: lists, counts, one run, its history. An engine may be at work meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Commands, Count, Json, Matching, Number, Order, Store
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput
from counterpoint.values.timestamp import parse_timestamp

if TYPE_CHECKING:
    from counterpoint.application.reading import Reader
    from counterpoint.application.selecting import Wanted


def list_instances(
    *,
    matching: Matching | None = None,
    order: Annotated[Order, Parameter(name="--order")] = "newest",
    limit: Count = 20,
    json: Json = False,
    store: Store = STORE_DEFAULT,
) -> int:
    """List runs, newest first. An engine may be at work meanwhile.

    Parameters
    ----------
    order
        `newest` first, or by when they are `due`: those that wait for a time,
        the earliest first.
    limit
        How many at most.
    json
        Print a JSON array of {"id", "workflow", "status", "saga", "createdAt",
        "endedAt", "parent", "errorType", "businessKey", "correlation",
        "waitsFor", "dueAt"}.
    """
    from counterpoint.cli.listing import list_rows

    wanted = wanted_of(matching)
    return reading(store, lambda reader, streams: list_rows(reader, streams, wanted, order == "due", limit, json))


def count(*, matching: Matching | None = None, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Count runs, by status and by workflow.

    Parameters
    ----------
    json
        Print {"total", "atLeast", "byStatus", "byWorkflow"}; `atLeast` says
        that counting stopped at its limit.
    """
    from counterpoint.cli.listing import count_rows

    wanted = wanted_of(matching)
    return reading(store, lambda reader, streams: count_rows(reader, streams, wanted, json))


def show(id: str, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Show one run: its tasks, what it waits for, its incidents, its output.

    Parameters
    ----------
    id
        The run's id.
    json
        Print one JSON object with everything.
    """
    from counterpoint.cli.listing import show_instance

    return reading(store, lambda reader, streams: show_instance(reader, streams, id, json))


def history(
    id: str,
    /,
    *,
    after: Number = 0,
    limit: Annotated[Count | None, Parameter(show_default=False)] = None,
    json: Json = False,
    store: Store = STORE_DEFAULT,
) -> int:
    """Show what has happened to a run, in order.

    Parameters
    ----------
    id
        The run's id.
    after
        Only what follows the transition of this number.
    limit
        How many transitions at most.
    json
        Print a JSON array with every recorded event, complete.
    """
    from counterpoint.cli.listing import show_history

    return reading(store, lambda reader, streams: show_history(reader, streams, id, json, after, limit))


def wanted_of(matching: Matching | None) -> Wanted:
    """Which runs, for the application. Raises InvalidInput for a time that is none."""
    fields: Any = asdict(matching or Matching())
    for name in ("created_from", "created_to", "ended_from", "ended_to", "due_from", "due_to"):
        if fields[name] is not None:
            try:
                fields[name] = parse_timestamp(fields[name])
            except (ValueError, OverflowError) as error:
                raise InvalidInput(f"--{name.replace('_', '-')}: {error}") from None
    wanted: Wanted = fields
    return wanted


def reading(store: str, work: Callable[[Reader, Streams], Coroutine[Any, Any, None]]) -> int:
    """Look at a store; the exit code."""
    return complete(_read(store, work))


async def _read(store: str, work: Callable[[Reader, Streams], Coroutine[Any, Any, None]]) -> int:
    from counterpoint.bootstrap import open_reader
    from counterpoint.cli.asking import require_store

    require_store(store)
    reader = open_reader(store)
    try:
        await work(reader, Streams())
    finally:
        await reader.close()
    return Exit.DONE


COMMANDS: Final[Commands] = {
    "list": (list_instances, "counterpoint instances list --workflow shop/checkout --status suspended"),
    "count": (count, "counterpoint instances count --created-from 2026-01-31T00:00:00Z"),
    "show": (show, "counterpoint instances show ID"),
    "history": (history, "counterpoint instances history ID --json | jq '.[].type'"),
}
