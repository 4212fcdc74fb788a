"""The debugger that fills the screen: source, data, call tree and log. Needs the extra `debugger`."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar, Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, Header, Static

from counterpoint.cli.debugger.desk import Position
from counterpoint.cli.exits import Exit
from counterpoint.errors import CounterpointError
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem

_LOOK_SECONDS: Final = 0.5
_DATA_CHARS_MAX: Final = 20_000
_TASKS_MAX: Final = 200
_TASK: Final = re.compile(r"\s*-\s+[\"']?([^\"':\s]+)[\"']?\s*:")
_STYLES: Final = {"completed": "green", "faulted": "red", "running": "cyan", "waiting": "cyan", "cancelled": "yellow"}


async def fill_screen(position: Position) -> Exit:
    """Debug until its user leaves."""
    await Screen(position).run_async()
    return Exit.DONE


class Screen(App[None]):
    """One session. What is done is the same as with lines."""

    CSS = """
    #source { width: 3fr; border: round $primary; }
    #side { width: 2fr; }
    #data, #tree, #log { border: round $primary; height: 1fr; }
    #standing { height: 2; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,c", "go('continue')", "Continue"),
        Binding("f10,n", "go('over')", "Over"),
        Binding("f11,i", "go('into')", "Into"),
        Binding("shift+f11,o", "go('out')", "Out"),
        Binding("b", "toggle_breakpoint", "Breakpoint"),
        Binding("f", "fail", "Fail"),
        Binding("p", "go('pause')", "Pause"),
        Binding("left_square_bracket", "travel('back')", "Back", key_display="["),
        Binding("right_square_bracket", "travel('forward')", "Forward", key_display="]"),
        Binding("home", "travel('now')", "Now"),
        Binding("up", "cursor(-1)", show=False),
        Binding("down", "cursor(1)", show=False),
        Binding("q", "quit", "Leave"),
    ]
    TITLE = "counterpoint debug"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, position: Position) -> None:
        super().__init__()
        self._position = position
        self._cursor: int | None = None
        self._shown: tuple[Any, ...] = ()

    def compose(self) -> ComposeResult:
        """The parts of the screen."""
        yield Header()
        yield Static(id="standing")
        with Horizontal():
            with VerticalScroll(id="source", can_focus=False):
                yield Static(id="text")
            with Vertical(id="side"):
                for name in ("data", "tree", "log"):
                    with VerticalScroll(id=name, can_focus=False):
                        yield Static(id=f"{name}-text")
        yield Footer()

    async def on_mount(self) -> None:
        """Begin to look."""
        for name, title in (("source", "Source"), ("data", "Data"), ("tree", "Call tree"), ("log", "Tasks and undos")):
            self.query_one(f"#{name}").border_title = title
        self.set_interval(_LOOK_SECONDS, self._look)
        await self._draw()

    async def action_go(self, command: str) -> None:
        """Continue, step or pause."""
        await self._do(command)

    async def action_fail(self) -> None:
        """Let the task that would start fail."""
        await self._do("fail")

    async def action_travel(self, to: str) -> None:
        """Look at another moment."""
        try:
            await self._position.travel(to)
        except CounterpointError as error:
            self.notify(error.message, severity="warning")
        await self._draw()

    async def action_cursor(self, lines: int) -> None:
        """Move the cursor, which chooses where `b` sets a breakpoint."""
        source, current = await self._position.source()
        here = self._cursor or current or 1
        self._cursor = max(1, min(len(source), here + lines))
        await self._draw()

    async def action_toggle_breakpoint(self) -> None:
        """Set a breakpoint at the task on the cursor's line, or remove the one that is there."""
        source, current = await self._position.source()
        line = self._cursor or current
        found = _TASK.match(source[line - 1]) if line is not None and line <= len(source) else None
        if found is None:
            self.notify("no task begins in this line: move the cursor with the arrow keys", severity="warning")
            return
        there = [each for each in self._position.view["breakpoints"] if each.get("task") == found[1]]
        if there:
            await self._do("clear", breakpoint=there[0]["id"])
        else:
            await self._do("break", on="task", task=found[1])

    async def _do(self, command: str, **given: JsonValue) -> None:
        try:
            await self._position.command(command, 1.0, **given)
        except CounterpointError as error:
            self.notify(error.message, severity="error")
        if command not in ("break", "clear"):
            self._cursor = None
        await self._draw()

    async def _look(self) -> None:
        """It may have moved by itself."""
        try:
            view = await self._position.look()
        except CounterpointError as error:
            self.notify(error.message, severity="error")
            return
        now = (view["state"], json.dumps(view["stop"]), json.dumps(view["waits"]))
        if now != self._shown:
            self._shown = now
            await self._draw()

    async def _draw(self) -> None:
        moment = await self._position.moment()
        view = self._position.view
        source, current = await self._position.source()
        stop = view["stop"] if self._position.past is None else None
        self.query_one("#standing", Static).update(_standing(view, moment, past=self._position.past is not None))
        self.query_one("#text", Static).update(self._source(source, current))
        data = {"input": stop["input"], "context": stop["context"]} if stop else _data(moment)
        if stop and stop.get("error"):
            data = {"error": stop["error"], **data}
        shown = json.dumps(data, indent=2, ensure_ascii=False)[:_DATA_CHARS_MAX]
        self.query_one("#data-text", Static).update(Text(shown))
        self.query_one("#tree-text", Static).update(_tree(stop))
        self.query_one("#log-text", Static).update(_log(moment))
        at = self._cursor or current
        if at is not None:
            self.query_one("#source", VerticalScroll).scroll_to(y=max(0, at - 10), animate=False)

    def _source(self, lines: list[str], current: int | None) -> Text:
        broken = {each.get("task") for each in self._position.view["breakpoints"]}
        text = Text()
        for number, line in enumerate(lines, 1):
            found = _TASK.match(line)
            mark = "●" if found is not None and found[1] in broken else " "
            pointer = "▶" if number == current else " "
            style = "reverse" if number == self._cursor else "bold yellow" if number == current else ""
            text.append(f"{mark}{pointer}{number:4} ", "red" if mark != " " else "dim")
            text.append(f"{line}\n", style)
        return text


