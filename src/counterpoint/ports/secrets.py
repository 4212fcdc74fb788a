"""Where secrets come from."""

from __future__ import annotations

from typing import Protocol

from counterpoint.values.json import JsonValue


class Secrets(Protocol):
    """Gives the value of a secret. Values never reach the journal, logs, traces or errors."""

    def get(self, name: str) -> JsonValue:
        """The secret's value (a string or an object); None where there is none or it may not be read."""
