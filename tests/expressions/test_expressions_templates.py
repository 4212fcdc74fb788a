"""Templates and URI templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import ExpressionInvalid, WorkflowError
from counterpoint.expressions import Compiler

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_a_template_without_expressions_is_constant_and_the_same_object(value: Any) -> None:
    template = Compiler().template(value)
    assert template.constant
    assert template.evaluate({"a": 1}, None) is value  # type: ignore[arg-type]


def test_the_leaves_of_a_template_are_evaluated(compiler: Compiler, scope: Any) -> None:
    value = {"z": "${ .a }", "a": [1, "x", {"deep": " ${ $context.x + 1 } "}], "static": {"k": ["v"]}}
    template = compiler.template(value, variables=("context",))
    result = template.evaluate({"a": 1}, scope)
    assert result == {"z": 1, "a": [1, "x", {"deep": 6}], "static": {"k": ["v"]}}
    assert list(result) == ["z", "a", "static"]
    assert result["static"] is value["static"]
    assert template.variables == {"context"}
    assert not template.constant


def test_evaluating_a_template_leaves_the_template_alone(compiler: Compiler, scope: Any) -> None:
    template = compiler.template({"a": ["${ .a }"]})
    assert template.evaluate({"a": 1}, scope) == {"a": [1]}
    assert template.evaluate({"a": 2}, scope) == {"a": [2]}


@pytest.mark.parametrize("text", ["hello ${ .a }", "${ .a", ".a", "$ { .a }", "", "${}"])
def test_in_strict_mode_other_strings_are_literals(compiler: Compiler, scope: Any, text: str) -> None:
    assert compiler.template(text).evaluate({"a": 1}, scope) == text


def test_an_error_in_a_template_names_the_leaf(compiler: Compiler) -> None:
    with pytest.raises(ExpressionInvalid, match=r"^/a/1/b~1c: unknown function lenght"):
        compiler.template({"a": ["x", {"b/c": "${ lenght }"}]})


def test_in_loose_mode_every_string_is_tried(compiler: Compiler, scope: Any) -> None:
    value = {"a": ".a", "b": "hello world", "c": ".a.b", "d": "${ .a }", "e": "$unknown", "f": "x"}
    template = compiler.template(value, mode="loose")
    assert template.evaluate({"a": 1}, scope) == {**value, "a": 1, "d": 1}


@pytest.mark.parametrize(
    ("template", "value", "uri"),
    [
        ("http://x/pets/{petId}", {"petId": 7}, "http://x/pets/7"),
        ("http://x/{a}?q={b}", {"a": "ü /&", "b": True}, "http://x/%C3%BC%20%2F%26?q=true"),
        ("http://x/{missing}/{none}/", {"none": None}, "http://x///"),
        ("http://x/{pet.id}", {"pet": {"id": 1}, "pet.id": 2}, "http://x/2"),
        ("http://x/{a}", ["no object"], "http://x/"),
        ("http://x/{a}", {"a": 1.5}, "http://x/1.5"),
        ("http://x/{a}", {"a": "~-._A1"}, "http://x/~-._A1"),
        ('${ "http://x/\\(.a)" }', {"a": 1}, "http://x/1"),
        ("http://x/", {}, "http://x/"),
    ],
)
def test_a_uri_is_expanded(compiler: Compiler, scope: Any, template: str, value: Any, uri: str) -> None:
    assert compiler.uri(template).evaluate(value, scope) == uri


def test_a_uri_without_variables_is_constant(compiler: Compiler) -> None:
    assert compiler.uri("http://x/").constant
    assert not compiler.uri("http://x/{a}").constant


@pytest.mark.parametrize("member", [{}, []])
def test_a_uri_takes_no_containers(compiler: Compiler, scope: Any, member: Any) -> None:
    with pytest.raises(WorkflowError, match="a URI takes a string"):
        compiler.uri("http://x/{a}").evaluate({"a": member}, scope)


@pytest.mark.parametrize("template", ["http://x/{a", "http://x/a}", "http://x/{}", "http://x/{+a}", "http://x/{?a}"])
def test_a_uri_template_beyond_simple_expansion_is_refused(compiler: Compiler, template: str) -> None:
    with pytest.raises(ExpressionInvalid, match="URI template"):
        compiler.uri(template)
