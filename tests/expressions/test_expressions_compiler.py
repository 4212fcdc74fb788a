"""Expressions: what they give, and what is said of those that do not compile or fail."""

from __future__ import annotations

from typing import Any

import jq
import pytest

from counterpoint.errors import ExpressionInvalid, WorkflowError
from counterpoint.expressions import Compiler, ExpressionLimits
from counterpoint.expressions.names import CLOSED
from counterpoint.expressions.program import program_text
from counterpoint.expressions.tokens import KEYWORDS

VARIABLES = ("context", "input")


@pytest.mark.parametrize(
    ("source", "value", "result"),
    [
        (".", {"a": 1}, {"a": 1}),
        ("${ .a.b }", {"a": {"b": 1}}, 1),
        ("  ${.a}\n", {"a": 1}, 1),
        (".a.b", {}, None),
        ('.["a b"][0]', {"a b": [7]}, 7),
        (".[-1]", [1, 2], 2),
        (".[5]", [1, 2], None),
        ("$context.list[1]", None, 2),
        ("{$input, a, b: 1}", {"a": 2}, {"input": {"name": "Ada"}, "a": 2, "b": 1}),
        (".a == 1 and .b != true", {"a": 1.0, "b": 1}, True),
        ('.a // "none"', {}, "none"),
        (".a.b? // 0", {"a": "no object"}, 0),
        ('"Hello, \\($input.name)!" # a comment', None, "Hello, Ada!"),
        (".items | map(.price * .qty) | add", {"items": [{"price": 2, "qty": 3}, {"price": 1, "qty": 1}]}, 7),
        ("empty", None, None),
        ("1, 2", None, 1),
        (". as $input | $input", 3, 3),
        ("[range(3)]", None, [0, 1, 2]),
        ("range(0)", None, None),
        ("now | floor | todate", None, "2026-01-01T00:00:00Z"),
        ("{now: 1, env: 2, if: 3} | .now + .env + .if", None, 6),
        ('{"a": if . then 1, now else 2 end}', True, {"a": 1}),
        ('test("^a+$")', "aaa", True),
        ('"ab" * 3', None, "ababab"),
        ("$__loc__ | .line | type", None, "number"),
    ],
)
def test_an_expression_gives_its_first_result(
    compiler: Compiler, scope: Any, source: str, value: Any, result: Any
) -> None:
    found = compiler.expression(source, variables=VARIABLES).evaluate(value, scope)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "empty"),
        ("${ }", "empty"),
        ("# nothing", "empty"),
        (".a |", "ends too early"),
        (".a | lenght", "unknown function lenght at column 6; did you mean length?"),
        ("map()", "column 5"),
        ("map", "map takes 1 arguments, not 0"),
        ("$contxt.a", "unknown variable $contxt; did you mean $context?"),
        (". as $a | $__value", "unknown variable $__value"),
        (". as $a | $b", "unknown variable $b at column 11"),
        ("if . then 'hot' end", 'unexpected "\'" at column 11; strings are written in double quotes'),
        ('"abc', "the string that starts at column 1 is never closed"),
        ("{a: [1}", "'}' at column 7 closes nothing"),
        ("(1", "'(' at column 1 is never closed"),
        ("1) | (2", "')' at column 2 closes nothing"),
        (".a\n| .b c", "line 2, column 6"),
        (".é", "unexpected"),
    ],
)
def test_what_does_not_compile_is_told_with_its_place(compiler: Compiler, source: str, said: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        compiler.expression(source, variables=VARIABLES)
    assert said in caught.value.message
    assert "tojson" not in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        *("env", "env.PATH", "$ENV", "$ENV.PATH", "{$ENV}", "{a: env}", "[1, env]", '"\\(env)"', "$__prog_args"),
        *("input", "[inputs]", "first(inputs)", "input_filename", "input_line_number", "halt", 'halt_error("x")'),
        *(
            'import "a" as a; 1',
            'include "a"; 1',
            '"a" | modulemeta',
            "get_search_list",
            "debug",
            'debug("x")',
            "stderr",
        ),
        *("now | localtime", 'now | strflocaltime("%H")', "{a: if . then 1, env, 2 end}", "def f: env; f"),
    ],
)
def test_what_reaches_out_of_the_expression_is_closed(compiler: Compiler, source: str) -> None:
    with pytest.raises(ExpressionInvalid, match="may not be used"):
        compiler.expression(source)


@pytest.mark.parametrize(
    "name",
    [*sorted(CLOSED.keys() - KEYWORDS - {"$__prog_args"}), "debug(.)", "halt_error(.)", 'strflocaltime("")', "now"],
)
def test_a_closed_name_is_shadowed_too_should_it_ever_slip_through(name: str) -> None:
    program = jq.compile(program_text(name, (), now=False, repeated_bytes_max=None))
    try:
        assert program.input_text("[1]").first() == "{}"
    except ValueError as error:
        assert "is not available" in str(error)


