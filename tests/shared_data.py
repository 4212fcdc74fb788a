"""Where the shared test data lies: the official kit of the specification and the cases of other runtimes.

It is not part of this repository. It is looked for in `../shared`, or where OWS_DATA and CONFORMANCE_DATA say.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The root of the repository."""


def ows_data() -> Path | None:
    """The directory with `ctk/`, `examples/` and `schema/`, or None where it is absent."""
    return _present(os.environ.get("OWS_DATA"), ROOT.parent / "shared" / "ows")


def conformance_data() -> Path | None:
    """The directory with `suites/` and `run_corpus.py`, or None where it is absent."""
    return _present(os.environ.get("CONFORMANCE_DATA"), ROOT.parent / "shared" / "conformance")


def require(directory: Path | None, variable: str) -> Path:
    """The directory; skips the test, saying how to provide the data, where it is absent."""
    if directory is None:
        pytest.skip(f"shared test data absent: put it beside the repository as ../shared or set {variable}")
    return directory


def _present(named: str | None, default: Path) -> Path | None:
    directory = Path(named) if named else default
    return directory if directory.is_dir() else None
