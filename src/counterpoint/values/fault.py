"""What is wrong with a value, and where."""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a value."""

    pointer: str
    """JSON pointer to what is wrong, or to what is missing; empty for the value itself."""
    message: str
    """Without the data itself."""
