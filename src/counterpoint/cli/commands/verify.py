"""`counterpoint verify`: every way in which a workflow can fail, before it is deployed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.options import Json
from counterpoint.cli.sources import read_object, read_source, read_value
from counterpoint.cli.terminal import Streams

if TYPE_CHECKING:
    from counterpoint.verification import Budget, Coverage, Options, Verdict

EXAMPLES = """\
counterpoint verify checkout.yaml
counterpoint verify checkout.yaml --input @order.json --answers '{"decide": {"approved": true}}'
counterpoint verify trip.yaml --with hotel.yaml --budget 60s --strict
counterpoint verify workflows/*.yaml --sarif findings.sarif --fail-on warning"""


def verify(
    *files: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)],
    others: Annotated[tuple[str, ...], Parameter(name="--with", negative=())] = (),
    input: Annotated[str | None, Parameter(name="--input", show_default=False)] = None,
    answers: Annotated[str | None, Parameter(name="--answers", show_default=False)] = None,
    budget: Annotated[tuple[str, ...], Parameter(name="--budget", negative=())] = (),
    fail_on: Annotated[Literal["warning", "error"], Parameter(name="--fail-on")] = "error",
    strict: Annotated[bool, Parameter(name="--strict", negative=(), show_default=False)] = False,
    sarif: Annotated[str | None, Parameter(name="--sarif", show_default=False)] = None,
    scenarios: Annotated[str | None, Parameter(name="--scenario-dir", show_default=False)] = None,
    json: Json = False,
) -> int:
    """Explore every way in which workflows can go, and tell how any of them ends inconsistent.

    Nothing outside is touched: every effect succeeds, fails or stays silent, every event comes or does not. Exit code 1
    where something is found, 2 where a document is not valid, 3 with `--strict` where the budget did not suffice.

    Parameters
    ----------
    files
        Documents (YAML or JSON); `-` is standard input.
    others
        Workflows that they run. May be given several times.
    input
        The workflow's input, where only one is of interest: JSON, `@file` or `-`.
    answers
        What calls give when they succeed, by the names of their tasks: a JSON object or `@file`.
    budget
        How far to go: a number of states (`20000`), a time (`60s`, `5m`), or both, given twice.
    fail_on
        The least severity of a finding that fails the command.
    strict
        Fail where not everything was explored.
    sarif
        Write the findings to this file as SARIF 2.1.0.
    scenarios
        Write each story into this directory as a scenario file, which `counterpoint test` replays.
    json
        Print one JSON object: {"verdicts": [{"workflow", "states", "unexplored", "findings", ...}]}.
    """
    from counterpoint.cli import verdicts as shown
    from counterpoint.cli.budgets import read_budget
    from counterpoint.errors import InvalidInput

    streams, limits = Streams(), read_budget(budget)
    if not files:
        raise InvalidInput("name at least one document; `-` is standard input")
    options, found = _options(input, answers, limits.budget), []
    for name in files:
        began = time.monotonic()
        verdict = _explored(name, others, options, _progress(streams, name, began + limits.seconds_max))
        found.append(verdict)
        if not json:
            shown.show(verdict, time.monotonic() - began, streams.out)
    if json:
        streams.out.json({"verdicts": [shown.as_json(each) for each in found]})
    _write(found, sarif, scenarios)
    return _exit(found, fail_on, strict=strict)


def _options(input: str | None, answers: str | None, budget: Budget) -> Options:
    from counterpoint.verification import Options

    return Options(
        input=None if input is None else (read_value(input, "--input"),),
        answers={} if answers is None else read_object(answers, "--answers"),
        budget=budget,
    )


def _explored(name: str, others: tuple[str, ...], options: Options, go_on: Callable[[Coverage], bool]) -> Verdict:
    from counterpoint.application.verifying import verify as explore
    from counterpoint.expressions import Compiler

    source = read_source(name)
    rest = [(other.text, other.name) for other in map(read_source, others)]
    return explore(source.text, rest, source=source.name, compiler=Compiler(), options=options, go_on=go_on)


def _progress(streams: Streams, name: str, until: float) -> Callable[[Coverage], bool]:
    """Shows how far the exploration has come, once a second, and ends it when its time is up."""
    told = [time.monotonic()]

    def go_on(coverage: Coverage) -> bool:
        now = time.monotonic()
        if now - told[0] >= 1:
            told[0] = now
            streams.note(f"{name}: {coverage.states:,} states explored, {coverage.ends:,} ends")
        return now < until

    return go_on


def _write(found: list[Verdict], sarif: str | None, scenarios: str | None) -> None:
    from counterpoint.cli.scenario_files import write_scenarios
    from counterpoint.verification.sarif import sarif as as_sarif

    if sarif is not None:
        import msgspec

        Path(sarif).write_bytes(msgspec.json.format(msgspec.json.encode(as_sarif(found)), indent=2))
    if scenarios is not None:
        write_scenarios(found, Path(scenarios))


def _exit(found: list[Verdict], fail_on: str, *, strict: bool) -> Exit:
    bad = ("error",) if fail_on == "error" else ("error", "warning")
    if any(finding.severity.value in bad for verdict in found for finding in verdict.findings):
        return Exit.FAILED
    if strict and any(verdict.unexplored for verdict in found):
        return Exit.SUSPENDED
    return Exit.DONE
