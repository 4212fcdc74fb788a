"""Forking a run: a new one from a point of its history."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import Asked, Commands, EngineOptions, Number
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject


def fork(
    id: str,
    /,
    *,
    at: Number,
    dry_run: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    fork_id: Annotated[str | None, Parameter(show_default=False)] = None,
    business_key: Annotated[str | None, Parameter(show_default=False)] = None,
    asked: Asked | None = None,
    options: EngineOptions | None = None,
) -> int:
    """Begin a new run from a point of this one's history. Needs a --reason.

    What this run has begun after that point is begun once more: see
    --dry-run first. The run itself is not changed.

    Parameters
    ----------
    id
        The run's id.
    at
        The transition after which the new run goes on, as `instances history`
        numbers them.
    dry_run
        Only tell what the new run would do once more.
    fork_id
        The new run's id; without it, one is made.
    business_key
        The new run's business key; without it, this run's.
    """
    asked = asked or Asked()
    if not (asked.reason or dry_run):
        raise InvalidInput("a fork needs a --reason: it stays in its history (or --dry-run, to see what it would do)")
    made = None if dry_run else fork_id or f"fork-{secrets.token_hex(8)}"
    body: JsonObject = {"id": id, "at": at, "as": made, "dryRun": dry_run, "reason": asked.reason}
    return complete(_fork({**body, "businessKey": business_key}, asked, options))


async def _fork(body: JsonObject, asked: Asked, options: EngineOptions | None) -> int:
    from counterpoint.cli.asking import asking
    from counterpoint.cli.outcome import as_json, standing

    streams = Streams()
    async with asking(asked.of(options), streams) as engine:
        answer = await engine.request("fork", body)
        view = None if body["dryRun"] else await engine.at_rest(answer["id"])
    if asked.json:
        streams.out.json(answer if view is None else {**answer, "instance": as_json(view)})
        return Exit.DONE
    for line in _told(answer["plan"], body["dryRun"]):
        streams.out.print(line)
    if view is not None:
        streams.out.write(standing(view, streams.out))
    return Exit.DONE


def _told(plan: Any, dry: bool) -> list[str]:
    mood = "would begin" if dry else "begins"
    lines = [f"a fork of {plan['origin']} after transition {plan['sequence']} of {plan['last']} {mood} once more:"]
    for each in plan["repeats"]:
        lines.append(f"  {each['task']} ({each['function']}){', in flight there' if each['in_flight'] else ''}")
    lines += ["  nothing"] if not plan["repeats"] else _more(plan, "repeats")
    if plan["shared"]:
        lines.append("done before, by the origin; whichever of the two is undone undoes it:")
    for each in plan["shared"]:
        lines.append(f"  {each['task']}{': THE ORIGIN HAS UNDONE IT SINCE' if each['undone'] else ''}")
    return lines + _more(plan, "shared")


def _more(plan: Any, name: str) -> list[str]:
    left = plan[f"{name}_count"] - len(plan[name])
    return [f"  and {left} more"] if left else []


COMMANDS: Final[Commands] = {"fork": (fork, "counterpoint instances fork ID --at 4 --dry-run")}
