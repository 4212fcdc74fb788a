"""The specification's examples, its schema, and documents of ours, for the tests of the language."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from counterpoint.dsl.yaml_reader import read_located

SAGAS = Path(__file__).parent / "sagas"


@pytest.fixture(scope="session")
def examples(ows: Path) -> dict[str, str]:
    """The text of each example of the specification, by file name."""
    found = {path.name: path.read_text("utf-8") for path in sorted((ows / "examples").glob("*.yaml"))}
    assert len(found) == 68
    return found


@pytest.fixture(scope="session")
def sagas() -> dict[str, str]:
    """The text of each saga document of ours, by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(SAGAS.glob("*.yaml"))}


@pytest.fixture(scope="session")
def official(ows: Path) -> jsonschema_rs.Draft202012Validator:
    """The official schema."""
    schema = read_located((ows / "schema" / "workflow.yaml").read_text("utf-8"), "workflow.yaml").data
    return jsonschema_rs.Draft202012Validator(schema, offline=True)
