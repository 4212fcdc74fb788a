"""Acting on many runs at once: tried dry, and then with --yes."""

from __future__ import annotations

import secrets
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from counterpoint.cli.commands.instances.looking import wanted_of
from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import Asked, Commands, EngineOptions, Matching
from counterpoint.cli.terminal import Streams
from counterpoint.values.json import JsonObject


def act(
    action: Literal["cancel", "abandon", "terminate", "suspend", "resume", "retry", "skip", "done", "compensate"],
    /,
    *,
    matching: Matching | None = None,
    yes: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    token: Annotated[str | None, Parameter(show_default=False)] = None,
    asked: Asked | None = None,
    options: EngineOptions | None = None,
) -> int:
    """Act on all runs that match. Without --yes it only tells how many those are.

    Parameters
    ----------
    action
        `abandon` is a cancel that undoes nothing; `skip` and `done` are about
        all open incidents, and need a --reason.
    yes
        Do it.
    token
        As it was told without --yes: nothing is done where other runs match by
        now, or have other states.
    """
    asked = asked or Asked()
    wanted = {name: value for name, value in wanted_of(matching).items() if value not in (None, ())}
    body: JsonObject = {"action": action, "filter": wanted, "key": secrets.token_hex(16), "dryRun": not yes}
    return complete(_act({**body, "token": token, "reason": asked.reason}, asked, options))


async def _act(body: JsonObject, asked: Asked, options: EngineOptions | None) -> int:
    from counterpoint.cli.asking import asking

    streams = Streams()
    async with asking(asked.of(options), streams) as engine:
        answer = await engine.request("act", body)
    if asked.json:
        streams.out.json(answer)
    elif body["dryRun"]:
        streams.out.print(f"{body['action']} would be done on {answer['count']:,} runs; the newest of them:")
        for id in answer["sample"]:
            streams.out.print(f"  {id}")
        streams.out.print(f"to do it on these alone: --yes --token {answer['token']}")
    failed = [each for each in answer.get("items", ()) if "error" in each]
    if not asked.json and not body["dryRun"]:
        for each in failed:
            streams.warn(f"{each['id']}: {each['detail']}")
        streams.out.print(
            f"{body['action']}: done on {len(answer['items']) - len(failed):,} runs, not on {len(failed):,}"
        )
    return Exit.FAILED if failed else Exit.DONE


COMMANDS: Final[Commands] = {"act": (act, "counterpoint instances act retry --waits-for incident --reason 'mended'")}
