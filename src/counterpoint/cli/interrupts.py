"""SIGINT and SIGTERM: the first asks to stop, the second does not ask."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupt:
    """Whether, and by which signal, the process was asked to stop."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.event = asyncio.Event()
        """Set by a signal; others may set it to end what waits for it."""

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells have it: 130 for Ctrl-C."""
        return 128 + (self.signal or signal.SIGINT)

    def _strike(self, number: signal.Signals) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number
        self.event.set()


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Listen to both signals on the running loop."""
    interrupt, loop = Interrupt(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt._strike, number)
    try:
        yield interrupt
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@contextmanager
def ended_by_signals() -> Iterator[list[signal.Signals]]:
    """SIGTERM and SIGHUP cancel the running task, so that it leaves nothing behind; they are in the list then."""
    loop, task, struck = asyncio.get_running_loop(), asyncio.current_task(), list[signal.Signals]()
    numbers = (signal.SIGTERM, signal.SIGHUP)

    def strike(number: signal.Signals) -> None:
        struck.append(number)
        if task is not None:
            task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, strike, number)
    try:
        yield struck
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def leave(code: int) -> int:
    """End the process with this code without waiting for Python functions that still run in threads.

    They cannot be interrupted, Python would wait for them, and what they do is called for again by the next engine.
    Gives the code back where there is none.
    """
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
