"""`counterpoint validate`: everything that is wrong, at once, with its place; exit code 2."""

from __future__ import annotations

import json

import pytest

from shared_data import ROOT

GOOD = ROOT / "examples" / "hello.yaml"


@pytest.fixture
def bad(document):
    """A document with two errors."""
    return document("- one:\n    set: { a: 1 }\n    iff: x\n- two:\n    set: {}\n", "bad")


def test_valid_documents_exit_with_0(counterpoint):
    ran = counterpoint("validate", GOOD, ROOT / "examples" / "batch.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert "valid" in ran.out and "2 documents" in ran.out


def test_every_finding_of_every_file_has_its_place_and_code(within, bad, document):
    other = document("- one:\n    set: { a: '${ .b | }' }\n", "other")
    ran = within("validate", bad, GOOD, other)
    assert ran.code == 2
    assert f"{bad}:5:5: error CP103: unknown member `iff`" in ran.out
    assert f"{bad}:7:10: error CP106: " in ran.out
    assert f"{other}:4:15: error CP320: the expression does not compile" in ran.out


def test_semantic_checks_are_made(within, document):
    lost = document("- one:\n    set: { a: 1 }\n    then: nowhere\n", "lost")
    ran = within("validate", lost)
    assert ran.code == 2
    assert "nowhere" in ran.out


def test_json_is_one_object_with_all_diagnostics(counterpoint, bad):
    ran = counterpoint("validate", bad, "--json")
    assert ran.code == 2
    assert ran.json["valid"] is False
    first = ran.json["diagnostics"][0]
    assert first["source"] == str(bad)
    assert (first["line"], first["column"], first["severity"], first["code"]) == (5, 5, "error", "CP103")
    good = counterpoint("validate", GOOD, "--json").json
    coverage = {"source": str(GOOD), "saga": False, "covered": 0, "total": 0, "uncovered": []}
    assert good == {"valid": True, "diagnostics": [], "compensability": [coverage]}


def test_of_a_saga_it_says_how_many_effects_can_be_undone(counterpoint, document):
    checkout = ROOT / "examples" / "checkout" / "checkout.yaml"
    assert f"{checkout}: compensation: 4/4 undoable" in counterpoint("validate", checkout).out
    tasks = "- a: { call: http, with: { method: post, endpoint: http://x } }\n- b: { set: { c: 1 }, saga: pivot }\n"
    ran = counterpoint("validate", document(tasks, "half"), "--json")
    assert ran.code == 0
    assert [each["code"] for each in ran.json["diagnostics"]] == ["CP210"]
    (coverage,) = ran.json["compensability"]
    assert (coverage["covered"], coverage["total"]) == (0, 1)
    assert coverage["uncovered"] == [{"name": "a", "pointer": "/do/0/a", "effect": "sends a POST"}]


def test_functions_in_code_may_be_declared_to_change_nothing(counterpoint, document, tmp_path):
    code = tmp_path / "code.py"
    code.write_text(
        "from counterpoint import function\n"
        "@function(read_only=True)\ndef look() -> None: ...\n"
        "@function\ndef charge() -> None: ...\n"
    )
    saga = document("- a: { call: look }\n- b: { call: charge }\n- c: { set: { d: 1 }, saga: pivot }\n", "calls")
    ran = counterpoint("validate", saga, "--function", code)
    assert "2/2" not in ran.out and "compensation: 0/1 undoable" in ran.out
    assert "`b` calls `charge`" in ran.out


def test_a_dash_is_standard_input(counterpoint):
    assert counterpoint("validate", "-", input=GOOD.read_bytes()).code == 0
    ran = counterpoint("validate", "-", input="do: 1")
    assert ran.code == 2
    assert "<stdin>:1:1: error" in ran.out


def test_files_that_cannot_be_read_do_not_hide_the_others(within, bad, tmp_path):
    ran = within("validate", "bud.yaml", tmp_path, bad)
    assert ran.code == 2
    assert "error: there is no file bud.yaml; did you mean bad.yaml?" in ran.err
    assert "is a directory" in ran.err
    assert "CP103" in ran.out


def test_a_contract_tells_what_calls_give(within, document, tmp_path):
    schema = {"type": "object", "additionalProperties": False, "properties": {"name": {"type": "string"}}}
    answer = {"description": "found", "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "getPet", "responses": {"200": answer}}
    contract = {"openapi": "3.0.0", "info": {"title": "pets", "version": "1"}, "paths": {"/pet": {"get": operation}}}
    (tmp_path / "pets.json").write_text(json.dumps(contract), encoding="utf-8")
    call = "call: openapi, with: {document: {endpoint: 'https://pets.example.com/pets.json'}, operationId: getPet}"
    reading = document(f"- get: {{{call}}}\n- use: {{set: {{n: '${{ .nmae }}'}}}}\n", "pets")
    assert within("validate", reading).code == 0
    ran = within("validate", reading, "--contract", tmp_path / "pets.json")
    assert ran.code == 2
    assert "CP330" in ran.out
    assert "did you mean `name`?" in ran.out
    ran = within("validate", reading, "--contract", f"https://pets.example.com/pets.json={tmp_path / 'pets.json'}")
    assert ran.code == 2
