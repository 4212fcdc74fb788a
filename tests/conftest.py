"""Fixtures and settings that every area of the tests shares."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from shared_data import ROOT, conformance_data, ows_data, require

# Deterministic by default, so that a red test is red for everyone. HYPOTHESIS_PROFILE=explore searches on.
hypothesis.settings.register_profile(
    "default",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "explore", parent=hypothesis.settings.get_profile("default"), derandomize=False, max_examples=10_000
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def ows() -> Path:
    """The official data of the specification: `ctk/`, `examples/`, `schema/`. Skips where it is absent."""
    return require(ows_data(), "OWS_DATA")


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The cases of other runtimes: `suites/`, `run_corpus.py`. Skips where they are absent."""
    return require(conformance_data(), "CONFORMANCE_DATA")


@pytest.fixture(scope="module", autouse=True)
def no_old_garbage() -> Iterator[None]:
    """What earlier modules have left in memory is looked at once: in a full run each collection would walk it again."""
    gc.collect()
    gc.freeze()
    yield
