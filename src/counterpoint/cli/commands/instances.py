"""`counterpoint instances`: look at runs, and intervene."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from cyclopts import Parameter
from cyclopts.types import PositiveInt

from counterpoint.cli.commands.starting import start
from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, Commands, EngineOptions, Json, Store, Timeout
from counterpoint.cli.terminal import Streams
from counterpoint.values.json import JsonObject

if TYPE_CHECKING:
    from counterpoint.application.reading import Reader

HELP: Final = "Look at runs, and intervene."
EXAMPLES: Final = """\
counterpoint instances list --status suspended
counterpoint instances show ID
counterpoint instances cancel ID --reason 'ordered twice'"""

Status = Literal["pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed"]


def list_instances(
    *,
    status: Annotated[Status | None, Parameter(show_default=False)] = None,
    workflow: Annotated[str | None, Parameter(show_default=False)] = None,
    limit: PositiveInt = 20,
    json: Json = False,
    store: Store = STORE_DEFAULT,
) -> int:
    """List runs, newest first. An engine may be at work meanwhile.

    Parameters
    ----------
    status
        Only those with this status.
    workflow
        Only those of this workflow: `name`, `namespace/name` or
        `namespace/name:version`.
    limit
        How many at most.
    json
        Print a JSON array of {"id", "workflow", "status", "saga", "createdAt",
        "endedAt", "parent", "errorType"}.
    """
    from counterpoint.cli.listing import list_rows

    return _reading(store, lambda reader, streams: list_rows(reader, streams, status, workflow, limit, json))


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

    return _reading(store, lambda reader, streams: show_instance(reader, streams, id, json))


def history(id: str, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Show everything that has happened to a run, in order.

    Parameters
    ----------
    id
        The run's id.
    json
        Print a JSON array with every recorded event, complete.
    """
    from counterpoint.cli.listing import show_history

    return _reading(store, lambda reader, streams: show_history(reader, streams, id, json))


def cancel(
    id: str,
    /,
    *,
    abandon: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    reason: Annotated[str | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Stop a run and undo what it has done.

    Parameters
    ----------
    id
        The run's id.
    abandon
        Leave everything as it is: undo nothing.
    reason
        Why; it is kept in the history.
    json
        Print the run as `run --json` does.
    """
    body = {"id": id, "abandon": abandon, "reason": reason}
    return complete(_intervene("cancel", body, Ask(store, timeout, options or EngineOptions()), json))


def suspend(
    id: str,
    /,
    *,
    reason: Annotated[str | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Let a run start nothing new until it is resumed.

    Parameters
    ----------
    id
        The run's id.
    reason
        Why; it is kept in the history.
    json
        Print the run as `run --json` does.
    """
    return complete(
        _intervene("suspend", {"id": id, "reason": reason}, Ask(store, timeout, options or EngineOptions()), json)
    )


def resume(
    id: str,
    /,
    *,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Let a run go on that was suspended.

    A run that was interrupted needs no resuming: it goes on with
    `counterpoint serve`, or `counterpoint run --resume ID`.

    Parameters
    ----------
    id
        The run's id.
    json
        Print the run as `run --json` does.
    """
    return complete(_intervene("resume", {"id": id}, Ask(store, timeout, options or EngineOptions()), json))


def retry(
    id: str,
    /,
    *,
    run: Annotated[int | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Try again what a run is stuck at, once the cause is mended.

    Parameters
    ----------
    id
        The run's id.
    run
        The number of one incident; without it, all of them.
    json
        Print the run as `run --json` does.
    """
    return complete(_intervene("retry", {"id": id, "run": run}, Ask(store, timeout, options or EngineOptions()), json))


def resolve(
    id: str,
    run: int,
    action: Literal["retry", "skip", "done"],
    /,
    *,
    reason: Annotated[str | None, Parameter(show_default=False)] = None,
    input: Annotated[str | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Decide about one incident: try again, leave it behind, or say that it is done.

    Parameters
    ----------
    id
        The run's id.
    run
        The number of the incident, as `instances show` lists it.
    action
        `retry`; `skip`, it is left behind and listed so; `done`, a person has
        done it.
    reason
        Why; it is kept in the history. `skip` and `done` need it.
    input
        For `retry`: JSON, or @file, in the place of the task's own input. For
        a task that is skipped or done: its output.
    json
        Print the run as `run --json` does.
    """
    from counterpoint.cli.sources import read_value

    body: JsonObject = {"id": id, "run": run, "action": action, "reason": reason}
    if input is not None:
        body["input"] = read_value(input, "--input")
    return complete(_intervene("resolve", body, Ask(store, timeout, options or EngineOptions()), json))


def compensate(
    id: str,
    /,
    *,
    reason: Annotated[str | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Undo what a run has done, also after it completed, within its `compensableFor`.

    Parameters
    ----------
    id
        The run's id.
    reason
        Why; it is kept in the history.
    json
        Print the run as `run --json` does.
    """
    body = {"id": id, "reason": reason}
    return complete(_intervene("compensate", body, Ask(store, timeout, options or EngineOptions()), json))


async def _intervene(kind: str, body: JsonObject, ask: Ask, json: bool) -> int:
    from counterpoint.cli.asking import asking
    from counterpoint.cli.outcome import as_json, standing

    streams = Streams()
    async with asking(ask, streams) as engine:
        await engine.request(kind, body)
        view = await engine.at_rest(body["id"])
    if json:
        streams.out.json(as_json(view))
    else:
        streams.out.write(standing(view, streams.out))
        if view.ended_at is None and engine.ours:
            streams.note("No engine runs on this store: `counterpoint serve` lets the run go on when it is time.")
    if view.status == "suspended" and kind != "suspend":
        return Exit.SUSPENDED
    wanted = kind in ("cancel", "compensate") and view.status == "cancelled"
    return Exit.FAILED if view.status in ("faulted", "cancelled") and not wanted else Exit.DONE


def _reading(store: str, work: Callable[[Reader, Streams], Coroutine[Any, Any, None]]) -> int:
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
    "start": (start, "counterpoint instances start orders.ndjson --key monday"),
    "list": (list_instances, "counterpoint instances list --workflow shop/checkout --status suspended"),
    "show": (show, "counterpoint instances show ID"),
    "history": (history, "counterpoint instances history ID --json | jq '.[].type'"),
    "cancel": (cancel, "counterpoint instances cancel ID --reason 'ordered twice'"),
    "suspend": (suspend, "counterpoint instances suspend ID --reason 'the bank is closed'"),
    "resume": (resume, "counterpoint instances resume ID"),
    "retry": (retry, "counterpoint instances retry ID"),
    "resolve": (resolve, "counterpoint instances resolve ID 7 skip --reason 'refunded by hand'"),
    "compensate": (compensate, "counterpoint instances compensate ID --reason 'the customer changed their mind'"),
}
