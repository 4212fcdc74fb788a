"""What a program reaches of its input and its variables. That nothing is missing, the differential tests see."""

from __future__ import annotations

from typing import Any

import pytest

from counterpoint.expressions.projection import projector, reach_of_input, reach_of_variable
from counterpoint.expressions.tokens import tokenize


@pytest.mark.parametrize(
    ("source", "reach"),
    [
        (".price * .qty", {"price": None, "qty": None}),
        (".a.b + .a.c", {"a": {"b": None, "c": None}}),
        (".a.b + .a", {"a": None}),
        (".a + .a.b", {"a": None}),
        (".items | map(.price) | add", {"items": None}),
        ('"\\(.a) and \\(.b | .c)"', {"a": None, "b": None}),
        ("[.a[.i], (.b | .c, .d)]", {"a": None, "i": None, "b": None}),
        ("{x: .a | .b, y: .c}", {"a": None, "c": None}),
        ("if .a | .b then .c else .d end", {"a": None, "c": None, "d": None}),
        (".a?.b", {"a": None}),
        ("1 + 1", {}),
        (".", None),
        (".a + (. | length)", None),
        ("keys", None),
        ("map(.a)", None),
        (".[0] + .a", None),
        ('."a" + .b', None),
        ("{a}", None),
        ('{"a"}', None),
        ("{true}", None),
        ("if .a then .b end", None),
        (".a = 1", None),
        (".a as $x | .b", None),
        ("..", None),
        ("@json", None),
        ("[.a, .]", None),
    ],
)
def test_the_reach_into_the_input(source: str, reach: Any) -> None:
    assert reach_of_input(tokenize(source, 64)) == reach


@pytest.mark.parametrize(
    ("source", "reach"),
    [
        ("$x.a.b + $x.c", {"a": {"b": None}, "c": None}),
        (".[] | map($x.a)", {"a": None}),
        ("$x.a + ($x | length)", None),
        ("{$x}", None),
        ('$x["a"]', None),
        (". as {a: $x} | $x.b", None),
        ("$x.a |= 1", None),
    ],
)
def test_the_reach_into_a_variable(source: str, reach: Any) -> None:
    assert reach_of_variable(tokenize(source, 64), "x") == reach


def test_a_value_is_reduced_to_what_is_reached() -> None:
    project = projector({"a": {"b": None}, "c": None, "none": None})
    assert project({"a": {"b": 1, "x": 2}, "c": {"y": 3}, "z": 4}) == {"a": {"b": 1}, "c": {"y": 3}}
    assert project({"a": "text"}) == {"a": "text"}
    assert project([1]) == [1]
    assert projector(None)({"a": 1}) == {"a": 1}
