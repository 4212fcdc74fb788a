"""Every example document is valid, here and, in portable form, for any runtime of the specification."""

from __future__ import annotations

import jsonschema
import pytest
import yaml

from counterpoint import dsl
from shared_data import ROOT

DOCUMENTS = sorted(path for path in (ROOT / "examples").rglob("*.yaml") if ".scenarios." not in path.name)


@pytest.fixture(scope="module")
def official(ows) -> jsonschema.Draft202012Validator:
    """The official schema."""
    return jsonschema.Draft202012Validator(yaml.safe_load((ows / "schema" / "workflow.yaml").read_text()))


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.stem)
def document(request) -> str:
    """The text of each example document."""
    return request.param.read_text()


def test_an_example_has_no_diagnostics(document):
    assert dsl.check(document).diagnostics == ()


def test_the_portable_form_meets_the_official_schema(document, official):
    portable = dsl.to_portable(dsl.load(document).data)
    assert [error.message for error in official.iter_errors(portable)] == []


def test_the_portable_form_is_the_same_document(document):
    definition = dsl.load(document)
    assert dsl.to_author(dsl.to_portable(definition.data)) == definition.data


def test_an_example_begins_with_what_it_teaches(document):
    lesson = [line for line in document.partition("document:")[0].splitlines() if line.startswith("#")]
    assert len(lesson) >= 5
    assert any("counterpoint " in line for line in lesson), "say how to run it"


def test_there_are_at_least_seven_examples():
    assert len(DOCUMENTS) >= 7
