"""The example processes, and verification as the command line does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpoint.application.verifying import verify
from counterpoint.expressions import Compiler
from counterpoint.verification import Options, Verdict
from shared_data import ROOT

PROCESSES = ROOT / "examples" / "processes"
OTHERS = {"wholesale-order": ["warehouse"]}
"""Workflows that a process runs."""

Verify = Callable[..., Verdict]


@pytest.fixture(scope="session")
def processes() -> dict[str, dict[str, Any]]:
    """Every example process, by name."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted(PROCESSES.glob("*.yaml"))}


@pytest.fixture(scope="session")
def checked() -> Verify:
    """Verifies a document given as text or data; `name` says which process it is, for those that it runs."""
    compiler = Compiler()

    def run(document: Any, name: str = "", options: Options | None = None) -> Verdict:
        text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False, width=10_000)
        others = [((PROCESSES / f"{other}.yaml").read_text(), other) for other in OTHERS.get(name, ())]
        return verify(text, others, source=f"{name or 'document'}.yaml", compiler=compiler, options=options)

    return run


def process_files() -> list[Path]:
    """The files of the example processes."""
    return sorted(PROCESSES.glob("*.yaml"))
