"""Intervening in one run: stop it, hold it, let it go on, undo it."""

from __future__ import annotations

from typing import Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import Asked, Commands, EngineOptions
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
    "suspend": (suspend, "counterpoint instances suspend ID --reason 'the bank is closed'"),
    "resume": (resume, "counterpoint instances resume ID"),
    "compensate": (compensate, "counterpoint instances compensate ID --reason 'the customer changed their mind'"),
}
