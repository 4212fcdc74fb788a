"""The layers of docs/ARCHITECTURE.md, checked by import-linter with the contracts in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("counterpoint", cache_dir=None)


def test_the_layers_hold(root):
    """Exhaustive layers, a core without I/O, no cycles."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    linted = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_only_the_entry_points_import_the_package_root(graph):
    """`counterpoint` itself re-exports the public API: whoever imports it from inside makes a hidden cycle."""
    importers = graph.find_modules_that_directly_import("counterpoint")
    assert not {each for each in importers if not each.startswith(("counterpoint.cli", "counterpoint.sync"))}
