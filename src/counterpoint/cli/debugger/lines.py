"""The plain debugger: a line in, some lines out. For pipes, scripts and tests, and where nothing fills a screen."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from counterpoint.cli.debugger.desk import Position, json_of
from counterpoint.cli.exits import Exit
from counterpoint.cli.terminal import Streams
from counterpoint.errors import CounterpointError, InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem

_HELP: Final = """\
break TASK [if JQ]      stop before a task; also: break if JQ, break fault [TASK], break undo [TASK]
breaks, clear N         list breakpoints, remove one
continue  step  into  out   to the next breakpoint, task, task inside, task outside
pause                   stop at whatever comes next
fail [TYPE [DETAIL]]    let the task that would start fail; output JSON: give it its output instead
set data|context JSON   edit what flows into the task, or the context
print [JQ]              the data that flows into the task; JQ may read $context
where  list  tasks  log  waits   the call tree, the text, runs of tasks, what would be undone, what it waits for
back  forward  at PLACE  now     look at any moment of its history
quit                    let it go on by itself"""
_MODES: Final = {"continue": "continue", "step": "over", "over": "over", "into": "into", "out": "out"}
_SHORT: Final = {
    "c": "continue",
    "s": "step",
    "n": "step",
    "i": "into",
    "o": "out",
    "b": "break",
    "p": "print",
    "l": "list",
    "w": "where",
    "h": "help",
    "q": "quit",
    "[": "back",
    "]": "forward",
}
_AROUND: Final = 3
_MOMENT_SECONDS: Final = 0.5


class Lines:
    """Reads commands until there are no more, or `quit`."""

    def __init__(self, position: Position, streams: Streams, compiler: Compiler, seconds_max: float) -> None:
        self._position = position
        self._streams = streams
        self._compiler = compiler
        self._seconds_max = seconds_max
        self._refused = False
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            **{name: self._go(mode) for name, mode in _MODES.items()},
            **{name: self._travel(name) for name in ("back", "forward", "now")},
            "at": self._at,
            "break": self._break,
            "breaks": self._breaks,
            "clear": self._clear,
            "fail": self._fail,
            "help": self._help,
            "list": self._list,
            "log": self._log,
            "output": self._output,
            "pause": self._pause,
            "print": self._print,
            "set": self._set,
            "tasks": self._tasks,
            "waits": self._waits,
            "where": self._where,
        }

    async def run(self) -> Exit:
        """FAILED where a command was refused."""
        await self._settle()
        while (line := await asyncio.to_thread(_read, self._streams.out.interactive)) is not None:
            name, _, rest = line.strip().partition(" ")
            name = _SHORT.get(name, name)
            if name == "quit":
                break
            if name:
                await self._carry_out(name, rest.strip())
        return Exit.FAILED if self._refused else Exit.DONE

    async def _carry_out(self, name: str, rest: str) -> None:
        command = self._commands.get(name)
        try:
            if command is None:
                raise InvalidInput(f"{name!r} is no command; `help` lists them")
            await command(rest)
        except CounterpointError as error:
            self._refused = True
            self._streams.fail(error.message)

    def _go(self, mode: str) -> Callable[[str], Awaitable[None]]:
        async def go(rest: str) -> None:
            await self._position.command(mode)
            await self._settle()

        return go

    def _travel(self, to: str) -> Callable[[str], Awaitable[None]]:
        async def travel(rest: str) -> None:
            self._moment(await self._position.travel(to))

        return travel

    async def _at(self, rest: str) -> None:
        if not rest:
            raise InvalidInput("say where: at 3, or at 3.1")
        self._moment(await self._position.travel(rest))

    async def _break(self, rest: str) -> None:
        await self._position.command("break", **breakpoint_of(rest))
        self._write([_breakpoint(self._position.view["breakpoints"][-1])])

    async def _breaks(self, rest: str) -> None:
        self._write([_breakpoint(each) for each in self._position.view["breakpoints"]] or ["no breakpoints"])

    async def _clear(self, rest: str) -> None:
        if not rest.isdecimal():
            raise InvalidInput("say which breakpoint: clear 1")
        await self._position.command("clear", breakpoint=int(rest))

    async def _fail(self, rest: str) -> None:
        kind, _, detail = rest.partition(" ")
        error = json_of(rest, "the error") if rest.startswith("{") else {"type": kind or "runtime"}
        if detail and not rest.startswith("{"):
            error["detail"] = detail
        await self._position.command("fail", error=error)
        await self._settle()

    async def _output(self, rest: str) -> None:
        await self._position.command("output", value=json_of(rest, "the output"))
        await self._settle()

    async def _set(self, rest: str) -> None:
        what, _, value = rest.partition(" ")
        await self._position.command("edit", what=what, value=json_of(value, f"the {what or 'data'}"))

    async def _pause(self, rest: str) -> None:
        await self._position.command("pause")
        await self._settle()

    async def _print(self, rest: str) -> None:
        data, context = await self._data()
        value = data
        if rest:
            scope = _Context({"context": context})
            expression = self._compiler.expression(rest, variables=("context",))
            value = expression.evaluate(data, scope)
        self._write([json.dumps(value, indent=2, ensure_ascii=False)])

    async def _data(self) -> tuple[JsonValue, JsonValue]:
        stop = self._position.view["stop"]
        if self._position.past is None and stop is not None:
            return stop["input"], stop["context"]
        moment = await self._position.moment()
        data = moment["output"] if moment["status"] == "completed" else moment["data"]
        return data, moment["context"]

    async def _where(self, rest: str) -> None:
        stop = self._position.view["stop"]
        if stop is None:
            await self._standing()
            return
        self._write([_frame(each) for each in (stop["at"], *stop["stack"])])

    async def _list(self, rest: str) -> None:
        lines, current = await self._position.source()
        around = range(1, len(lines) + 1) if current is None else _window(current, len(lines))
        self._write([_numbered(lines, each, current) for each in around])

    async def _tasks(self, rest: str) -> None:
        moment = await self._position.moment()
        self._write([f"{each['status']:<10} {each['name']}  {each['reference']}" for each in moment["tasks"]])

    async def _log(self, rest: str) -> None:
        moment = await self._position.moment()
        self._write([f"{each['state']:<12} {each['reference']}  {each['outcome']}" for each in moment["log"]])

    async def _waits(self, rest: str) -> None:
        self._write([_waiting(each) for each in (await self._position.moment())["waits"]])

    async def _help(self, rest: str) -> None:
        self._write(_HELP.splitlines())

    async def _settle(self) -> None:
        """Wait until it is stopped or has ended, and say so. Who waits for longer than a moment is told for what.

        A person at a terminal may then go on; a script means the next stop.
        """
        position, told = self._position, None
        position.view = await position.debuggee.settled(min(_MOMENT_SECONDS, self._seconds_max))
        if position.view["state"] == "running":
            if position.view["waits"]:
                told = position.view["waits"]
                await self._standing()
                if self._streams.out.interactive:
                    return
            position.view = await position.debuggee.settled(self._seconds_max)
        if position.view["state"] != "running" or position.view["waits"] != told:
            await self._standing()

    async def _standing(self) -> None:
        """Say where it is stopped, what it waits for, or how it has ended."""
        view = self._position.view
        stop = view["stop"]
        if stop is not None:
            error = stop.get("error")
            told = f": {Problem.from_json(error).summary()}" if error else ""
            undo = f" (undo of {stop['undo_of']})" if stop.get("undo_of") else ""
            self._write([f"stopped ({stop['reason']}) at {_frame(stop['at'])}{undo}{told}"])
            if stop.get("note"):
                self._write([f"  {stop['note']}"])
            lines, current = await self._position.source()
            if current is not None:
                self._write([_numbered(lines, current, current)])
        elif view["state"] == "ended":
            self._write([f"ended: {view['ended']}"])
        else:
            self._write(["running", *(f"  waits for {_waiting(each)}" for each in view["waits"])])

    def _moment(self, moment: JsonObject) -> None:
        event = moment["event"]
        named = {each["run"]: each["name"] for each in moment["tasks"]}
        task = named.get(event.get("run"), "")
        told = f"{moment['place']} of {moment['last']}  {event['type']} {task}".rstrip()
        self._write([f"{told}  {moment['status']}"])

    def _write(self, lines: Iterable[str]) -> None:
        self._streams.out.write([[(each, "")] for text in lines for each in text.splitlines()], wrap=False)
        self._streams.out.stream.flush()


def breakpoint_of(text: str) -> dict[str, JsonValue]:
    """What the command `break` is given, of `TASK [if JQ]`, `if JQ`, `fault [TASK]` or `undo [TASK]`."""
    kind, _, more = text.partition(" ")
    on = kind if kind in ("fault", "undo") else "task"
    task, _, condition = f" {text if on == 'task' else more}".partition(" if ")
    return {"on": on, "task": task.strip() or None, "condition": condition.strip() or None}


class _Context:
    """What an expression of `print` may read."""

    def __init__(self, variables: JsonObject) -> None:
        self._variables = variables

    def lookup(self, name: str) -> JsonValue:
        """See `expressions.types.Scope`."""
        return self._variables.get(name)


def _read(interactive: bool) -> str | None:
    """The next line; None at the end."""
    if interactive and sys.stdin.isatty():
        try:
            return input("(debug) ")
        except EOFError:
            return None
    return sys.stdin.readline() or None


def _frame(frame: JsonObject) -> str:
    line = f":{frame['line']}" if frame.get("line") else ""
    return f"{frame['task']}  {frame['reference']}  {frame['workflow']}{line}"


def _breakpoint(each: JsonObject) -> str:
    parts = [f"breakpoint {each['id']}: {each['on']}", each.get("task") or ""]
    if each.get("condition"):
        parts.append(f"if {each['condition']}")
    return " ".join(part for part in parts if part)


def _waiting(each: JsonObject) -> str:
    rest = {key: value for key, value in each.items() if key not in ("for", "instance", "run", "reference", "task")}
    told = " ".join(f"{key}={value}" for key, value in rest.items() if value is not None)
    return " ".join(part for part in (each["for"], each.get("task", ""), told) if part)


def _window(current: int, count: int) -> range:
    return range(max(1, current - _AROUND), min(count, current + _AROUND) + 1)


def _numbered(lines: list[str], number: int, current: int | None) -> str:
    mark = ">" if number == current else " "
    return f"{mark}{number:4} | {lines[number - 1] if number <= len(lines) else ''}"
