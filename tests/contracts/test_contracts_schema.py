"""JSON Schema contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from counterpoint.contracts import SchemaValidator, compile_schema
from counterpoint.errors import InvalidInput

ORDER = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
        "a/b": {"enum": ["x", "y"]},
    },
    "required": ["customer"],
}


def test_a_valid_value_has_no_errors() -> None:
    validator = compile_schema(ORDER)
    assert validator.valid({"customer": 1, "items": [{"price": 2.5}]})
    assert validator.check({"customer": 1}) == []


def test_all_errors_are_told_with_pointers_and_without_the_data() -> None:
    errors = compile_schema(ORDER).check({"items": [{"price": "s3cret"}], "a/b": "s3cret"})
    assert sorted(errors) == [
        '/a~1b: the value is not one of "x" or "y"',
        '/items/0/price: the value is not of type "number"; it is a string',
        'the value itself: "customer" is a required property',
    ]


def test_at_most_twenty_errors_are_told() -> None:
    errors = compile_schema({"items": {"type": "string"}}).check(list(range(50)))
    assert len(errors) == 21
    assert "first 20" in errors[-1]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strin"}, "/type"),
        ({"properties": {"a": {"minimum": "1"}}}, "/properties/a/minimum"),
        ({"$ref": "http://127.0.0.1:9/x.json"}, "Retrieval is disabled"),
        ({"$ref": "file:///etc/passwd"}, "Retrieval is disabled"),
        ({"$ref": "#/$defs/none"}, "does not exist"),
        ({"$schema": "http://nobody.example/draft"}, "Unknown meta-schema"),
        ({"pattern": "("}, "/pattern"),
        (3, "object"),
    ],
)
def test_an_invalid_schema_is_refused_with_its_place_or_reason(schema: Any, reason: str) -> None:
    with pytest.raises(InvalidInput, match="invalid JSON schema") as caught:
        compile_schema(schema)
    assert reason in caught.value.message


def test_equal_schemas_share_one_validator() -> None:
    assert compile_schema({"type": "object", "minProperties": 7}) is compile_schema(
        {"type": "object", "minProperties": 7}
    )


def test_the_draft_is_that_of_the_schema() -> None:
    tuple_of_draft_7 = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}
    assert not SchemaValidator(tuple_of_draft_7).valid([1])
    assert not SchemaValidator({"prefixItems": [{"type": "string"}]}).valid([1])


def test_a_format_is_an_annotation_in_every_draft() -> None:
    for draft in ("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"):
        assert SchemaValidator({"$schema": draft, "format": "email"}).valid("not an address")


def test_every_schema_in_the_shared_documents_agrees_with_the_reference_implementation(
    conformance: Path, ows: Path
) -> None:
    probes: list[Any] = [None, True, 1, 1.5, "x", [], [1, "a"], {}, {"name": "x", "petId": 1, "order": {"pet": "cat"}}]
    schemas = [each for root in (conformance, ows) for each in _schemas_below(root)]
    assert schemas
    for schema in schemas:
        ours = compile_schema(schema)
        theirs = jsonschema.Draft202012Validator(schema)
        for probe in probes:
            assert ours.valid(probe) == theirs.is_valid(probe), schema
            assert bool(ours.check(probe)) != ours.valid(probe)


BY_CARD = {"properties": {"by": {"const": "card"}, "number": {"minLength": 2}}, "required": ["by", "number"]}
BY_BANK = {"properties": {"by": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["by", "iban"]}


@pytest.mark.parametrize(
    ("alternatives", "value", "told"),
    [
        ([BY_CARD, BY_BANK], {"by": "card"}, [("/number", "it is required")]),
        ([BY_CARD, BY_BANK], {"by": "bank", "iban": 1, "number": "1"}, [("/iban", "not of type")]),
        ([{"type": "object", "required": ["a"]}, {"type": "null"}], {}, [("/a", "it is required")]),
        (
            [{"required": ["a"], "properties": {"a": {"minimum": 2}}}, {"required": ["b"]}],
            {"a": 1},
            [("/a", "less than")],
        ),
        ([{"anyOf": [BY_CARD, {"type": "string"}]}, BY_BANK], {"by": "card"}, [("/number", "it is required")]),
        # Nothing says which one is meant.
        ([BY_CARD, BY_BANK], {"number": "12"}, [("", "not valid under any")]),
        ([BY_CARD, BY_BANK], {"by": "cash"}, [("", "not valid under any")]),
        ([{"type": "string"}, {"type": "number"}], None, [("", "not valid under any")]),
    ],
)
@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_what_is_wrong_is_told_of_the_alternative_that_is_meant(keyword, alternatives, value, told):
    faults = compile_schema({keyword: alternatives}).faults(value)
    assert [each.pointer for each in faults] == [pointer for pointer, _ in told]
    for fault, (_, words) in zip(faults, told, strict=True):
        assert words in fault.message


def _schemas_below(root: Path) -> list[Any]:
    found: list[Any] = []
    for path in sorted(root.rglob("*.yaml")):
        if path.parent.name != "schema":
            for document in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
                _collect(document, found)
    return found


def _collect(value: Any, found: list[Any]) -> None:
    if isinstance(value, dict):
        schema = value.get("schema")
        if isinstance(schema, dict) and isinstance(schema.get("document"), dict):
            found.append(schema["document"])
        for member in value.values():
            _collect(member, found)
    elif isinstance(value, list):
        for member in value:
            _collect(member, found)
