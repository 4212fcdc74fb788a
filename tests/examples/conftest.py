"""Asynchronous tests of the examples run on asyncio."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that the tests run on."""
    return "asyncio"
