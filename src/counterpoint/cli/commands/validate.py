"""`counterpoint validate`: everything that is wrong with documents, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.options import Json, Repeated
from counterpoint.cli.sources import read_source
from counterpoint.cli.terminal import Streams
from counterpoint.values.json import JsonValue

EXAMPLES = """\
counterpoint validate checkout.yaml
counterpoint validate workflows/*.yaml
generate-workflow | counterpoint validate -
counterpoint validate checkout.yaml --json | jq '.diagnostics[].message'"""


def validate(
    *files: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    functions: Annotated[Repeated, Parameter(name=["--function", "--functions"], negative=(), show_default=False)] = (),
    contracts: Annotated[Repeated, Parameter(name=["--contract"], negative=(), show_default=False)] = (),
    json: Json = False,
) -> int:
    """Say everything that is wrong with workflow documents.

    Structure, names, flow, expressions, data and compensation of all files are checked; nothing is run or fetched.
    Exit code 2 where a document may not run. For each saga it says how many of its effects can be undone.

    Parameters
    ----------
    files
        Documents (YAML or JSON); `-` is standard input.
    functions
        Python code whose `@function`s workflows may call, so that their names are checked, and which of them are
        `read_only`: `path/to/file.py`, `module` or `module:name`. May be given several times.
    contracts
        An OpenAPI document or a JSON schema that the documents refer to, so that what calls give is known: `FILE`, or
        `URI=FILE`. May be given several times.
    json
        Print one JSON object: {"valid", "diagnostics": [{"source", "line", "column", "severity", "code", ...}],
        "compensability": [{"source", "saga", "covered", "total", "uncovered": [{"name", "pointer", "effect"}]}]}.
    """
    import msgspec

    from counterpoint.application import examine
    from counterpoint.cli import diagnostics as shown
    from counterpoint.errors import InvalidInput
    from counterpoint.expressions import Compiler

    streams = Streams()
    if not files:
        raise InvalidInput("name at least one document; `-` is standard input")
    compiler = Compiler()
    names, read_only = _declared(functions)
    described = _contracts(contracts)
    found, texts, coverages, unreadable = [], {}, {}, False
    for name in files:
        try:
            source = read_source(name)
        except InvalidInput as error:
            streams.fail(error.message)
            unreadable = True
            continue
        texts[source.name] = source.text.decode("utf-8", "replace")
        examined = examine(source.text, compiler, names, read_only=read_only, contracts=described, source=source.name)
        found += examined.diagnostics
        if examined.compensability is not None:
            coverages[source.name] = examined.compensability
    failed = unreadable or shown.failed(found)
    if json:
        diagnostics = [shown.as_json(each) for each in found]
        covered = [{"source": name, **msgspec.to_builtins(each)} for name, each in coverages.items()]
        streams.out.json({"valid": not failed, "diagnostics": diagnostics, "compensability": covered})
    else:
        shown.show(found, texts, streams.out)
        for name, each in coverages.items():
            if each.saga:
                streams.out.write([[(name, "strong"), (f": compensation: {each}", "")]])
        _conclude(streams, len(texts), shown.tally(found), failed)
    return Exit.INVALID if failed else Exit.DONE


def _declared(functions: Repeated) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The names of the functions in code, None where none are given, and of those that change nothing."""
    if not functions:
        return None, frozenset()
    from counterpoint.cli.functions import load_functions

    specs = load_functions(functions)
    return frozenset(each.name for each in specs), frozenset(each.name for each in specs if each.read_only)


def _contracts(given: Repeated) -> dict[str, JsonValue]:
    """Contracts by URI or file name. Raises InvalidInput."""
    from counterpoint.dsl import read_data

    found: dict[str, JsonValue] = {}
    for each in given:
        uri, _, file = each.rpartition("=")
        found[uri or Path(file).name] = read_data(read_source(file).text, source=file)
    return found


def _conclude(streams: Streams, count: int, tally: str, failed: bool) -> None:
    documents = f"{count} document{'' if count == 1 else 's'}"
    if not count:
        return
    glyphs = streams.out.glyphs
    if failed:
        streams.out.write([[(glyphs.faulted + "invalid", "faulted"), (f" {glyphs.bullet} {documents}, {tally}", "")]])
    else:
        found = f", {tally}" if tally else ""
        streams.out.write([[(glyphs.completed + "valid", "completed"), (f" {glyphs.bullet} {documents}{found}", "")]])
