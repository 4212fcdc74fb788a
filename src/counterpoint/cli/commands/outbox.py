"""`counterpoint events sinks | dead | retry | discard`: events that go out, and those that were refused for good."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, Commands, Count, EngineOptions, Json, Number, Store, Timeout
from counterpoint.cli.terminal import Streams

if TYPE_CHECKING:
    from counterpoint.application.reading import Reader


def sinks(*, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """List the sinks that are owed events, and how many.

    Parameters
    ----------
    json
        Print a JSON object: {"owed", "dead"} by sink.
    """

    async def work(reader: Reader, streams: Streams) -> None:
        sizes = await reader.sinks()
        if json:
            streams.out.json({name: msgspec.structs.asdict(size) for name, size in sizes.items()})
        elif not sizes:
            streams.out.print("no sink is owed anything")
        for name, size in {} if json else sizes.items():
            letters = f"{size.dead} dead letter{'' if size.dead == 1 else 's'}"
            streams.out.print(f"{name}: {size.owed} to be sent, {letters}")

    return complete(read(store, work))


def dead(
    *,
    sink: Annotated[str | None, Parameter(show_default=False)] = None,
    limit: Count = 100,
    json: Json = False,
    store: Store = STORE_DEFAULT,
) -> int:
    """List dead letters: events that a receiver will never take, it says.

    Parameters
    ----------
    sink
        Those of one sink alone.
    limit
        How many to show, the oldest first.
    json
        Print a JSON array: {"number", "sink", "reason", "written_at", "event"}.
    """

    async def work(reader: Reader, streams: Streams) -> None:
        letters = await reader.dead_letters(sink, limit)
        if json:
            streams.out.json(msgspec.to_builtins(letters))
        elif not letters:
            streams.out.print("no dead letters")
        for each in () if json else letters:
            streams.out.print(f"{each.number}  {each.sink}  {each.event['type']} {each.event['id']}: {each.reason}")

    return complete(read(store, work))


def retry(
    number: Number,
    /,
    *,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Have a dead letter sent again, once its receiver was mended.

    Parameters
    ----------
    number
        Its number, as `events dead` shows it.
    """
    ask = Ask(store, timeout, options or EngineOptions())
    return complete(_ask("retry-letter", number, ask, f"dead letter {number} is sent again"))


def discard(
    number: Number,
    /,
    *,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Throw a dead letter away: its receiver never gets this event.

    Parameters
    ----------
    number
        Its number, as `events dead` shows it.
    """
    ask = Ask(store, timeout, options or EngineOptions())
    return complete(_ask("discard-letter", number, ask, f"dead letter {number} is gone"))


async def _ask(kind: str, number: int, ask: Ask, done: str) -> int:
    from counterpoint.cli.asking import asking

    streams = Streams()
    async with asking(ask, streams) as engine:
        await engine.request(kind, {"number": number})
    streams.out.print(done)
    return Exit.DONE


async def read(store: str, work: Callable[[Reader, Streams], Coroutine[Any, Any, None]]) -> int:
    """Read a store, beside the engine that may hold it. Raises Refusal where there is none."""
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
    "sinks": (sinks, "counterpoint events sinks"),
    "dead": (dead, "counterpoint events dead --sink billing"),
    "retry": (retry, "counterpoint events retry 7"),
    "discard": (discard, "counterpoint events discard 7"),
}
