"""Where a text that a command has made goes: into the file of `--output`, or to standard output."""

from __future__ import annotations

from pathlib import Path

from counterpoint.cli.exits import Exit
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput


def write_output(text: str, output: str | None, streams: Streams) -> Exit:
    """Write it, to standard output without a file. Raises InvalidInput where the file cannot be written."""
    if output is None:
        streams.out.stream.write(text)
        return Exit.DONE
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror or error}") from None
    return Exit.DONE