@pytest.mark.parametrize(
    ("source", "value", "said"),
    [
        (".a.b", {"a": "s3cret"}, "cannot read 'b' of a string"),
        (".a.b // 0", {"a": "s3cret"}, "cannot read 'b' of a string"),
        (".[0]", {"s3cret": 1}, "cannot index an object with a number"),
        (".a + 1", {"a": "s3cret) and number (1"}, "a string and a number cannot be added"),
        (".a[] | .b", {"a": "s3cret"}, "Cannot iterate over string"),
        (".[.k]", {"k": "s3cret"}, None),
        (".a | tonumber", {"a": "s3cret"}, "cannot be parsed as a number"),
        (".a | fromjson", {"a": "s3cret'"}, "Invalid"),
        ('.a | strptime("%Y")', {"a": 's3cret"'}, "does not match the format"),
        (".l[.a]", {"l": [], "a": "s3cret"}, "cannot index an array with a string"),
        (".a | range(.)", {"a": "s3cret"}, "must be numeric"),
        ('error("no stock")', None, "no stock"),
    ],
)
def test_a_failure_says_why_but_not_the_data(
    compiler: Compiler, scope: Any, source: str, value: Any, said: str | None
) -> None:
    expression = compiler.expression(source)
    if said is None:
        assert expression.evaluate(value, scope) is None
        return
    with pytest.raises(WorkflowError) as caught:
        expression.evaluate(value, scope)
    problem = caught.value.problem
    assert problem.type.endswith("/expression")
    assert problem.status == 400
    assert said in (problem.detail or "")
    assert f"in the expression: {source}" in (problem.detail or "")
    assert "s3cret" not in (problem.detail or "")


def test_compiling_never_computes_a_long_string(compiler: Compiler, scope: Any) -> None:
    expression = compiler.expression('("x" * 1000000000 | length) as $input | $input', variables=("input",))
    with pytest.raises(WorkflowError, match="too long"):
        expression.evaluate(None, scope)


def test_equal_expressions_share_one_object(compiler: Compiler) -> None:
    assert compiler.expression("${ .a + 1 }") is compiler.expression(".a + 1")
    assert compiler.expression("$a", variables=("a",)) is not compiler.expression("$a", variables=("a", "b"))


def test_only_the_variables_that_are_read_are_looked_up(compiler: Compiler, scope: Any) -> None:
    expression = compiler.expression(". as $input | $input + $context.x", variables=("context", "input", "output"))
    assert expression.variables == {"context"}
    assert expression.evaluate(1, scope) == 6
    assert scope.asked == ["context"]


def test_the_time_is_the_scopes(compiler: Compiler, scope: Any) -> None:
    expression = compiler.expression("now")
    assert expression.variables == {"now"}
    assert expression.evaluate(None, scope) == 1_767_225_600.5


@pytest.mark.parametrize("number", [2**53 + 1, 12345678901234567890123, -(2**60) - 1, 0.1, 1e300, 1.0, -0.5])
@pytest.mark.parametrize("source", [".", "first(.)", "[.] | .[0]", "{a: .} | .a", "[., null] | sort | last"])
def test_a_number_that_is_not_computed_with_stays_exact(
    compiler: Compiler, scope: Any, source: str, number: float
) -> None:
    result = compiler.expression(source).evaluate(number, scope)
    assert result == number
    assert type(result) is type(number)


def test_a_long_expression_is_refused() -> None:
    compiler = Compiler(ExpressionLimits(expression_chars_max=10, expression_depth_max=2))
    with pytest.raises(ExpressionInvalid, match="expression_chars_max is 10"):
        compiler.expression(".a.b.c.d.e.f")
    with pytest.raises(ExpressionInvalid, match="deeper than 2"):
        compiler.expression("[[[1]]]")


def test_a_big_result_is_refused(scope: Any) -> None:
    expression = Compiler(ExpressionLimits(result_bytes_max=100)).expression(". + .")
    assert expression.evaluate("x" * 10, scope) == "x" * 20
    with pytest.raises(WorkflowError, match="result_bytes_max"):
        expression.evaluate("x" * 100, scope)


@pytest.mark.parametrize("value", [{"a": object()}, "\ud800", float("nan")])
def test_what_is_no_json_is_refused_or_null(compiler: Compiler, scope: Any, value: Any) -> None:
    expression = compiler.expression("[.] | .[0]")
    if isinstance(value, float):
        assert expression.evaluate(value, scope) is None
        return
    with pytest.raises(WorkflowError, match="no JSON"):
        expression.evaluate(value, scope)
