"""`counterpoint test`: run the scenarios beside workflows, on a virtual clock."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.options import STORE_DEFAULT, Json, Repeated, Store
from counterpoint.cli.terminal import Streams

EXAMPLES = """\
counterpoint test
counterpoint test examples/checkout --coverage
counterpoint test checkout.yaml -k refund
counterpoint test workflows --junit report.xml
counterpoint test --record 01JC9Z --store counterpoint.db"""


def test(
    *files: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    pattern: Annotated[str, Parameter(name=["-k", "--filter"], show_default=False)] = "",
    coverage: Annotated[bool, Parameter(name="--coverage", negative=(), show_default=False)] = False,
    junit: Annotated[str | None, Parameter(name="--junit", show_default=False)] = None,
    record: Annotated[str | None, Parameter(name="--record", show_default=False)] = None,
    mask: Annotated[Repeated, Parameter(name="--mask", negative=(), show_default=False)] = (),
    output: Annotated[str | None, Parameter(name=["--output", "-o"], show_default=False)] = None,
    store: Store = STORE_DEFAULT,
    json: Json = False,
) -> int:
    """Run the scenarios that stand beside workflows.

    Nothing outside is touched: answers, faults and people are in the scenario files, and time is virtual. Exit code 1
    where an expectation does not hold, 2 where a file is not valid. How scenarios are written: docs/guide/testing.md.

    Parameters
    ----------
    files
        Scenario files, workflows that have one beside them, or directories; without any, the current directory.
    pattern
        Only scenarios whose names hold this text.
    coverage
        Say which tasks, branches, catches and undos no scenario has reached.
    junit
        Write the results to this file too, as JUnit XML.
    record
        Instead of running files, write a scenario from the history of this instance.
    mask
        With --record: JSON pointer of a member to mask, wherever it occurs. May be given several times.
    output
        With --record: write to this file instead of standard output.
    json
        Print one JSON object: {"holds", "scenarios": [{"file", "name", "holds", "mismatches", "trace"}], ...}.
    """
    streams = Streams()
    if record is not None:
        from counterpoint.cli.testing.recording import write_recording

        return write_recording(record, store, mask, output, streams)
    from counterpoint.cli.testing.session import Session

    session = Session(streams, pattern=pattern, coverage=coverage)
    session.run(files or (".",))
    if junit is not None:
        from counterpoint.cli.testing.junit import write_junit

        write_junit(junit, session.results)
    if json:
        streams.out.json(session.as_json())
    return session.conclude(quiet=json) if session.valid else Exit.INVALID
