"""The status phases of the specification, as stores know them."""

from __future__ import annotations

from typing import Final

from counterpoint.errors import InvalidInput

PHASES: Final = ("pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed")
"""A phase's place is its code in a database: add at the end only."""
COMPLETED: Final = PHASES.index("completed")

_CODES: Final = {phase: code for code, phase in enumerate(PHASES)}


def phase_code(status: str) -> int:
    """The small integer that stands for a status. Raises InvalidInput for an unknown one."""
    code = _CODES.get(status)
    if code is None:
        raise InvalidInput(f"status {status!r} is none of {', '.join(PHASES)}")
    return code
