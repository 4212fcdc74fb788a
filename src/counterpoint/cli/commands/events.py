"""`counterpoint events publish`: a CloudEvent for whoever listens."""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, Commands, EngineOptions, Json, Store, Timeout
from counterpoint.cli.sources import read_object, read_value
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject
from counterpoint.values.timestamp import iso8601

HELP: Final = "Send events to workflows."
EXAMPLES: Final = """\
counterpoint events publish --type com.example.decided.v1 --data '{"approved": true}'
counterpoint events publish event.json"""
_SOURCE: Final = "/counterpoint/cli"


def publish(
    event: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    type: Annotated[str | None, Parameter(show_default=False)] = None,
    source: Annotated[str | None, Parameter(show_default=False)] = None,
    subject: Annotated[str | None, Parameter(show_default=False)] = None,
    id: Annotated[str | None, Parameter(show_default=False)] = None,
    data: Annotated[str | None, Parameter(allow_leading_hyphen=True, show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    json: Json = False,
    options: EngineOptions | None = None,
) -> int:
    """Publish a CloudEvent to the workflows that listen for it.

    The engine that holds the store takes it. Where none runs, one is started
    until everything that the event has set going waits again or has ended.

    An event with the source and id of an earlier one counts once.

    Parameters
    ----------
    event
        The event: a file (JSON or YAML), `-` for standard input, or a JSON
        object. What it leaves out of id, source, specversion and time is added.
    type
        The event's type, where no EVENT is named.
    source
        Where it is from; /counterpoint/cli if nothing else is said.
    subject
        What it is about.
    id
        Its id; a random one if nothing else is said.
    data
        Its data: JSON, `@file`, or `-` for standard input.
    json
        Print one JSON object: {"id", "source", "new", "offered"}.
    """
    filled = completed(event, {"type": type, "source": source, "subject": subject, "id": id}, data)
    return complete(_publish(filled, Ask(store, timeout, options or EngineOptions()), json))


def completed(event: str | None, given: dict[str, str | None], data: str | None) -> JsonObject:
    """The event that a command line means, with what it leaves out. Raises InvalidInput where nothing is named."""
    attributes = {name: value for name, value in given.items() if value is not None}
    base = _read(event)
    if base is None and "type" not in attributes:
        raise InvalidInput("name an event (a file, `-` or a JSON object), or give at least --type")
    filled: JsonObject = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": _SOURCE,
        "time": iso8601(time.time_ns() // 1_000_000),
        **(base or {}),
        **attributes,
    }
    if data is not None:
        filled["data"] = read_value(data, "--data")
    return filled


def _read(event: str | None) -> JsonObject | None:
    if event is None:
        return None
    if event.lstrip().startswith("{"):
        return read_object(event, "EVENT")
    return read_object(event if event == "-" else f"@{event}", "EVENT")


async def _publish(event: JsonObject, ask: Ask, json: bool) -> int:
    from counterpoint.cli.asking import asking

    streams = Streams()
    async with asking(ask, streams) as engine:
        offered = await engine.publish(event)
    if json:
        answer = {"id": event["id"], "source": event["source"], "new": offered is not None, "offered": offered or 0}
        streams.out.json(answer)
    elif offered is None:
        streams.out.print(f"an event {event['id']} from {event['source']} was published before: it counts once")
    else:
        to = f"offered to {offered} waiting run{'' if offered == 1 else 's'}" if offered else "no run waits for it"
        streams.out.print(f"published {event['type']} {event['id']}: {to}")
    return Exit.DONE


COMMANDS: Final[Commands] = {"publish": (publish, EXAMPLES)}
