"""The Python functions that the documents of these tests call."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from counterpoint import Invocation, Refused, function


@function
async def note(what: str, invocation: Invocation) -> dict[str, str]:
    """Write a line to the ledger beside the store, and to standard output."""
    with Path("ledger.txt").open("a") as ledger:
        ledger.write(f"{what} {invocation.key}\n")
    print("printed by a function")
    return {"did": what}


@function
async def refuse(reason: str) -> None:
    """Fail, having done nothing."""
    raise Refused(reason, kind="communication", status=503)


@function
async def refuse_until(file: str) -> dict[str, bool]:
    """Fail until there is such a file."""
    if not Path(file).exists():
        raise Refused(f"no file {file}", kind="communication", status=503)
    return {"found": True}


@function
async def reveal(secret: str) -> dict[str, int]:
    """Takes a secret and gives away nothing but its length."""
    print("length", len(secret), file=sys.stderr)
    return {"length": len(secret)}


@function
def hold(seconds: float) -> None:
    """Occupy a thread, deaf to everything."""
    threading.Event().wait(seconds)
