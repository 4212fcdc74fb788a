"""One run of `counterpoint test`: suites, results, exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from counterpoint.application.testing import Suite, find_suites, open_suites, run_suite
from counterpoint.cli import diagnostics as shown
from counterpoint.cli.exits import Exit
from counterpoint.cli.terminal import Streams
from counterpoint.cli.testing.report import coverage_lines, failure_lines
from counterpoint.expressions import Compiler
from counterpoint.scenarios import Coverage, Outcome
from counterpoint.values.json import JsonObject


class Result(NamedTuple):
    """A scenario and what became of it."""

    suite: Suite
    outcome: Outcome


class Session:
    """Runs suites; keeps the results."""

    def __init__(self, streams: Streams, *, pattern: str = "", coverage: bool = False) -> None:
        self.results: list[Result] = []
        self.valid = True
        """Whether every file could be used."""
        self._streams = streams
        self._pattern = pattern
        self._coverage = Coverage() if coverage else None
        self._suites: list[Suite] = []

    def run(self, places: Iterable[str]) -> None:
        """Run everything in these places. Raises InvalidInput where a place cannot be read."""
        compiler = Compiler()
        try:
            self._suites = open_suites(find_suites(places), compiler)
            for suite in self._suites:
                if not suite.runs:
                    self.valid = False
                    continue
                if self._coverage is not None and suite.plan is not None:
                    self._coverage.expect(suite.plan)
                for outcome in run_suite(suite, self._pattern):
                    self.results.append(Result(suite, outcome))
                    if self._coverage is not None:
                        self._coverage.add(outcome.world)
        finally:
            compiler.close()
        if not self.valid:
            for suite in self._suites:
                shown.show(suite.diagnostics, {str(suite.path): suite.text}, self._streams.err)

    def conclude(self, *, quiet: bool) -> Exit:
        """Show what came of it, unless `quiet`; the exit code."""
        failed = [each for each in self.results if not each.outcome.holds]
        if not quiet:
            self._show(len(failed))
        if not self.results:
            return Exit.INVALID  # a pipeline must notice that nothing was tested
        return Exit.FAILED if failed else Exit.DONE

    def as_json(self) -> JsonObject:
        """Everything, for programs."""
        found: JsonObject = {
            "valid": self.valid,
            "holds": self.valid and all(each.outcome.holds for each in self.results),
            "diagnostics": [shown.as_json(each) for suite in self._suites for each in suite.diagnostics],
            "scenarios": [_as_json(each) for each in self.results],
        }
        if self._coverage is not None:
            found["coverage"] = {
                "figures": msgspec.to_builtins(self._coverage.figures()),
                "parts": msgspec.to_builtins(self._coverage.parts()),
            }
        return found

    def _show(self, failed: int) -> None:
        out = self._streams.out
        glyphs, file = out.glyphs, None
        for suite, outcome in self.results:
            if suite.path != file:
                file = suite.path
                out.write([[(str(file), "strong")]])
            style, glyph = ("completed", glyphs.completed) if outcome.holds else ("faulted", glyphs.faulted)
            out.write([[("  " + glyph, style), (outcome.scenario.name, "")]])
            for mismatch in outcome.mismatches:
                out.write(failure_lines(mismatch, suite))
        if self._coverage is not None:
            out.write(coverage_lines(self._coverage))
        count = len(self.results)
        scenarios = f"{count} scenario{'' if count == 1 else 's'}"
        if not count:
            out.write([[("no scenario was run", "warning")]])
        elif failed:
            out.write([[(f"{glyphs.faulted}{failed} of {scenarios} failed", "faulted")]])
        else:
            out.write([[(glyphs.completed + "all hold", "completed"), (f" {glyphs.bullet} {scenarios}", "")]])


def _as_json(result: Result) -> JsonObject:
    outcome = result.outcome
    return {
        "file": str(result.suite.path),
        "name": outcome.scenario.name,
        "line": outcome.scenario.position.line if outcome.scenario.position else None,
        "holds": outcome.holds,
        "mismatches": msgspec.to_builtins(outcome.mismatches),
        "trace": msgspec.to_builtins(outcome.trace),
    }
