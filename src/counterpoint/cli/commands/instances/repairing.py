"""Repairing one run: what to do about its incidents."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from cyclopts import Parameter

from counterpoint.cli.commands.instances.intervening import intervene
from counterpoint.cli.options import Asked, Commands, EngineOptions, Number
from counterpoint.values.json import JsonObject


def retry(
    id: str,
    /,
    *,
    run: Annotated[Number | None, Parameter(show_default=False)] = None,
    asked: Asked | None = None,
    options: EngineOptions | None = None,
) -> int:
    """Try again what a run is stuck at, once the cause is mended.

    Parameters
    ----------
    id
        The run's id.
    run
        The number of one incident; without it, all of them.
    """
    return intervene("retry", {"id": id, "run": run}, asked, options)


def resolve(
    id: str,
    run: Number,
    action: Literal["retry", "skip", "done"],
    /,
    *,
    input: Annotated[str | None, Parameter(show_default=False)] = None,
    asked: Asked | None = None,
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
        done it. `skip` and `done` need a --reason.
    input
        For `retry`: JSON, or @file, in the place of the task's own input. For
        a task that is skipped or done: its output.
    """
    from counterpoint.cli.sources import read_value

    body: JsonObject = {"id": id, "run": run, "action": action}
    if input is not None:
        body["input"] = read_value(input, "--input")
    return intervene("resolve", body, asked, options)


COMMANDS: Final[Commands] = {
    "retry": (retry, "counterpoint instances retry ID"),
    "resolve": (resolve, "counterpoint instances resolve ID 7 skip --reason 'refunded by hand'"),
}
