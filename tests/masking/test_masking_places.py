"""Which parts of a value a schema marks as sensitive."""

from __future__ import annotations

import pytest

from counterpoint.masking.copies import COPIES_MAX, Copies
from counterpoint.masking.places import MASKED, Places, is_marked, masked

SECRET = {"x-sensitive": True}
CARD = {"type": "object", "properties": {"number": SECRET, "brand": {}}}
CASES = {
    "a member": (CARD, {"number": "4111", "brand": "v"}, {("number",)}),
    "all of it": (SECRET, {"number": "4111"}, {()}),
    "nested": ({"properties": {"card": CARD}}, {"card": {"number": 1}}, {("card", "number")}),
    "items": ({"items": CARD}, [{"number": 1}, {"brand": "v"}], {(0, "number")}),
    "prefix and rest": ({"prefixItems": [{}], "items": SECRET}, ["a", "b", "c"], {(1,), (2,)}),
    "items of old drafts": ({"items": [SECRET], "additionalItems": {}}, ["a", "b"], {(0,)}),
    "contains": ({"contains": CARD}, [{"number": 1}], {(0, "number")}),
    "patterns": ({"patternProperties": {"^pin": SECRET}}, {"pin1": 1, "other": 2}, {("pin1",)}),
    "a pattern of ECMA's": ({"patternProperties": {r"^\p{L}+$": SECRET}}, {"pin": 1}, {("pin",)}),
    "further members": ({"properties": {"a": {}}, "additionalProperties": SECRET}, {"a": 1, "b": 2}, {("b",)}),
    "unevaluated members": ({"unevaluatedProperties": SECRET}, {"b": 2}, {("b",)}),
    "allOf": ({"allOf": [{}, CARD]}, {"number": 1}, {("number",)}),
    "a branch that is not taken": ({"anyOf": [{"type": "string"}, CARD]}, {"number": 1}, {("number",)}),
    "then": ({"if": {}, "then": CARD}, {"number": 1}, {("number",)}),
    "dependents": ({"dependentSchemas": {"brand": CARD}}, {"number": 1, "brand": "v"}, {("number",)}),
    "a reference": ({"$defs": {"c": CARD}, "$ref": "#/$defs/c"}, {"number": 1}, {("number",)}),
    "an anchor": ({"$defs": {"c": {"$anchor": "card", **CARD}}, "$ref": "#card"}, {"number": 1}, {("number",)}),
    "an id": ({"$defs": {"c": {"$id": "card", **CARD}}, "$ref": "card"}, {"number": 1}, {("number",)}),
    "an escaped pointer": ({"$defs": {"a/b": CARD}, "$ref": "#/$defs/a~1b"}, {"number": 1}, {("number",)}),
    "beside a reference": ({"$ref": "#/$defs/x", "$defs": {"x": {}}, "properties": {"n": SECRET}}, {"n": 1}, {("n",)}),
    "a list of itself": (
        {"properties": {"pin": SECRET, "next": {"$ref": "#"}}},
        {"pin": 1, "next": {"pin": 2, "next": None}},
        {("pin",), ("next", "pin")},
    ),
    "a reference to itself": ({"$ref": "#"}, {"a": 1}, set()),
    "false is no mark": ({"properties": {"a": {"x-sensitive": False}}}, {"a": 1}, set()),
    "a value of another shape": (CARD, ["number"], set()),
    "a schema that is true": (True, {"a": 1}, set()),
}


@pytest.mark.parametrize("case", CASES)
def test_parts_that_are_marked(case):
    schema, value, expected = CASES[case]
    assert Places(schema).of(value) == expected


def test_what_is_marked_is_masked_and_nothing_else():
    value = {"card": {"number": [1, 2], "brand": "v"}, "more": [True, None]}
    shown = masked(value, Places({"properties": {"card": CARD}}).of(value))
    assert shown == {"card": {"number": MASKED, "brand": "v"}, "more": [True, None]}
    assert value["card"]["number"] == [1, 2]


def test_a_schema_without_marks_is_known_as_such():
    assert not is_marked({"properties": {"x-sensitive": {"type": "string"}}})
    assert is_marked({"$defs": {"a": {"items": [{"x-sensitive": True}]}}})


def test_copies_are_masked_inside_of_texts_in_json_and_in_uris():
    copies = Copies()
    copies.add([{"number": '4111 "1111"\n/x', "amount": 123456, "short": "abc", "flag": True}])
    assert copies.mask('say 4111 "1111"\n/x!') == f"say {MASKED}!"
    assert copies.mask('{"n":"4111 \\"1111\\"\\n/x"}') == f'{{"n":"{MASKED}"}}'
    assert copies.mask("https://example.com/4111%20%221111%22%0A%2Fx?q=1") == f"https://example.com/{MASKED}?q=1"
    assert copies.mask([123456, 12345, "costs 123456", True, "abc"]) == [MASKED, 12345, f"costs {MASKED}", True, "abc"]


def test_copies_are_masked_as_names_and_no_member_is_lost():
    copies = Copies()
    copies.add(["ada@example.com", "bob@example.com"])
    assert copies.mask({"ada@example.com": 1, "bob@example.com": 2}) == {MASKED: 1, f"{MASKED}*": 2}


def test_a_value_within_another_does_not_uncover_the_rest():
    copies = Copies()
    copies.add(["1234", "12345678"])
    assert copies.mask("12345678") == MASKED


def test_too_many_values_mask_everything():
    copies = Copies()
    copies.add([f"value {n}" for n in range(COPIES_MAX + 1)])
    assert copies.mask({"a": ["x", 1, True], "value 7": 0}) == {"a": [MASKED, MASKED, True], MASKED: MASKED}
