"""Exit codes, and which error gives which (docs/guide/command-line.md)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from counterpoint.errors import (
    CounterpointError,
    ExpressionInvalid,
    InvalidDocument,
    InvalidInput,
    MissingFunctions,
    StoreError,
)

if TYPE_CHECKING:
    from counterpoint.application.views import InstanceView


class Exit(IntEnum):
    """What the process tells the one that started it."""

    DONE = 0
    """The run completed; the request was carried out; the documents are valid."""
    FAILED = 1
    """The run faulted or was cancelled; the request was refused or not answered in time."""
    INVALID = 2
    """The document, the input or the command line is not valid: nothing was started."""
    SUSPENDED = 3
    """The run is suspended and waits for a person."""
    STORE = 4
    """The store cannot be used: another engine holds it, its runs need functions, the disk is full ..."""
    INTERRUPTED = 130
    """Ctrl-C. What was unfinished is taken up by the next engine."""


def exit_of_error(error: BaseException) -> Exit:
    """The exit code for an error that ends a command."""
    if isinstance(error, InvalidDocument | InvalidInput | ExpressionInvalid):
        return Exit.INVALID
    return Exit.STORE if isinstance(error, StoreError | MissingFunctions) else Exit.FAILED


def exit_of_run(view: InstanceView) -> Exit:
    """The exit code for what became of an instance."""
    if view.status == "completed":
        return Exit.DONE
    return Exit.SUSPENDED if view.status == "suspended" else Exit.FAILED


class Refusal(CounterpointError):
    """The command cannot be carried out."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.code = code
