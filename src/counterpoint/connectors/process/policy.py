"""Which processes may be run, and with how much."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

KINDS: Final = frozenset({"shell", "script", "container"})
Mounts: TypeAlias = tuple[str, ...]


class ProcessPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What `run` may do on this machine.

    Shell commands and scripts run as the engine's own user: they can do what it can. An engine that runs
    documents of people it does not trust leaves `shell` and `script` out.
    """

    allow: frozenset[str] = KINDS
    """The kinds that may run: `shell`, `script`, `container`."""
    mounts: Mounts = ()
    """Host directories that containers may mount, with everything below. Named volumes are always allowed."""
    output_bytes_max: int = 10 * 1024 * 1024
    """Of standard output, and of standard error."""
    processes_max: int = 64
    """Running at one time; further ones wait."""

    @classmethod
    def nothing(cls) -> ProcessPolicy:
        """No process at all."""
        return cls(allow=frozenset())
