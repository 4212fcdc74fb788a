"""`run: shell`."""

from __future__ import annotations

from counterpoint.connectors.process.arguments import (
    read_environment,
    read_stdin,
    read_text,
    read_words,
    with_arguments,
)
from counterpoint.connectors.process.supervision import PATH, Program
from counterpoint.values.json import JsonObject


def shell_program(arguments: JsonObject, directory: str, output_bytes_max: int) -> Program:
    """A command for `/bin/sh`, its arguments as `$1`, `$2` ... Raises ConnectorError (validation)."""
    command = read_text(arguments, "command")
    words = read_words(arguments.get("arguments")).positional
    script = with_arguments(command) if words else command
    return Program(
        what="the shell command",
        argv=("/bin/sh", "-c", script, "sh", *words),
        environment=minimal_environment(directory) | read_environment(arguments.get("environment")),
        directory=directory,
        stdin=read_stdin(arguments.get("stdin")),
        output_bytes_max=output_bytes_max,
    )


def minimal_environment(directory: str) -> dict[str, str]:
    """What every program may expect, and nothing that belongs to the engine."""
    return {"PATH": PATH, "HOME": directory, "TMPDIR": directory, "LANG": "C.UTF-8"}
