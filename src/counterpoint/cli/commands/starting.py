"""`counterpoint instances start`: many runs from a file, one a line."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, EngineOptions, Json, Store, Timeout
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject

_MESSAGE_STARTS_MAX: Final = 1_000
"""Starts that are asked for with one message."""


def start(
    file: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    /,
    *,
    key: Annotated[str | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Start many runs, of published workflows.

    Every line of the file is a JSON object: {"definition"}, and "input", "id"
    or "key" where wanted. The runs are durable when the command returns.

    Parameters
    ----------
    file
        The lines; `-` is standard input.
    key
        Makes the command repeatable: with the same key and file it starts
        only what is not started yet.
    json
        Print a JSON object a line, in the order of the file: {"id",
        "workflow", "replayed"}, or {"error", "detail"}.
    """
    lines = _read(file, key or secrets.token_hex(16))
    return complete(_start(lines, Ask(store, timeout, options or EngineOptions()), json))


async def _start(starts: list[tuple[int, JsonObject]], ask: Ask, json: bool) -> int:
    from counterpoint.application.bulk import KIND
    from counterpoint.cli.asking import asking

    streams, begun, again, refused = Streams(), 0, 0, 0
    async with asking(ask, streams) as engine:
        for some in _portions(starts):
            answer = await engine.request(KIND, {"starts": [each for _, each in some]})
            for (line, _), item in zip(some, answer["items"], strict=True):
                if json:
                    streams.out.json(item, indent=None)
                if "error" in item:
                    refused += 1
                    streams.warn(f"line {line}: {item['detail']}")
                elif item["replayed"]:
                    again += 1
                else:
                    begun += 1
        if engine.ours and begun:
            streams.note("No engine runs on this store: `counterpoint serve` lets the runs go on.")
    streams.note(f"{begun:,} started, {again:,} started before, {refused:,} refused")
    return Exit.FAILED if refused else Exit.DONE


def _portions(starts: Sequence[tuple[int, JsonObject]]) -> Iterator[Sequence[tuple[int, JsonObject]]]:
    for first in range(0, len(starts), _MESSAGE_STARTS_MAX):
        yield starts[first : first + _MESSAGE_STARTS_MAX]


def _read(file: str, key: str) -> list[tuple[int, JsonObject]]:
    """The starts with the numbers of their lines; each with an id or a key. Raises InvalidInput for the first fault."""
    from counterpoint.application.bulk import BulkStart
    from counterpoint.cli.sources import read_source

    source, found = read_source(file), []
    for number, line in enumerate(source.text.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            start = msgspec.json.decode(line, type=BulkStart)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            example = '{"definition": "shop/checkout", "input": {"order": 7}}'
            raise InvalidInput(f"{source.name}:{number}: {error}; write for example {example}") from None
        if start.id is None and start.key is None:
            start = msgspec.structs.replace(start, key=f"{key}\n{number}")
        found.append((number, msgspec.to_builtins(start)))
    return found
