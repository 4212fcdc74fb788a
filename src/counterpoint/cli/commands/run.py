"""`counterpoint run`: one instance from its start to its end."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from counterpoint.cli.exits import Exit, exit_of_run
from counterpoint.cli.loops import complete
from counterpoint.cli.options import MEMORY, STORE_DEFAULT, EngineOptions, Json, Store
from counterpoint.cli.sources import Source, read_source, read_value
from counterpoint.cli.terminal import Streams
from counterpoint.errors import Conflict, InvalidInput
from counterpoint.values.json import JsonValue

if TYPE_CHECKING:
    from counterpoint.application.views import InstanceView
    from counterpoint.bootstrap import Engine
    from counterpoint.cli.interrupts import Interrupt
    from counterpoint.cli.watching import Watcher

EXAMPLES = """\
counterpoint run hello.yaml --input '{"name": "Ada"}'
counterpoint run checkout.yaml --input @order.json --allow-network loopback
counterpoint run batch.yaml --function functions.py --json | jq .output
counterpoint run parent.yaml --with child.yaml
counterpoint run --resume ID"""


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What is to be run, read and checked as far as that needs no engine."""

    document: Source | None
    others: tuple[Source, ...]
    input: JsonValue
    id: str | None
    business_key: str | None
    store: str
    json: bool
    watch: bool | None


def run(
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    input: Annotated[
        str | None, Parameter(name=["--input", "-i"], allow_leading_hyphen=True, show_default=False)
    ] = None,
    json: Json = False,
    watch: Annotated[bool | None, Parameter(show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    id: Annotated[str | None, Parameter(show_default=False)] = None,
    business_key: Annotated[str | None, Parameter(show_default=False)] = None,
    resume: Annotated[str | None, Parameter(show_default=False)] = None,
    with_: Annotated[tuple[str, ...], Parameter(name="--with", negative=(), show_default=False)] = (),
    options: EngineOptions | None = None,
) -> int:
    """Run a workflow document to its end.

    The run is recorded in the store. If it is interrupted, it can go on: `run --resume ID`, or `serve`.

    Exit codes: 0 completed, 1 faulted or cancelled, 2 invalid document or
    input, 3 suspended, 4 the store cannot be used, 130 interrupted.

    Parameters
    ----------
    file
        The document (YAML or JSON); `-` is standard input.
    input
        The workflow's input: JSON, `@file`, or `-` for standard input.
    json
        Print one JSON object with the result, and nothing else, on standard output.
    watch
        Show what happens. The default, but with --json; then it goes to standard error.
    id
        The id of the run, to find it by.
    business_key
        What people call it, such as an order number; several runs may share it.
    resume
        Go on with a run that was interrupted, instead of starting one.
    with_
        Another document to publish before: a workflow that FILE runs. May be given several times.
    """
    if (file is None) == (resume is None):
        raise InvalidInput("name a document to run, or --resume ID to go on with an interrupted run")
    if file == "-" and input == "-":
        raise InvalidInput("the document and the input cannot both come from standard input")
    if resume is not None and (input, id, business_key) != (None, None, None):
        raise InvalidInput("--resume goes on with what was started: it takes no --input, --id or --business-key")
    job = _Job(
        document=None if file is None else read_source(file),
        others=tuple(read_source(each) for each in with_),
        input={} if input is None else read_value(input, "--input"),
        id=resume or id,
        business_key=business_key,
        store=store,
        json=json,
        watch=watch,
    )
    from counterpoint.cli.interrupts import leave

    streams = Streams()
    with _standard_output_kept_clean(json):
        code = complete(_run(job, options or EngineOptions(), streams))
    return leave(code) if code > Exit.STORE else code


async def _run(job: _Job, options: EngineOptions, streams: Streams) -> int:
    from counterpoint.cli.interrupts import interruptible
    from counterpoint.cli.outcome import as_json, show_outcome
    from counterpoint.cli.settings import engine_of

    with interruptible() as interrupt:
        async with engine_of(job.store, options, streams) as engine:
            id = await _begin(engine, job, streams)
            await _see_through(engine, id, _watcher(job, streams), interrupt)
            view = await engine.inspect(id)
    if job.json:
        streams.out.json(as_json(view))
    elif interrupt.signal is None:
        show_outcome(view, streams.out)
    if interrupt.signal is None:
        return exit_of_run(view)
    _say_how_to_go_on(view, job, options, streams)
    return interrupt.exit_code


async def _begin(engine: Engine, job: _Job, streams: Streams) -> str:
    if job.document is None:
        assert job.id is not None
        await engine.inspect(job.id)
        return job.id
    for each in job.others:
        await _publish(engine, each)
    reference = await _publish(engine, job.document)
    started = await engine.service.starting.start(reference, job.input, job.id, job.business_key)
    if started.caution is not None:
        streams.warn(started.caution.message)
    return started.id


async def _publish(engine: Engine, source: Source) -> str:
    try:
        return str(await engine.publish(source.text, source.name))
    except Conflict as error:
        raise InvalidInput(f"{source.name}: {error.message}, or try it with --store {MEMORY}") from None


async def _see_through(engine: Engine, id: str, watcher: Watcher, interrupt: Interrupt) -> None:
    """Show the run until it has ended, needs a person, or the process is asked to stop."""
    import asyncio

    from counterpoint.cli.watching import watch

    result = asyncio.ensure_future(engine.result(id))
    result.add_done_callback(lambda _: interrupt.event.set())
    try:
        await watch(await engine.follow(id), watcher, interrupt.event)
        if result.done():
            result.result()
    finally:
        result.cancel()
        await asyncio.gather(result, return_exceptions=True)


def _watcher(job: _Job, streams: Streams) -> Watcher:
    from counterpoint.cli.watching import Drawn, Plain, Silent

    shown = job.watch if job.watch is not None else not job.json
    terminal = streams.err if job.json else streams.out
    if not shown:
        return Silent()
    if terminal.interactive:
        kept = "nothing is kept" if job.store == MEMORY else f"Ctrl-C stops here; it can be resumed ({job.store})"
        return Drawn(terminal, kept)
    return Plain(terminal)


def _say_how_to_go_on(view: InstanceView, job: _Job, options: EngineOptions, streams: Streams) -> None:
    if job.store == MEMORY:
        streams.err.print("interrupted; the store was in memory, so nothing is left of the run")
        return
    same = ("" if job.store == STORE_DEFAULT else f" --store {quote(job.store)}") + options.arguments()
    streams.err.print(
        f"interrupted: {view.id} stays where it is. To go on with it, one of\n"
        f"  counterpoint run --resume {quote(view.id)}{same}\n"
        f"  counterpoint serve{same}"
    )


@contextlib.contextmanager
def _standard_output_kept_clean(json: bool) -> Iterator[None]:
    """What Python functions print must not mix with the one object that `--json` promises."""
    with contextlib.redirect_stdout(sys.stderr) if json else contextlib.nullcontext():
        yield
