"""`counterpoint instances chain`: everything that one story has led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from counterpoint.cli.commands.outbox import read
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Commands, Json, Store
from counterpoint.cli.terminal import Line, Streams

if TYPE_CHECKING:
    from counterpoint.application.chains import Chain
    from counterpoint.application.reading import Reader


def chain(id: str, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Show all instances that events and sub-workflows have led to, one from another.

    Parameters
    ----------
    id
        The id of any instance of the chain, or its correlation.
    json
        Print one JSON object: {"correlation", "instances", "events", "next"}.
    """

    async def work(reader: Reader, streams: Streams) -> None:
        found = await reader.chain(id)
        if json:
            streams.out.json(msgspec.to_builtins(found))
        else:
            streams.out.write(_lines(found))

    return complete(read(store, work))


def _lines(chain: Chain) -> list[Line]:
    lines: list[Line] = [[(f"chain {chain.correlation}", "")]]
    for each in chain.instances:
        line: Line = [(f"  {each.id}  ", ""), (each.status, each.status), (f"  {each.workflow}", "faint")]
        if each.saga is not None:
            line.append((f"  saga {each.saga}", "undo"))
        lines.append(line)
        if each.left_to_undo:
            lines.append([(f"    to undo: {', '.join(each.left_to_undo)}", "undo")])
    for event in chain.events:
        lines.append([(f"  {event.type or 'event'} {event.id}", "")])
        lines.append([(f"    from {event.emitted_by or 'outside'}", "faint")])
        for word, ids in (("started", event.started), ("woke", event.woke)):
            lines += [[(f"    {word} {id}", "faint")] for id in ids]
    return lines


COMMANDS: Final[Commands] = {"chain": (chain, "counterpoint instances chain ID")}
