"""Author form and portable form: two spellings of one document."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.dsl import check, export_portable, load, to_author, to_portable
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.dsl.yaml_writer import write_yaml

NAMES = st.sampled_from(["a", "b/c", "then", "catch", "0", "1", "d~e"])
DIRECTIVES = st.sampled_from(["compensate", "end", "continue", "a"])
METADATA = st.dictionaries(st.sampled_from(["owner", "note"]), st.sampled_from([1, "x", {}, ["y"]]), min_size=1)
UNDO = st.sampled_from(["release", {"none": "a read"}, {"do": [{"u": {"set": {"a": 1}}}], "on": "attempted"}])


def optional(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


def named(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.tuples(NAMES, items).map(lambda pair: {pair[0]: pair[1]}), max_size=3)


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


COMMON = optional(then=DIRECTIVES, metadata=METADATA, compensate=UNDO, saga=st.just("pivot"))
CATCH = optional(compensate=st.booleans(), betweenAttempts=st.just("keep"), then=DIRECTIVES, **{"as": st.just("e")})
CASES = named(merged(optional(when=st.just(".a")), st.fixed_dictionaries({"then": DIRECTIVES}))).filter(bool)
LEAF = merged(st.one_of(st.just({"set": {"x": 1}}), CASES.map(lambda cases: {"switch": cases})), COMMON)


def _containers(tasks: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = named(tasks)
    kinds = st.one_of(
        st.fixed_dictionaries({"do": lists}),
        st.fixed_dictionaries({"try": lists, "catch": merged(CATCH, optional(do=lists))}),
        lists.map(lambda found: {"fork": {"branches": found}}),
        lists.map(lambda found: {"for": {"in": ".x"}, "do": found}),
    )
    return merged(kinds, COMMON)


TASKS = st.recursive(LEAF, _containers, max_leaves=8)
HEADER = {"dsl": "1.0.3", "namespace": "a", "name": "b", "version": "1.0.0"}
DOCUMENTS = st.builds(
    lambda do, functions, before: {
        "document": HEADER,
        "use": {"functions": functions, "extensions": [{"e": {"extend": "all", "before": before}}]},
        "do": do,
    },
    named(TASKS),
    st.dictionaries(NAMES, TASKS, max_size=2),
    named(LEAF),
)


@given(DOCUMENTS)
def test_author_to_portable_to_author_is_identity(document: dict[str, Any]) -> None:
    assert to_author(to_portable(document)) == document


@given(DOCUMENTS)
def test_both_directions_are_idempotent_and_change_no_argument(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    portable = to_portable(document)
    written = json.dumps(portable)
    assert to_portable(portable) == portable
    assert to_author(document) == document
    to_author(portable)
    assert json.dumps(document) == before
    assert json.dumps(portable) == written


@given(DOCUMENTS)
def test_both_forms_have_one_verdict_and_one_digest(document: dict[str, Any]) -> None:
    author, portable = check(json.dumps(document)), check(json.dumps(to_portable(document)))
    assert [(each.code, each.pointer) for each in sorted(author.diagnostics, key=lambda each: each.pointer)] == [
        (each.code, each.pointer) for each in sorted(portable.diagnostics, key=lambda each: each.pointer)
    ]
    if author.definition is not None:
        assert portable.definition is not None
        assert author.definition.digest == portable.definition.digest
        assert author.definition.data == portable.definition.data


@given(DOCUMENTS)
def test_portable_form_is_valid_under_the_official_schema(
    official: jsonschema_rs.Draft202012Validator, document: dict[str, Any]
) -> None:
    portable = to_portable(document)
    assert official.is_valid(portable), [each.message for each in official.iter_errors(portable)]


def test_exported_sagas_are_valid_elsewhere_and_read_back_the_same(
    sagas: dict[str, str], official: jsonschema_rs.Draft202012Validator
) -> None:
    assert sagas
    for name, text in sagas.items():
        definition = load(text, source=name)
        exported = export_portable(definition)
        assert official.is_valid(read_located(exported, name).data)
        again = load(exported, source=name)
        assert again.digest == definition.digest
        assert list(again.data["do"]) == list(definition.data["do"])


def test_exported_examples_read_back_the_same(examples: dict[str, str]) -> None:
    for name, text in examples.items():
        definition = load(text, source=name)
        assert load(export_portable(definition)).data == definition.data


def test_diagnostics_of_portable_form_point_into_the_text() -> None:
    text = """\
document: { dsl: 1.0.3, namespace: a, name: b, version: 1.0.0 }
do:
- one:
    set: { a: 1 }
    metadata:
      compensate:
        on: never
        do: []
- two:
    try: []
    catch: {}
    metadata:
      catch: { betweenAttempts: sometimes }
"""
    found = [(each.position.line, each.pointer) for each in check(text).diagnostics if each.position]
    assert found == [(7, "/do/0/one/compensate/on"), (13, "/do/1/two/catch/betweenAttempts")]


def test_metadata_that_looks_like_ours_but_is_not_is_kept(sagas: dict[str, str]) -> None:
    first = load(sagas["metadata-of-its-own.yaml"]).data["do"][0]["first"]
    assert first["metadata"] == {"then": "something else", "catch": [1], "switch": {"0": "later"}}


CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from(
    "\n\t: #-'\"&*!|>%@`"
)
TRICKY = ["on", "yes", "0o17", "0x1F", "1e3", "1_000", "12:30", "2020-01-01", "~", "<<", "=", ".inf", "-", "?"]
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(CHARACTERS), st.sampled_from(TRICKY))
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)


@given(JSON)
def test_written_yaml_reads_back_as_the_same_data(data: Any) -> None:
    try:
        read = read_located(write_yaml(data), "x").data
    except Exception:
        raise AssertionError(write_yaml(data)) from None
    assert json.dumps(read) == json.dumps(data)
