"""`counterpoint definitions`: what is published, what may be started, and what a new version changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, Commands, EngineOptions, Json, Store, Timeout
from counterpoint.cli.sources import read_source
from counterpoint.cli.terminal import Streams
from counterpoint.values.json import JsonObject

if TYPE_CHECKING:
    from counterpoint.application.comparing import Side
    from counterpoint.application.reading import Reader

HELP: Final = "Versions of workflows: list, compare, deprecate, retire."
EXAMPLES: Final = """\
counterpoint definitions list
counterpoint definitions compare shop/checkout:1.4.2 checkout.yaml
counterpoint definitions deprecate shop/checkout:1.4.2 --sunset 2026-12-31 --replacement shop/checkout:^2
counterpoint definitions retire shop/checkout:1.4.2"""

Reason = Annotated[str | None, Parameter(show_default=False, help="Why; it is kept.")]
By = Annotated[str | None, Parameter(show_default=False, help="Who asks for it; it is kept.")]


def list_definitions(workflow: str | None = None, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """List what is published, and the state of each version.

    Parameters
    ----------
    workflow
        Only this one: `name` or `namespace/name`.
    json
        Print a JSON array of {"reference", "state", "sunset", "replacement",
        "publishedAt", "digest"}.
    """
    return complete(_list(workflow, json, store))


def show(reference: str, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Show one version: its state, what was done to it, its text.

    Parameters
    ----------
    reference
        `namespace/name:RANGE`; a range or `latest` is the highest that fits.
    json
        Print one JSON object with everything.
    """
    return complete(_show(reference, json, store))


def publish(
    *files: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Publish documents, all that are valid. The same content again is no error.

    The engine that holds the store takes them, or one of our own where none runs.

    Parameters
    ----------
    files
        Documents (YAML or JSON); `-` is standard input.
    """
    return complete(_publish(files, Ask(store, timeout, options or EngineOptions())))


def deprecate(
    reference: str,
    /,
    *,
    sunset: Annotated[str | None, Parameter(show_default=False)] = None,
    replacement: Annotated[str | None, Parameter(show_default=False)] = None,
    reason: Reason = None,
    by: By = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Warn whoever starts this version, and from a date on refuse it.

    Parameters
    ----------
    reference
        `namespace/name:version`.
    sunset
        From when on it cannot be started, as 2026-12-31 or
        2026-12-31T18:00:00Z (UTC). Without it, it can until it is retired.
    replacement
        What to start instead: `namespace/name:RANGE`.
    """
    body = {"definition": reference, "sunset": sunset, "replacement": replacement, "reason": reason, "by": by}
    return complete(_change("deprecate", body, Ask(store, timeout, options or EngineOptions())))


def undeprecate(
    reference: str,
    /,
    *,
    reason: Reason = None,
    by: By = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Let a version be started as before it was deprecated.

    Parameters
    ----------
    reference
        `namespace/name:version`.
    """
    body = {"definition": reference, "reason": reason, "by": by}
    return complete(_change("undeprecate", body, Ask(store, timeout, options or EngineOptions())))


def retire(
    reference: str,
    /,
    *,
    reason: Reason = None,
    by: By = None,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Let a version never be started again; refused while runs of it have not ended.

    Its text and its runs stay.

    Parameters
    ----------
    reference
        `namespace/name:version`.
    """
    body = {"definition": reference, "reason": reason, "by": by}
    return complete(_change("retire", body, Ask(store, timeout, options or EngineOptions())))


def compare(before: str, after: str, /, *, json: Json = False, store: Store = STORE_DEFAULT) -> int:
    """Say what a later version changes, and whether that may break who relies on the earlier one.

    Exit code 1 where the number of the version was raised by less than the
    changes ask for.

    Parameters
    ----------
    before
        The earlier version: a file, or a reference to what is published.
    after
        The later one, likewise.
    json
        Print one JSON object: {"verdict", "bumpNeeded", "bumpMade",
        "bumpEnough", "findings": [{"kind", "severity", "what", "why", ...}]}.
    """
    return complete(_compare(before, after, json, store))


async def _list(workflow: str | None, json: bool, store: str) -> int:
    from counterpoint.cli.versions import list_versions

    reader = _reader(store)
    try:
        list_versions(await reader.versions(), workflow, Streams(), json)
    finally:
        await reader.close()
    return Exit.DONE


async def _show(reference: str, json: bool, store: str) -> int:
    from counterpoint.cli.versions import show_version

    reader = _reader(store)
    try:
        show_version(*await reader.version(reference), Streams(), json)
    finally:
        await reader.close()
    return Exit.DONE


async def _publish(files: tuple[str, ...], ask: Ask) -> int:
    from counterpoint.cli.asking import asking
    from counterpoint.cli.settings import engine_of
    from counterpoint.errors import InvalidInput

    streams = Streams()
    if not files:
        raise InvalidInput("name at least one document; `-` is standard input")
    sources = [read_source(each) for each in files]
    if not _is_file(ask.store):
        async with engine_of(ask.store, ask.options, streams):
            pass  # makes the store
    async with asking(ask, streams) as engine:
        for each in sources:
            reference, new = await engine.publish_document(each.text, each.name)
            streams.out.print(f"published {reference}" if new else f"{reference} is published already")
    return Exit.DONE


async def _change(kind: str, body: JsonObject, ask: Ask) -> int:
    from counterpoint.cli.asking import asking

    streams = Streams()
    async with asking(ask, streams) as engine:
        answer = await engine.request(kind, body)
    streams.out.print(f"{answer['definition']} is {answer['state']}")
    return Exit.DONE


async def _compare(before: str, after: str, json: bool, store: str) -> int:
    from counterpoint.application.comparing import compare_versions
    from counterpoint.cli.versions import show_comparison

    comparison = await compare_versions(await _side(before, store), await _side(after, store))
    show_comparison(comparison, Streams(), json)
    return Exit.DONE if comparison.bump_enough else Exit.FAILED


async def _side(given: str, store: str) -> Side:
    """A file where there is one of this name, else what is published under it."""
    from counterpoint.application.comparing import Side
    from counterpoint.dsl import load

    if given == "-" or _is_file(given):
        source = read_source(given)
        return Side(load(source.text, source=source.name))
    reader = _reader(store)
    try:
        return await reader.side(given)
    finally:
        await reader.close()


def _is_file(name: str) -> bool:
    return Path(name).is_file()


def _reader(store: str) -> Reader:
    from counterpoint.bootstrap import open_reader
    from counterpoint.cli.asking import require_store

    require_store(store)
    return open_reader(store)


COMMANDS: Final[Commands] = {
    "list": (list_definitions, "counterpoint definitions list shop/checkout"),
    "show": (show, "counterpoint definitions show shop/checkout:^1"),
    "publish": (publish, "counterpoint definitions publish checkout.yaml"),
    "compare": (compare, "counterpoint definitions compare shop/checkout:1.4.2 checkout.yaml"),
    "deprecate": (
        deprecate,
        "counterpoint definitions deprecate shop/checkout:1.4.2 --sunset 2026-12-31 --replacement shop/checkout:^2",
    ),
    "undeprecate": (undeprecate, "counterpoint definitions undeprecate shop/checkout:1.4.2"),
    "retire": (retire, "counterpoint definitions retire shop/checkout:1.4.2 --reason 'nobody starts it any more'"),
}
