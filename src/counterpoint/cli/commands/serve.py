"""`counterpoint serve`: an engine that stays."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete_long, settle
from counterpoint.cli.options import STORE_DEFAULT, EngineOptions, Json, Store
from counterpoint.cli.problems import told
from counterpoint.cli.sources import Source, read_source
from counterpoint.cli.terminal import Line, Streams
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject

if TYPE_CHECKING:
    from counterpoint.bootstrap import Engine
    from counterpoint.bootstrap.configuration import Configuration

EXAMPLES: Final = """\
counterpoint serve
counterpoint serve report.yaml checkout.yaml --store orders.db
counterpoint serve --http 127.0.0.1:8080
counterpoint serve --config serve.yaml
counterpoint serve --function functions.py --json >> lifecycle.jsonl"""

_WORDS_WIDTH: Final = 18
_lifecycle = logging.getLogger("counterpoint.lifecycle")
_CREATED: Final = "task.created.v1"
"""Its start follows at once, so that for people a line of its own is one too many."""


def serve(
    *documents: Annotated[str, Parameter(name="DOCUMENT")],
    store: Store = STORE_DEFAULT,
    json: Json = False,
    quiet: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    http: Annotated[str | None, Parameter(name="--http", show_default=False)] = None,
    token_file: Annotated[str | None, Parameter(name="--token-file", show_default=False)] = None,
    config: Annotated[str | None, Parameter(show_default=False)] = None,
    metrics: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    log_format: Annotated[Literal["text", "json"] | None, Parameter(show_default=False)] = None,
    log_level: Annotated[Literal["debug", "info", "warning", "error"] | None, Parameter(show_default=False)] = None,
    allow_origin: Annotated[list[str] | None, Parameter(name="--allow-origin", negative=(), show_default=False)] = None,
    options: EngineOptions | None = None,
) -> int:
    """Keep runs going until the process is told to stop (Ctrl-C, SIGTERM).

    Takes up every unfinished run, starts scheduled ones, hears events, and
    writes a line for each lifecycle event (times are in UTC).

    Parameters
    ----------
    documents
        Documents to publish first; their schedules begin.
    json
        Write each lifecycle event as its CloudEvent, one JSON object a line.
    quiet
        Write no lifecycle events: that they cost time where very much happens.
    http
        Serve the HTTP API at HOST:PORT (a PORT alone is this machine's; 0 is
        any that is free). A host that others can reach needs an API token.
    token_file
        A file that holds the API token. COUNTERPOINT_API_TOKEN holds one too.
    config
        A YAML or JSON file that says where events come from and go to.
    metrics
        Keep metrics for Prometheus, at /metrics of the HTTP API.
    log_format
        How standard error is written: lines for people, or JSON objects and
        nothing else; lifecycle events are records of the level `info` then.
    log_level
        What is logged: `info` has each HTTP request too. `warning` without.
    allow_origin
        The origin of a page of the web that may use the API, such as
        https://studio.example.org (repeatable). None may unless it is named.
    """
    from counterpoint.cli.interrupts import leave
    from counterpoint.cli.settings import engine_of, log_to

    streams, logs = Streams(), log_format is not None or log_level is not None
    if logs:
        log_to(log_format or "text", log_level or "warning", streams)
    sources = [read_source(each) for each in documents]
    if http is None and token_file is not None:
        raise InvalidInput("--token-file is for the HTTP API; say with --http where to serve it")
    if http is None and allow_origin:
        raise InvalidInput("--allow-origin is for the HTTP API; say with --http where to serve it")
    if quiet and json:
        raise InvalidInput("--quiet writes no events and --json says how to write them: give one of them")
    configuration = None if config is None else _configuration(config)
    face = None if http is None else _Face(http, token_file, allow_origin or [], streams)
    write = None if quiet else _log_event if streams.log and not json else partial(_write, streams=streams, json=json)
    if metrics and http is None:
        raise InvalidInput("--metrics are read over the HTTP API; say with --http where to serve it")
    opened = engine_of(
        store, options or EngineOptions(), streams, configuration, metrics=metrics, logs=logs, schedules=True
    )
    return leave(complete_long(_serve(sources, store, write, opened, face, streams)))


def _configuration(file: str) -> Configuration:
    from counterpoint.bootstrap.configuration import read_configuration

    read = read_source(file)
    return read_configuration(read.text, read.name)


class _Face:
    """The HTTP API as the command line wants it. Refuses what is wrong before an engine is opened."""

    def __init__(self, address: str, token_file: str | None, origins: list[str], streams: Streams) -> None:
        from counterpoint.api import Access, Address, refuse_open
        from counterpoint.cli.settings import api_token

        self._address = Address.of(address)
        self._access = Access(api_token(token_file, streams), origins)
        self._streams = streams
        refuse_open(self._address, self._access)

    @asynccontextmanager
    async def served(self, engine: Engine) -> AsyncIterator[None]:
        """Serve while the context lasts."""
        from counterpoint.api import listen
        from counterpoint.studio import NotBuilt, built, pages

        try:
            front, studio = pages(built()), ""
        except NotBuilt as error:
            front, studio = None, f" without the studio: {error.message}"
        async with listen(engine.service, self._address, self._access, front=front) as address:
            self._streams.note(f"HTTP API at http://{address}, described at http://{address}/reference{studio}")
            if front is not None:
                self._streams.note(f"studio at http://{address}/")
            yield


async def _serve(
    sources: list[Source],
    store: str,
    write: Callable[[JsonObject], None] | None,
    opened: Engine,
    face: _Face | None,
    streams: Streams,
) -> int:
    from counterpoint.cli.interrupts import interruptible

    with interruptible() as interrupt:
        async with opened as engine:
            published = [str(await engine.publish(each.text, each.name)) for each in sources]
            if write is not None:
                engine.on_lifecycle(write)
            await engine.run_schedules()
            async with nullcontext() if face is None else face.served(engine):
                await _announce(engine, published, store, streams)
                settle()
                await interrupt.event.wait()
                streams.note("stopping; unfinished runs go on with the next engine")
    return Exit.DONE


async def _announce(engine: Engine, published: list[str], store: str, streams: Streams) -> None:
    for each in published:
        definitions = engine.service.definitions
        state = definitions.state(definitions.find(each)).state
        streams.note(f"published {each}" + ("" if state == "active" else f", which is {state}"))
    unfinished = (await engine.count(status=("pending", "running", "waiting", "suspended"))).total
    runs = f"{unfinished} unfinished run{'' if unfinished == 1 else 's'}"
    streams.note(f"serving {store}: {runs}; Ctrl-C stops")


def _log_event(event: JsonObject) -> None:
    """Where logs are for programs, what is told for people is a record of them."""
    data: JsonObject = event["data"]
    kind = event["type"].removesuffix(".v1")
    what = " ".join(kind.rsplit(".", 2)[-2:])
    fields = {
        "instance": event["subject"],
        "type": event["type"],
        "task": data.get("task"),
        "error": data.get("error"),
    }
    told = {name: value for name, value in fields.items() if value is not None}
    _lifecycle.info("%s", what, extra=told)


def _write(event: JsonObject, streams: Streams, json: bool) -> None:
    if json:
        streams.out.json(event, indent=None)
    elif not event["type"].endswith(_CREATED):
        streams.out.write([lifecycle_line(event, short=streams.out.interactive)])


def lifecycle_line(event: JsonObject, *, short: bool) -> Line:
    """`2026-01-31T08:00:00.000Z  task completed      019a...  /do/0/charge`; the time of day alone where `short`."""
    what = event["type"].removesuffix(".v1").rsplit(".", 2)[-2:]
    data: JsonObject = event["data"]
    error = data.get("error")
    line: Line = [
        (event["time"][11:19] if short else event["time"], "faint"),
        (f"  {' '.join(what):<{_WORDS_WIDTH}}", _style(what)),
        (f"  {event['subject']}", ""),
        (f"  {data.get('task') or event['source'].lstrip('/')}", ""),
    ]
    if error:
        line.append((f"  {told(error)}", "faulted"))
    return line


def _style(what: list[str]) -> str:
    if what[0] == "saga":
        return "undo"
    return {"completed": "completed", "faulted": "faulted", "cancelled": "cancelled"}.get(what[1], "")
