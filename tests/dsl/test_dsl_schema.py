"""The schema for editors: it is the grammar's, so that it never refuses what the grammar takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from dsl_sampler import Sampler

from counterpoint.dsl import load
from counterpoint.dsl.grammar import check_structure
from counterpoint.dsl.report import Report
from counterpoint.dsl.schema import workflow_schema
from counterpoint.dsl.wording import KNOWN_NAMES, REFERS

RULES = {"CP102", "CP105", "CP108", "CP110", "CP111"}
"""Codes of rules that a schema cannot tell: a member that needs another one, the forms of texts."""


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(workflow_schema())


def verdict(data: Any) -> Report:
    report = Report()
    check_structure(data, report)
    return report


def test_examples_fit(validator, examples: dict[str, str], root: Path) -> None:
    own = {str(path): path.read_text() for path in (root / "examples").rglob("*.yaml")}
    documents = {**examples, **{name: text for name, text in own.items() if "\ndocument:" in text}}
    assert len(documents) > 70
    for name, text in documents.items():
        assert validator.is_valid(load(text).data), name


def test_what_the_grammar_takes_the_schema_takes_and_only_rules_are_beyond_it(validator) -> None:
    taken = refused = 0
    beyond = set()
    for seed in range(3_000):
        document = Sampler(workflow_schema(), seed).document()
        found, fits = verdict(document), validator.is_valid(document)
        if not found.failed:
            assert fits, (seed, document)
            taken += 1
        elif fits:
            beyond |= {each.code for each in found.errors}
        else:
            refused += 1
    assert taken > 100
    assert refused > 100
    assert beyond <= RULES


def members(schema: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every member of every object."""
    if isinstance(schema, dict):
        for name, member in (schema.get("properties") or {}).items():
            yield path, name, member
        for key, value in schema.items():
            yield from members(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from members(value, f"{path}/{index}")


def test_every_member_says_what_it_means_and_every_word_is_about_a_member() -> None:
    known = [each for each in members(workflow_schema()) if "/allOf/" not in each[0]]
    assert [(path, name) for path, name, member in known if "description" not in member] == []
    objects = {each.get("description") for each in workflow_schema()["$defs"].values()} | {"a workflow", ""}
    for what, name in [*REFERS, *KNOWN_NAMES]:
        assert what in objects, what
        assert any(each == name for _, each, _ in known), name
