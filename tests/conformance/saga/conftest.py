"""The cases are played a few thousand times, with an engine each."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from counterpoint.bootstrap import connecting


@pytest.fixture(scope="module", autouse=True)
def installed_packages_are_read_once() -> Iterator[None]:
    """Looking for functions of installed packages costs more than a whole case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "discover", functools.cache(connecting.discover))
        yield
