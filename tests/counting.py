"""Counting calls of functions: what work costs, the same on every machine however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Calls:
    """How many functions were called, those of the interpreter included."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, _: object, event: str, __: object) -> None:
        """See `sys.setprofile`."""
        self.count += event in ("call", "c_call")


@contextmanager
def counted() -> Iterator[Calls]:
    """Count while the context lasts."""
    calls, before = Calls(), sys.getprofile()
    sys.setprofile(calls.note)
    try:
        yield calls
    finally:
        sys.setprofile(before)
