"""`--debug`: for those who want to see where an error comes from."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

DEBUG: Final = "--debug"
VARIABLE: Final = "COUNTERPOINT_DEBUG"


def debugging(arguments: Sequence[str] | None = None) -> bool:
    """Whether the arguments (those of the process, where none are given) or the environment ask for it."""
    return DEBUG in (sys.argv if arguments is None else arguments) or bool(os.environ.get(VARIABLE))
