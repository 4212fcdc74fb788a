"""Intervening in one run: stop it, hold it, let it go on, undo it."""

from __future__ import annotations

from typing import Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, Asked, Commands, EngineOptions, Json, Store, Timeout
from counterpoint.cli.terminal import Streams
from counterpoint.values.json import JsonObject

_ENDING: Final = ("cancel", "compensate", "terminate")


def cancel(
    id: str,
    /,
    *,
    abandon: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    asked: Asked | None = None,
    options: EngineOptions | None = None,
) -> int:
    """Stop a run and undo what it has done.

    Parameters
    ----------
    id
        The run's id.
    abandon
        Leave everything as it is: undo nothing.
    """
    return intervene("cancel", {"id": id, "abandon": abandon}, asked, options)


def terminate(id: str, /, *, asked: Asked | None = None, options: EngineOptions | None = None) -> int:
    """Force a run to its end, and its sub-workflows: nothing is undone, not even what is being undone.

    Parameters
    ----------
    id
        The run's id.
    """
    return intervene("terminate", {"id": id}, asked, options)


def suspend(id: str, /, *, asked: Asked | None = None, options: EngineOptions | None = None) -> int:
    """Let a run start nothing new until it is resumed.

    Parameters
    ----------
    id
        The run's id.
    """
    return intervene("suspend", {"id": id}, asked, options)


def resume(id: str, /, *, asked: Asked | None = None, options: EngineOptions | None = None) -> int:
    """Let a run go on that was suspended.

    A run that was interrupted needs no resuming: it goes on with
    `counterpoint serve`, or `counterpoint run --resume ID`.

    Parameters
    ----------
    id
        The run's id.
    """
    return intervene("resume", {"id": id}, asked, options)


def compensate(id: str, /, *, asked: Asked | None = None, options: EngineOptions | None = None) -> int:
    """Undo what a run has done, also after it completed, within its `compensableFor`.

    Parameters
    ----------
    id
        The run's id.
    """
    return intervene("compensate", {"id": id}, asked, options)


def signal(
    id: str,
    event: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    type: Annotated[str | None, Parameter(show_default=False)] = None,
    data: Annotated[str | None, Parameter(allow_leading_hyphen=True, show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Hand a CloudEvent to one run alone. The exit code is 1 where it does not listen for it.

    Parameters
    ----------
    id
        The run's id.
    event
        The event: a file (JSON or YAML), `-` for standard input, or a JSON
        object. What it leaves out of id, source, specversion and time is added.
    type
        The event's type, where no EVENT is named.
    data
        Its data: JSON, `@file`, or `-` for standard input.
    json
        Print one JSON object: {"id", "taken"}.
    """
    from counterpoint.cli.commands.events import completed

    body = {"id": id, "event": completed(event, {"type": type}, data)}
    return complete(_signal(body, Ask(store, timeout, options or EngineOptions()), json))


async def _signal(body: JsonObject, ask: Ask, json: bool) -> int:
    from counterpoint.cli.asking import asking

    streams = Streams()
    async with asking(ask, streams) as engine:
        answer = await engine.request("signal", body)
        if answer["taken"]:
            await engine.at_rest(body["id"])
    if json:
        streams.out.json(answer)
    else:
        streams.out.print("taken" if answer["taken"] else f"not taken: {body['id']} does not listen for it now")
    return Exit.DONE if answer["taken"] else Exit.FAILED


def intervene(kind: str, body: JsonObject, asked: Asked | None, options: EngineOptions | None) -> int:
    """Ask for something, and show how the run stands then; the exit code."""
    asked = asked or Asked()
    return complete(_intervene(kind, {**body, "reason": asked.reason}, asked, options))


async def _intervene(kind: str, body: JsonObject, asked: Asked, options: EngineOptions | None) -> int:
    from counterpoint.cli.asking import asking
    from counterpoint.cli.outcome import as_json, standing

    streams = Streams()
    async with asking(asked.of(options), streams) as engine:
        await engine.request(kind, body)
        view = await engine.at_rest(body["id"])
    if asked.json:
        streams.out.json(as_json(view))
    else:
        streams.out.write(standing(view, streams.out))
        if view.ended_at is None and engine.ours:
            streams.note("No engine runs on this store: `counterpoint serve` lets the run go on when it is time.")
    if view.status == "suspended" and kind != "suspend":
        return Exit.SUSPENDED
    wanted = kind in _ENDING and view.status == "cancelled"
    return Exit.FAILED if view.status in ("faulted", "cancelled") and not wanted else Exit.DONE


COMMANDS: Final[Commands] = {
    "cancel": (cancel, "counterpoint instances cancel ID --reason 'ordered twice'"),
    "terminate": (terminate, "counterpoint instances terminate ID --reason 'it loops'"),
    "signal": (signal, 'counterpoint instances signal ID --type com.example.paid --data \'{"by": "Ada"}\''),
    "suspend": (suspend, "counterpoint instances suspend ID --reason 'the bank is closed'"),
    "resume": (resume, "counterpoint instances resume ID"),
    "compensate": (compensate, "counterpoint instances compensate ID --reason 'the customer changed their mind'"),
}
