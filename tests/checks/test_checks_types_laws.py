"""The laws of inferred types: they admit whatever happens, and what they exclude never happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from checks_documents import expressions, paths, schemas, values
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from counterpoint.contracts.schema import compile_schema
from counterpoint.errors import ExpressionInvalid, WorkflowError
from counterpoint.expressions import Compiler
from counterpoint.plan.types.evaluation import Evaluation, Text
from counterpoint.plan.types.lattice import ANY, NEVER, Type, admits, join, meet, of_value, widen
from counterpoint.plan.types.reader import read_tree
from counterpoint.plan.types.schemas import type_of_schema
from counterpoint.plan.types.verdicts import Verdicts


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    found = Compiler()
    yield found
    found.close()


class NoVariables:
    def lookup(self, name: str) -> Any:
        raise KeyError(name)


types = st.one_of(schemas().map(type_of_schema), values.map(of_value))


@settings(max_examples=400)
@given(schemas(), values)
def test_the_type_of_a_schema_admits_what_the_schema_admits(schema: dict[str, Any], value: Any) -> None:
    if compile_schema(schema).valid(value):
        assert admits(type_of_schema(schema), value)


@settings(max_examples=300)
@given(types, types, values)
def test_join_admits_what_either_admits_and_meet_what_both_do(left: Type, right: Type, value: Any) -> None:
    if admits(left, value) or admits(right, value):
        assert admits(join(left, right), value)
        assert admits(widen(left, join(left, right)), value)
    if admits(left, value) and admits(right, value):
        assert admits(meet(left, right), value)


@given(values)
def test_a_value_belongs_to_its_own_type_to_any_and_not_to_never(value: Any) -> None:
    assert admits(of_value(value), value)
    assert admits(ANY, value)
    assert not admits(NEVER, value)


@given(st.lists(types, min_size=2, max_size=6))
def test_widening_comes_to_an_end(rounds: list[Type]) -> None:
    found, changes = rounds[0], 0
    for each in rounds[1:] * 5:
        wider = widen(found, join(found, each))
        changes += wider != found
        found = wider
    assert changes <= 10


@settings(max_examples=800)
@given(expressions(), values, st.data())
def test_the_result_of_an_expression_belongs_to_its_type(
    compiler: Compiler, source: str, value: Any, data: st.DataObject
) -> None:
    tree = read_tree(source)
    assume(tree is not None)
    other = data.draw(values)
    dot = data.draw(st.sampled_from((ANY, of_value(value), join(of_value(value), of_value(other)))))
    inferred = Evaluation(Text(source, None, 0), lambda name: ANY, Verdicts()).result(tree, dot)
    try:
        actual = compiler.expression(source).evaluate(value, NoVariables())
    except (WorkflowError, ExpressionInvalid):
        return
    assert admits(inferred, actual), inferred


@settings(max_examples=600)
@given(paths(), values, st.data())
def test_an_impossible_path_gives_null_or_an_error(
    compiler: Compiler, source: str, value: Any, data: st.DataObject
) -> None:
    tree = read_tree(source)
    assert tree is not None
    dot = join(of_value(value), of_value(data.draw(values)))
    verdicts = Verdicts()
    Evaluation(Text(source, None, 0), lambda name: ANY, verdicts).result(tree, dot)
    if verdicts.all():
        try:
            assert compiler.expression(source).evaluate(value, NoVariables()) is None
        except WorkflowError as error:
            assert error.problem.type.endswith("/expression")