def _standing(view: JsonObject, moment: JsonObject, *, past: bool) -> Text:
    text = Text()
    if past:
        text.append(f" PAST {moment['place']} of {moment['last']} ", "black on yellow")
        text.append(f" {moment['event']['type']}  {moment['status']}\n")
    stop = view["stop"]
    if stop is not None:
        undo = f" (undo of {stop['undo_of']})" if stop.get("undo_of") else ""
        text.append(f" {stop['reason']} ", "black on cyan")
        text.append(f" before {stop['at']['task']}{undo}  {stop['at']['reference']}  {view['instance']}")
        if stop.get("error"):
            text.append(f"\n{Problem.from_json(stop['error']).summary()}", "red")
    elif view["state"] == "ended":
        text.append(f" ended  {view['ended']}", "bold")
    else:
        waits = ", ".join(f"{each['for']} {each.get('task', '')}".strip() for each in view["waits"])
        text.append(f" running  {view['instance']}  waits for {waits or 'nothing'}", "cyan")
    return text


def _data(moment: JsonObject) -> JsonObject:
    return {name: moment[name] for name in ("data", "context", "output", "error") if moment[name] is not None}


def _tree(stop: JsonObject | None) -> Text:
    frames = [] if stop is None else [*reversed(stop["stack"]), stop["at"]]
    return Text("\n".join(f"{'  ' * depth}{each['task']}  {each['reference']}" for depth, each in enumerate(frames)))


def _log(moment: JsonObject) -> Text:
    text = Text()
    for each in moment["tasks"][-_TASKS_MAX:]:
        text.append(f"{each['status']:<10} ", _STYLES.get(each["status"], ""))
        text.append(f"{each['name']}\n")
    for each in moment["log"]:
        text.append(f"undo {each['state']:<12} {each['reference']}\n", "magenta")
    return text
