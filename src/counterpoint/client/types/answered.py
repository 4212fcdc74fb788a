"""What all answers have in common."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_ETAG: Final = "etag"


class Answered(msgspec.Struct, frozen=True, kw_only=True, rename="camel", dict=True):
    """An answer. Members that this release does not know are left out."""

    @property
    def etag(self) -> str | None:
        """Names the state that was answered, where it has a name: what `if_match` takes."""
        value: str | None = self.__dict__.get(_ETAG)
        return value


def note_etag(value: Any, etag: str | None) -> None:
    """Remember which state an answer is."""
    if etag is not None and isinstance(value, Answered):
        value.__dict__[_ETAG] = etag
