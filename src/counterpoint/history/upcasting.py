"""Upcasting: records written by older versions are turned into the current form when they are read.

A step turns a record of one version into one of the next; steps are for ever. There is one version so far.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

VERSION: Final = 1
"""The version that is written."""

Step: TypeAlias = Callable[[list[Any]], list[Any]]
"""Takes the events of a record (each a list: tag, fields...) and gives those of the next version."""

STEPS: Final[Mapping[int, Step]] = {}
"""The step away from each version but the current one."""


def upcast(version: int, events: list[Any], steps: Mapping[int, Step] = STEPS, current: int = VERSION) -> list[Any]:
    """Bring events of an older version to the current one. Raises ValueError for a version without a way here."""
    while version < current:
        if version not in steps:
            raise ValueError(f"records of version {version} cannot be read any more")
        events = steps[version](events)
        version += 1
    if version > current:
        raise ValueError(f"version {version} of the record is newer than this program's {current}")
    return events
