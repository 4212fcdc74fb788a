"""A compiler for the tests of static checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterpoint.expressions import Compiler


@pytest.fixture(scope="session")
def expressions() -> Iterator[Compiler]:
    """One compiler for all: compiling takes longest."""
    found = Compiler()
    yield found
    found.close()
