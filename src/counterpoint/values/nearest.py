"""The known word that somebody may have meant, for errors that say `did you mean`."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_CHARS_MAX: Final = 80
"""difflib takes quadratic time."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is closest to this one, whatever its case; None where none is close."""
    if len(word) > _CHARS_MAX:
        return None
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.7)
    return lowered[close[0]] if close else None
