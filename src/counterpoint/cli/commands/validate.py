"""`counterpoint validate`: everything that is wrong with documents, at once."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.options import Json
from counterpoint.cli.sources import read_source
from counterpoint.cli.terminal import Streams

EXAMPLES = """\
counterpoint validate checkout.yaml
counterpoint validate workflows/*.yaml
generate-workflow | counterpoint validate -
counterpoint validate checkout.yaml --json | jq '.diagnostics[].message'"""


def validate(
    *files: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    json: Json = False,
) -> int:
    """Say everything that is wrong with workflow documents.

    Structure, names, flow and expressions of all files are checked; nothing is run or fetched. Exit code 2 where a
    document may not run.

    Parameters
    ----------
    files
        Documents (YAML or JSON); `-` is standard input.
    json
        Print one JSON object: {"valid", "diagnostics": [{"source", "line", "column", "severity", "code", ...}]}.
    """
    from counterpoint.application import validate as check
    from counterpoint.cli import diagnostics as shown
    from counterpoint.errors import InvalidInput
    from counterpoint.expressions import Compiler

    streams = Streams()
    if not files:
        raise InvalidInput("name at least one document; `-` is standard input")
    compiler = Compiler()
    found, texts, unreadable = [], {}, False
    for name in files:
        try:
            source = read_source(name)
        except InvalidInput as error:
            streams.fail(error.message)
            unreadable = True
            continue
        texts[source.name] = source.text.decode("utf-8", "replace")
        found += check(source.text, compiler, source=source.name)
    failed = unreadable or shown.failed(found)
    if json:
        streams.out.json({"valid": not failed, "diagnostics": [shown.as_json(each) for each in found]})
    else:
        shown.show(found, texts, streams.out)
        _conclude(streams, len(texts), shown.tally(found), failed)
    return Exit.INVALID if failed else Exit.DONE


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
