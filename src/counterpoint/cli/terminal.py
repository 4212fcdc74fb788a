"""What the process writes to: plain text into files and pipes, colours and a width on a terminal.

rich is imported only where there is a terminal: it would be a third of the time that `validate` takes.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeAlias

from counterpoint.cli.glyphs import Glyphs, glyphs_for

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Line: TypeAlias = list[tuple[str, str]]
"""A line as (text, style) pairs; a style is a key of `STYLES` or empty."""

STYLES: Final = {
    "strong": "bold",
    "faint": "dim",
    "running": "cyan",
    "waiting": "yellow",
    "retrying": "yellow",
    "completed": "green",
    "faulted": "bold red",
    "cancelled": "red",
    "undo": "color(141)",
    "undo-strong": "bold color(141)",
    "suspended": "bold yellow",
    "error": "bold red",
    "warning": "bold yellow",
    "hint": "cyan",
}


class Terminal:
    """One output stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.glyphs: Glyphs = glyphs_for(getattr(stream, "encoding", None))
        self.interactive = stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "")
        """Whether lines can be coloured and drawn again."""

    @cached_property
    def console(self) -> Console:
        """The terminal as rich sees it: knows its width, its colours, NO_COLOR."""
        from rich.console import Console

        return Console(file=self.stream, highlight=False, emoji=False, markup=False)

    def write(self, lines: Iterable[Line], *, wrap: bool = True) -> None:
        """Write lines; on a terminal coloured, and wrapped between words unless they are to be copied as they are."""
        if self.interactive:
            for line in lines:
                self.console.print(self.text(line), soft_wrap=not wrap)
        else:
            for line in lines:
                self.stream.write("".join(text for text, _ in line).rstrip() + "\n")
            self.stream.flush()

    def print(self, text: str, style: str = "") -> None:
        """Write one text, which may have several lines."""
        self.write([(line, style)] for line in text.split("\n"))

    def text(self, line: Line) -> Text:
        """A line for rich."""
        from rich.text import Text

        return Text.assemble(*((text, STYLES.get(style, "")) for text, style in line))

    def json(self, value: Any, *, indent: int | None = 2) -> None:
        """Write a JSON value and nothing else; characters that the stream cannot write are escaped."""
        import json

        ascii_only = self.glyphs.ellipsis == "..."
        self.stream.write(json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=str) + "\n")
        self.stream.flush()


class Streams:
    """Standard output and standard error."""

    def __init__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            # A character that the locale cannot write must never end a command.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")
        self.out = Terminal(sys.stdout)
        self.err = Terminal(sys.stderr)
        self.log: logging.Logger | None = None
        """Where warnings and notes go instead, where standard error is read by programs."""

    def fail(self, message: str) -> None:
        """Say what went wrong, on standard error."""
        if self.log is not None:
            self.log.error("%s", message)
            return
        first, *rest = message.split("\n")
        self.err.write([[("error: ", "error"), (first, "")], *([("  " + line, "")] for line in rest)])

    def warn(self, message: str) -> None:
        """Say what may be wrong, on standard error."""
        if self.log is not None:
            self.log.warning("%s", message)
            return
        self.err.write([[("warning: ", "warning"), (message, "")]])

    def note(self, message: str) -> None:
        """Say what is good to know, on standard error."""
        if self.log is not None:
            self.log.info("%s", message)
            return
        self.err.write([[(message, "faint")]])
