"""A compiler and a scope for the tests of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from counterpoint.expressions import Compiler


class DictScope:
    """A scope over a dict that remembers what it was asked for."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.asked: list[str] = []

    def lookup(self, name: str) -> Any:
        self.asked.append(name)
        return self.variables[name]


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    """A compiler with the default limits."""
    compiler = Compiler()
    yield compiler
    compiler.close()


@pytest.fixture
def scope() -> DictScope:
    """`$context`, `$input` and the time."""
    return DictScope({"context": {"x": 5, "list": [1, 2, 3]}, "input": {"name": "Ada"}, "now": 1_767_225_600.5})
