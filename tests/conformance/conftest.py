"""Fixtures of the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.services import hosts


@pytest.fixture(scope="session")
def addresses() -> Iterator[dict[str, str]]:
    """The local address of each host that the kit and the examples call."""
    with hosts() as found:
        yield found
