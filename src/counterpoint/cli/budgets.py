"""How far a verification may go, as it is written on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from counterpoint.errors import InvalidInput
from counterpoint.verification import Budget

SECONDS_MAX: Final = 300.0
"""How long a verification lasts unless told otherwise."""
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600}


class Limits(NamedTuple):
    """The limits of one verification."""

    budget: Budget
    seconds_max: float


def read_budget(given: Iterable[str]) -> Limits:
    """Numbers of states (`20000`) and times (`60s`, `5m`). Raises InvalidInput."""
    budget, seconds = Budget(), SECONDS_MAX
    for each in given:
        timed = _TIME.fullmatch(each)
        if timed is not None:
            seconds = float(timed[1]) * _SECONDS[timed[2]]
        elif each.isdecimal() and int(each) > 0:
            budget = Budget(states_max=int(each))
        else:
            raise InvalidInput(f"--budget {each}: write a number of states (20000) or a time (60s, 5m)")
    return Limits(budget, seconds)
