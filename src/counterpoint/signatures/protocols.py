"""What signs and what verifies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Signer(Protocol):
    """Signs messages."""

    def sign(self, id: str, body: bytes, now: int) -> dict[str, str]:
        """The headers that make a message with this id a signed one; `now` in ms since the epoch."""


class Verifier(Protocol):
    """Verifies messages."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> None:
        """Raises SignatureRefused where the message is not signed by one of the keys, or too old or too new.

        Names of headers are in lower case.
        """
