"""Watching a run: drawn again and again on a terminal, a line for each happening elsewhere."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol

from counterpoint.application.following import Following
from counterpoint.cli.story import Happening, Story
from counterpoint.cli.story.fold import duration
from counterpoint.cli.story.tree import Canvas, clipped, tree
from counterpoint.cli.terminal import Line, Terminal

_READ_SECONDS: Final = 0.05
_FRAMES_PER_SECOND: Final = 10
_WORD_WIDTH: Final = 12
_ROWS_MAX: Final = 200
"""Of the tree that stays."""
_ENDINGS: Final = frozenset({"completed", "faulted", "cancelled"})


class Watcher(Protocol):
    """Shows a story while it unfolds."""

    def show(self, story: Story, happenings: list[Happening]) -> None:
        """Something may have happened, or time has passed."""

    def close(self, story: Story) -> None:
        """Nothing more will come."""


async def watch(following: Following, watcher: Watcher, until: asyncio.Event) -> Story:
    """Show the instance until `until` is set, and everything that was durable by then; gives its story."""
    story = Story(following.plan)
    try:
        while not until.is_set():
            await _look(following, watcher, story)
            try:
                await asyncio.wait_for(until.wait(), _READ_SECONDS)
            except TimeoutError:
                continue
        await _look(following, watcher, story)
    finally:
        watcher.close(story)
    return story


async def read_story(following: Following) -> Story:
    """The story so far."""
    story = Story(following.plan)
    for at, events in await following.news():
        story.apply(at, events)
    return story


async def _look(following: Following, watcher: Watcher, story: Story) -> None:
    happenings = [each for at, events in await following.news() for each in story.apply(at, events)]
    watcher.show(story, happenings)


class Silent:
    """Shows nothing."""

    def show(self, story: Story, happenings: list[Happening]) -> None:
        """See `Watcher`."""

    def close(self, story: Story) -> None:
        """See `Watcher`."""


class Plain:
    """One line for each happening: time, what, task, detail."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def show(self, story: Story, happenings: list[Happening]) -> None:
        """See `Watcher`."""
        # How it ended is told once, with the output.
        shown = [each for each in happenings if each.name or each.state not in _ENDINGS]
        self._terminal.write(happening_line(each) for each in shown)

    def close(self, story: Story) -> None:
        """See `Watcher`."""


class Drawn:
    """The tree of tasks, drawn again ten times a second; when it is over, all of it stays."""

    def __init__(self, terminal: Terminal, footer: str) -> None:
        from rich.live import Live

        self._terminal = terminal
        self._footer = footer
        self._frame = 0
        self._drawn_at = 0.0
        # What functions print while it is drawn is written above it.
        self._live = Live(console=terminal.console, auto_refresh=False, transient=True)
        self._live.start()

    def show(self, story: Story, happenings: list[Happening]) -> None:
        """See `Watcher`."""
        now = time.monotonic()
        if now - self._drawn_at < 1 / _FRAMES_PER_SECOND:
            return
        self._drawn_at = now
        self._frame += 1
        console = self._terminal.console
        canvas = Canvas(
            glyphs=self._terminal.glyphs,
            now=time.time_ns() // 1_000_000,
            width=console.width - 1,
            height=max(3, console.height - 4),
            frame=self._frame,
        )
        lines = [headline(story, canvas), *tree(story.root, canvas)]
        if not story.over:
            lines.append([(self._footer, "faint")])
        text = self._terminal.text([])
        for index, line in enumerate(lines):
            if index:
                text.append("\n")
            text.append_text(self._terminal.text(clipped(line, canvas.width, canvas.glyphs.ellipsis)))
        self._live.update(text, refresh=True)

    def close(self, story: Story) -> None:
        """See `Watcher`."""
        self._live.stop()
        self._terminal.write(portrait(story, self._terminal))


def portrait(story: Story, terminal: Terminal) -> list[Line]:
    """The tree as it stands, for keeps; of a very large one, the latest."""
    width = terminal.console.width - 1 if terminal.interactive else None
    canvas = Canvas(terminal.glyphs, story.ended_at or time.time_ns() // 1_000_000, width, _ROWS_MAX)
    return [headline(story, canvas), *tree(story.root, canvas)]


def headline(story: Story, canvas: Canvas) -> Line:
    """Which instance of which workflow."""
    taken = (story.ended_at or canvas.now) - story.started_at
    line: Line = [(story.plan.workflow, "strong"), (f" {canvas.glyphs.bullet} {story.id}", "faint")]
    if story.started_at:
        line.append((f" {canvas.glyphs.bullet} {duration(taken)}", "faint"))
    if story.saga == "compensating":
        line.append((f" {canvas.glyphs.undo} undoing", "undo-strong"))
    elif story.status == "suspended" or story.saga == "stuck":
        line.append((f" {canvas.glyphs.suspended} suspended", "suspended"))
    return clipped(line, canvas.width, canvas.glyphs.ellipsis)


def happening_line(each: Happening) -> Line:
    """`08:15:02.123  retrying     askForPrice  attempt 2/6 in 1.0 s: communication 503: no route`."""
    mark = "<< " if each.state == "undo" else ""
    line: Line = [
        (clock_time(each.at), "faint"),
        (f"  {mark + each.word:<{_WORD_WIDTH}}", each.state),
    ]
    for part in (each.name, each.detail):
        if part:
            line.append((f"  {part}", ""))
    return line


def clock_time(at: int) -> str:
    """`08:15:02.123` where we are, of ms since the epoch."""
    return f"{time.strftime('%H:%M:%S', time.localtime(at / 1000))}.{at % 1000:03d}"
