"""The event loop, imported when a command needs one: `validate` and `--help` do not."""

from __future__ import annotations

import gc
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

_ALLOCATIONS: Final = 200_000
"""Objects that come to be, beside those that go, before the youngest are searched for garbage. Python's 700 are for
small programs: a server with thousands of instances in memory would spend a tenth of its time on it, and find next to
nothing. With this many, the instances of a busy second come and go without a search; so much garbage is some 20 MB."""


def complete(work: Coroutine[Any, Any, int]) -> int:
    """Run the work of a command on a loop of its own; gives its exit code."""
    import asyncio

    return asyncio.run(work)


def complete_long(work: Coroutine[Any, Any, int]) -> int:
    """As `complete`, for a command that stays and has much to do: on the fastest loop that is installed."""
    import asyncio

    with asyncio.Runner(loop_factory=_fastest()) as runner:
        return runner.run(work)


def settle() -> None:
    """What a command that stays has loaded by now it keeps: it is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()
    _, middle, old = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, middle, old)


def _fastest() -> Callable[[], AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
