"""Laws of what one schema takes of what another one gives; the judge is a library that calls itself experimental."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterpoint.contracts import compile_schema
from counterpoint.governance.compatibility.containment import Gap, gaps, same_values, takes_all

NAMES = ("a", "b", "c")
bounds = st.integers(0, 4)


def leaf(draw: Any) -> Any:
    return draw(
        st.sampled_from(
            [
                {"type": "string"}, {"type": "string", "minLength": 2}, {"type": "string", "maxLength": 3},
                {"type": "string", "enum": ["x", "yy"]}, {"enum": ["x", 1, None]}, {"type": "integer"},
                {"type": "integer", "minimum": 0, "maximum": 9}, {"type": "number", "minimum": 5}, {"type": "boolean"},
                {"type": ["string", "null"]}, {"const": "x"}, True, {}, {"description": "anything"},
            ]
        )
    )  # fmt: skip


@st.composite
def schemas(draw: Any, depth: int = 2) -> Any:
    kind = draw(st.sampled_from(["leaf", "object", "object", "array"])) if depth else "leaf"
    if kind == "leaf":
        return leaf(draw)
    if kind == "array":
        return {"type": "array", "items": draw(schemas(depth=depth - 1)), "minItems": draw(st.integers(0, 1))}
    return draw(objects(depth))


@st.composite
def objects(draw: Any, depth: int = 2) -> Any:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: draw(schemas(depth=depth - 1)) for name in names},
        "required": draw(st.lists(st.sampled_from(NAMES), unique=True)) if draw(st.booleans()) else [],
    }
    if draw(st.booleans()) and draw(st.booleans()):
        schema["additionalProperties"] = False
        schema["required"] = [name for name in schema["required"] if name in names]
    return schema


def value_of(draw: Any, schema: Any) -> Any:
    """A value that a schema describes, with the members that it names and no others."""
    if schema is True or not schema.keys() - {"description"}:
        return draw(st.sampled_from(["x", 1, None, [], {}]))
    if "const" in schema or "enum" in schema:
        return draw(st.sampled_from(schema.get("enum", [schema.get("const")])))
    kind = schema["type"]
    if kind == "object":
        required, offered = schema["required"], {*schema["properties"], *schema["required"]}
        names = [name for name in offered if name in required or draw(st.booleans())]
        return {name: value_of(draw, schema["properties"].get(name, True)) for name in names}
    if kind == "array":
        return [value_of(draw, schema["items"]) for _ in range(draw(st.integers(schema["minItems"], 2)))]
    low = schema.get("minimum", -3)
    return draw(
        {
            "string": st.text("xy", min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 4)),
            "integer": st.integers(low, schema.get("maximum", 12)),
            "number": st.integers(low, 12) | st.floats(low, 12),
            "boolean": st.booleans(),
        }.get(kind if isinstance(kind, str) else "string")
    )


ANY: dict[str, Any] = {"description": "anything"}


def holding(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


@pytest.mark.parametrize("place", ["itself", "items", "a reference", "a part"])
@pytest.mark.parametrize("free", [True, {}, ANY, {"x-note": 1}], ids=repr)
@pytest.mark.parametrize(
    ("taken", "others", "expected"),
    [
        (holding(q={"type": "integer"}) | {"additionalProperties": False}, {"q": {"type": "integer"}}, False),
        (holding(free={"type": "string"}), {}, False),
        (holding(free={"type": "string"}) | {"required": ["free"]}, {}, False),
        (holding(free=True, note={"type": "string"}), {}, True),
        (holding(free={}) | {"additionalProperties": False}, {}, True),
    ],
)
def test_a_member_that_may_be_anything_is_given_too(place, free, taken, others, expected):
    offered = holding(free=free, **others)
    match place:
        case "items":
            taken, offered = ({"type": "array", "items": each} for each in (taken, offered))
        case "a reference":
            taken, offered = ({"$ref": "#/$defs/it", "$defs": {"it": each}} for each in (taken, offered))
        case "a part":
            offered = {"allOf": [{"type": "object"}, offered]}
    assert takes_all(taken, offered) == expected
    assert (gaps(taken, offered) == []) == expected


@given(schemas())
def test_a_schema_takes_what_it_gives(schema):
    assert gaps(schema, copy.deepcopy(schema)) == []
    assert same_values(schema, copy.deepcopy(schema))


@given(schemas(), schemas(), st.data())
def test_what_has_no_gap_takes_every_value_that_is_given(taken, offered, data):
    value = value_of(data.draw, offered)
    assert compile_schema(offered).valid(value)
    if not gaps(taken, offered):
        assert compile_schema(taken).valid(value), (taken, offered, value)


@given(schemas(), schemas())
def test_what_cannot_be_shown_to_be_taken_has_a_gap_that_says_where(taken, offered):
    found = gaps(taken, offered)
    assert bool(found) != takes_all(taken, offered)
    for each in found:
        for root, pointer in ((taken, each.taken), (offered, each.given)):
            at = root
            for token in pointer.split("/")[1:]:
                assert token in at or each.obstacle == "unproven"
                at = at.get(token, True) if isinstance(at, dict) else True


@given(objects(), schemas(), st.sampled_from(("d", "e")))
def test_an_optional_member_that_is_new_is_in_nobodys_way(schema, member, name):
    assume(schema["properties"] or schema["required"])  # one that names no members may have any
    wider = copy.deepcopy(schema)
    wider["properties"][name] = member
    assert gaps(wider, schema) == []


@given(objects(), st.sampled_from(("d", "e")))
def test_a_member_that_is_required_anew_is_always_in_the_way(schema, name):
    stricter = {**copy.deepcopy(schema), "required": [*schema["required"], name]}
    assert gaps(stricter, schema)


@given(schemas(), schemas(), schemas())
def test_taking_goes_from_one_to_the_next(first, second, third):
    """Where no open object could hide what the next one closes."""
    if "properties" not in str((first, second, third)) and takes_all(third, second) and takes_all(second, first):
        assert takes_all(third, first)


@pytest.mark.parametrize(
    ("taken", "offered", "expected"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}, Gap("type", "null", "", "/type")),
        ({"type": "integer"}, {"type": "number"}, Gap("type", "number", "", "/type")),
        ({"enum": [1, 2]}, {"enum": [1, 2, 3, "x"]}, Gap("value", '3, "x"', "", "/enum")),
        ({"enum": [1]}, {"type": "integer"}, Gap("bound", "enum", "", "/enum")),
        ({"type": "string", "pattern": "^a$"}, {"type": "string"}, Gap("bound", "pattern", "", "/pattern")),
        (
            {"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "string", "minLength": 3}}},
            {"properties": {"a": {"$ref": "#/$defs/B"}}, "$defs": {"B": {"type": "string", "minLength": 2}}},
            Gap("bound", "minLength", "/$defs/B", "/$defs/A/minLength"),
        ),
        (
            {"type": "array", "items": {"type": "object", "required": ["a"]}},
            {"type": "array", "items": {"type": "object"}},
            Gap("required", "a", "/items", "/items/required"),
        ),
        (
            {"type": "object", "properties": {"a": True}, "additionalProperties": False},
            {"type": "object", "properties": {"a": True, "b": True}},
            Gap("member", "b", "/properties/b", ""),
        ),
        ({"allOf": [{"type": "string"}, {"minLength": 3}]}, {"type": "string"}, Gap("unproven", "", "", "")),
    ],
)
def test_a_gap_names_the_obstacle_and_both_places(taken, offered, expected):
    assert gaps(taken, offered) == [expected]


def test_an_optional_member_within_a_composition_is_in_nobodys_way():
    old = {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"required": ["a"]}]}
    new = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "number"}}},
            {"required": ["a"]},
        ]
    }
    assert gaps(new, old) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"}, {"pattern": "("}, {"$ref": "https://example.com/schema"}, 7, "x", {"required": 3.0},
        {"type": "object", "properties": {str(each): {"type": "string"} for each in range(5_000)}},
    ],
)  # fmt: skip
def test_what_cannot_be_judged_counts_as_different(schema):
    assert [each.obstacle for each in gaps(schema, {"type": "string"})] == ["unproven"]
    assert [each.obstacle for each in gaps({"type": "string"}, schema)] == ["unproven"]
