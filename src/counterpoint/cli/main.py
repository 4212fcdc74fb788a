"""The entry point: runs a command and turns whatever happens into an exit code and, at most, one readable error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterpoint.cli.debugging import DEBUG, debugging
from counterpoint.cli.exits import Exit, Refusal, exit_of_error
from counterpoint.cli.terminal import Streams
from counterpoint.errors import CounterpointError, InvalidDocument, MissingFunctions, StoreLocked

if TYPE_CHECKING:
    from cyclopts import CycloptsError

_NO_FUNCTION: Final = "CP310"
_BESIDE: Final = (
    "Beside it `counterpoint instances` and `counterpoint events` work; a second engine needs a --store of its own."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code and raises nothing of its own."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from counterpoint import __version__

        print(__version__)
        return Exit.DONE
    debug = debugging(given)
    streams = Streams()
    if _logs_json(given):
        from counterpoint.cli.settings import log_to

        log_to("json", "info", streams)
    try:
        return _run([each for each in given if each != DEBUG], streams)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does. Python must not write to it again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except CounterpointError as error:
        if debug:
            raise
        _explain(error, streams)
        return error.code if isinstance(error, Refusal) else exit_of_error(error)
    except Exception as error:
        if debug:
            raise
        streams.fail(f"{type(error).__name__}: {error}\nThis is a fault in Counterpoint; --debug shows where.")
        return Exit.FAILED


def _run(arguments: list[str], streams: Streams) -> int:
    from cyclopts import CycloptsError

    from counterpoint.cli.app import build

    app = build()
    try:
        result = app(arguments, exit_on_error=False, print_error=False, help_on_error=False)
    except CycloptsError as error:
        streams.fail(_usage(error, arguments))
        return Exit.INVALID
    return result if isinstance(result, int) else Exit.DONE


def _logs_json(arguments: list[str]) -> bool:
    """Whether standard error is for programs: before anything is known of the command line, it may have to be told."""
    option = "--log-format"
    return f"{option}=json" in arguments or (option, "json") in pairwise(arguments)


def _explain(error: CounterpointError, streams: Streams) -> None:
    if isinstance(error, InvalidDocument):
        from counterpoint.cli.diagnostics import as_json, show

        if streams.log is None:
            show(error.diagnostics, _texts({each.source for each in error.diagnostics}), streams.err)
        else:
            for each in error.diagnostics:
                streams.log.error("%s", each, extra={"diagnostic": as_json(each)})
        if any(each.code == _NO_FUNCTION for each in error.diagnostics):
            streams.note("Python functions are given with --function path/to/file.py.")
    elif isinstance(error, StoreLocked):
        streams.fail(f"{error.message}\n{_BESIDE}")
    elif isinstance(error, MissingFunctions):
        streams.fail(f"{error.message}\nGive them with --function, or use another --store.")
    else:
        streams.fail(error.message)


def _texts(sources: set[str]) -> dict[str, str]:
    """The texts of those sources that are files, for the lines under diagnostics."""
    files = [Path(each) for each in sources if Path(each).is_file()]
    return {str(each): each.read_text(encoding="utf-8", errors="replace") for each in files}


def _usage(error: CycloptsError, arguments: list[str]) -> str:
    """What is wrong with the command line, and what would be right."""
    from cyclopts import UnknownCommandError, UnusedCliTokensError

    command = " ".join(["counterpoint", *(getattr(error, "command_chain", None) or ())])
    help_hint = f"`{command} --help` shows what there is"
    if isinstance(error, UnusedCliTokensError):
        extra = " ".join(error.unused_tokens or ())
        return f"unexpected: {extra}; {help_hint}"
    if isinstance(error, UnknownCommandError) and arguments and os.path.isfile(arguments[0]):  # noqa: PTH113
        return f"{arguments[0]} is no command; to run it: counterpoint run {arguments[0]}"
    message = " ".join(str(error).split()).removesuffix(".")
    joined = " " if message.endswith("?") else "; "
    return f"{message[:1].lower()}{message[1:]}{joined}{help_hint}"
