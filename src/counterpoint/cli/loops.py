"""The event loop, imported when a command needs one: `validate` and `--help` do not."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any


def complete(work: Coroutine[Any, Any, int]) -> int:
    """Run the work of a command on a loop of its own; gives its exit code."""
    import asyncio

    return asyncio.run(work)
