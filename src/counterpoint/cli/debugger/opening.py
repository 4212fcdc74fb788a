"""Opening: from what stands on the command line to a debuggee, and a debugger that suits the terminal."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from counterpoint.application.debugging.breakpoints import Breakpoints
from counterpoint.application.debugging.debuggees import Debuggee, InThisProcess, OfAnEngine
from counterpoint.application.debugging.session import Session
from counterpoint.application.debugging.sessions import DebugLimits, trial_stage
from counterpoint.application.supposing import Supposed, suppose
from counterpoint.application.testing import SUFFIXES, find_suites, open_suites
from counterpoint.cli.asking import asking
from counterpoint.cli.debugger.desk import Position
from counterpoint.cli.debugger.lines import Lines, breakpoint_of
from counterpoint.cli.exits import Exit
from counterpoint.cli.interrupts import ended_by_signals, leave
from counterpoint.cli.options import Ask
from counterpoint.cli.sources import read_value
from counterpoint.cli.terminal import Streams
from counterpoint.engine.clock import SystemClock
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.values.json import JsonObject

_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What stands on the command line: see `commands.debug`."""

    target: str
    input: str | None
    scenario: str | None
    others: Sequence[str]
    breaks: Sequence[str]
    owner: str | None
    lease_ms: int
    takeover: bool
    plain: bool

    @property
    def is_file(self) -> bool:
        """Whether it is a document that is debugged, and not a run."""
        return self.target.endswith(_SUFFIXES) or Path(self.target).is_file()


async def debug_target(asked: Asked, ask: Ask, streams: Streams) -> int:
    """Debug until its user leaves, or the process is told to end. Raises what opening it raises."""
    with ended_by_signals() as ended:
        try:
            return await _debug(asked, ask, streams)
        except asyncio.CancelledError:
            if not ended:
                raise
            return leave(128 + ended[0])


async def _debug(asked: Asked, ask: Ask, streams: Streams) -> Exit:
    compiler = Compiler()
    try:
        opened = _document(asked, compiler) if asked.is_file else _run(asked, ask, streams)
        async with opened as debuggee:
            position = Position(debuggee, await debuggee.view())
            for each in asked.breaks:
                await position.command("break", **breakpoint_of(each))
            screen = streams.out.interactive and sys.stdin.isatty() and not asked.plain
            if screen and find_spec("textual") is not None:
                from counterpoint.cli.debugger.screen import fill_screen

                return await fill_screen(position)
            if screen:
                streams.note("`help` lists the commands; pip install 'counterpoint[debugger]' fills the screen instead")
            return await Lines(position, streams, compiler, ask.seconds_max).run()
    finally:
        compiler.close()


@asynccontextmanager
async def _document(asked: Asked, compiler: Compiler) -> AsyncIterator[Debuggee]:
    supposed = _supposed(asked, compiler)
    breakpoints = Breakpoints(supposed.library.plans(), compiler, DebugLimits().breakpoints_max)
    owner = asked.owner or getpass.getuser()
    stage = trial_stage(supposed, owner)
    debuggee = InThisProcess(Session("trial", owner, stage, breakpoints, SystemClock(), lease_ms=None))
    try:
        yield debuggee
    finally:
        await debuggee.close()


@asynccontextmanager
async def _run(asked: Asked, ask: Ask, streams: Streams) -> AsyncIterator[Debuggee]:
    if asked.input is not None or asked.scenario is not None:
        raise InvalidInput("--input and --scenario are for documents; this is the id of a run")
    body: JsonObject = {
        "do": "attach",
        "instance": asked.target,
        "owner": asked.owner or getpass.getuser(),
        "lease_ms": asked.lease_ms,
        "takeover": asked.takeover,
    }
    async with asking(ask, streams) as engine:
        view = await engine.request("debug", body)
        debuggee = OfAnEngine(engine.requester, engine.reader, view, asked.lease_ms)
        try:
            yield debuggee
        finally:
            await debuggee.close()


def _supposed(asked: Asked, compiler: Compiler) -> Supposed:
    path = Path(asked.target)
    if asked.scenario is not None:
        return _of_scenario(asked, path, compiler)
    given = {} if asked.input is None else read_value(asked.input, "--input")
    story: JsonObject = {"unanswered": "generate", "input": given}
    return suppose(path, story, [Path(each) for each in asked.others], compiler)


def _of_scenario(asked: Asked, path: Path, compiler: Compiler) -> Supposed:
    if asked.input is not None:
        raise InvalidInput("the input comes from the scenario: give --input or --scenario")
    [suite] = open_suites(find_suites([path]), compiler)
    if not suite.runs or suite.plan is None or suite.reading.file is None:
        raise InvalidDocument(suite.diagnostics)
    wanted = (asked.scenario or "").lower()
    found = [each for each in suite.reading.file.scenarios if wanted in each.name.lower()]
    if len(found) != 1:
        names = ", ".join(repr(each.name) for each in found or suite.reading.file.scenarios)
        what = "several scenarios have" if found else "no scenario has"
        raise InvalidInput(f"{what} {asked.scenario!r} in their names: {names}")
    document = path if not path.name.endswith(SUFFIXES) else path.parent / (suite.reading.file.workflow or "")
    texts = {suite.plan.workflow: document.read_text(encoding="utf-8") if document.is_file() else ""}
    return Supposed(found[0], suite.plan, suite.library, suite.contracts, texts)
