"""The one place where the true data may be asked for. Nobody sees it unless whoever serves them says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_UNMASKED: Final[ContextVar[bool]] = ContextVar("counterpoint_unmasked", default=False)


def is_unmasked() -> bool:
    """Whether what is shown now goes to somebody who may see sensitive data."""
    return _UNMASKED.get()


@contextmanager
def unmasked() -> Iterator[None]:
    """Within, sensitive data is shown: to code that computes with it, or to who holds `data:unmask`."""
    token = _UNMASKED.set(True)
    try:
        yield
    finally:
        _UNMASKED.reset(token)
