"""Our expressions give what libjq gives when it is called plainly."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import ExpressionInvalid, WorkflowError
from counterpoint.expressions import Compiler, ExpressionLimits
from counterpoint.expressions.jqprograms import JqProgram
from counterpoint.expressions.plain import Plain

NAMES = ("context", "input", "item")
FAILED = object()

keys = st.sampled_from(["a", "b", "c", "x y"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.sampled_from([0, 1, -1, 2, 0.5, 1.0, 1e17, "", "a", "b", "é", "10"])
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
literals = st.one_of(
    st.sampled_from(["null", "true", "false", '"a"', '"b"', '"\\n\\u00e9"', "0", "1", "2.5", "1e2", "[]", "{}"]),
    st.integers(0, 2**53).map(str),
)
steps = st.sampled_from([".a", ".b", ".c", '["a"]', '."x y"', '.["b"]', "[0]", "[1]", "[-1]", ".a.b"])
paths = st.builds(
    lambda root, parts: (
        ("." if root == "." and (not parts or parts[0][0] != ".") else root.strip(".")) + "".join(parts)
    ),
    st.sampled_from([".", ".", "$context", "$input", "$item"]),
    st.lists(steps, max_size=3),
)
terms = paths | literals
compared = st.builds("{} {} {}".format, terms, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "//"]), terms)


def _plain(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({})".format, inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or", "//"]), inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda members: f"[{', '.join(members)}]"),
        st.builds('{{a: ({}), "x y": {}, b}}'.format, inner, terms),
    )


def _computed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = ["length", "keys", "map(.a)", "sort", "add", "tojson", "to_entries", "select(.a)", "not", "..", ".[]"]
    folds = ["[recurse]", "first(.[]?)", "[range(3)]", 'test("a")', "reduce .[]? as $x (0; . + 1)", "unique", "type"]
    return st.one_of(
        st.builds("({}) | {}".format, inner, st.sampled_from([*functions, *folds, ".a", ".a |= 1", "try .a catch 1"])),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["+", "-", "*", "/", ",", "//", "=="]), inner),
        st.builds("if {} then {} else {} end".format, inner, inner, inner),
        st.builds("if {} | .a then {} end".format, inner, inner),
        st.builds("{{if: ({}), end: .b, a}} | .if, .end".format, inner),
        st.builds('{{a: {}, "b", true, null: .c}}'.format, terms),
        st.builds("try ({}) catch (.a // .)".format, inner),
        st.builds("[({} | .a, .b), .c]".format, inner),
        st.builds("{} as {{a: $item, b: $b}} | [$item.a, $b, .c]".format, terms),
        st.builds("{} as [$item] ?// $item | $item.a".format, terms),
        st.builds("[.a[{}]?, (.b | @json), @text]".format, terms),
        st.builds('[.a?.b, .b.["a"]?, (.c)?.a, -.a, $context.a[.b]?]'.format),
        st.builds("map({})? // $context.a.b // ($input.c | .a)".format, inner),
        st.builds('"<\\({})>"'.format, inner),
        st.builds("[{} | .[]?]".format, inner),
        st.builds("({}) as $item | [$item, .]".format, inner),
    )


plain_expressions = st.recursive(terms | compared, _plain, max_leaves=4)
expressions = st.recursive(plain_expressions, _computed, max_leaves=5)


class _Scope:
    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables

    def lookup(self, name: str) -> Any:
        return self.variables[name]


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    """A compiler that is never too slow: what an expression means must not depend on how busy the machine is."""
    compiler = Compiler(ExpressionLimits(expression_ms_max=60_000))
    yield compiler
    compiler.close()


def _ours(compiler: Compiler, source: str, value: Any, variables: dict[str, Any]) -> Any:
    try:
        return compiler.expression(source, variables=variables).evaluate(value, _Scope(variables))
    except WorkflowError as error:
        assert error.problem.type.endswith("/expression")
        return FAILED


def _theirs(source: str, value: Any, variables: dict[str, Any]) -> Any:
    program = jq.compile(source, args=variables)
    try:
        return program.input_text(json.dumps(value)).first()
    except StopIteration:
        return None
    except ValueError:
        return FAILED


def _same(ours: Any, theirs: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not; a sum may differ by how a binding rounds it for print."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return bool(ours == theirs)


@given(plain_expressions, values, values)
@settings(max_examples=400)
def test_a_plain_expression_means_what_it_means_to_libjq(
    compiler: Compiler, source: str, value: Any, context: Any
) -> None:
    variables = {"context": context, "input": value, "item": [context]}
    assert isinstance(compiler.expression(source, variables=NAMES), Plain)
    assert _same(_ours(compiler, source, value, variables), _theirs(source, value, variables))


@given(expressions, values, values)
@settings(max_examples=400)
def test_an_expression_means_what_it_means_to_libjq(compiler: Compiler, source: str, value: Any, context: Any) -> None:
    variables = {"context": context, "input": value, "item": [context]}
    assert _same(_ours(compiler, source, value, variables), _theirs(source, value, variables))


@given(st.text(st.sampled_from(list(".ab[]{}()\"\\|,:;$? 01=#\n'")), max_size=12))
@settings(max_examples=400)
def test_text_compiles_exactly_where_it_compiles_to_libjq(compiler: Compiler, source: str) -> None:
    if source.strip().startswith("${"):
        return
    try:
        jq.compile(source, args={"a": 1})
    except ValueError:
        with pytest.raises(ExpressionInvalid):
            compiler.expression(source, variables=("a",))
        return
    tokens = re.sub(r"#[^\n]*", "", source).strip()
    if tokens:
        compiler.expression(source, variables=("a",))
    else:  # to jq an empty program is the identity; in a workflow it is a mistake
        with pytest.raises(ExpressionInvalid, match="empty"):
            compiler.expression(source, variables=("a",))


def test_every_expression_of_the_shared_documents_means_what_it_means_to_libjq(
    compiler: Compiler, corpus: list[str]
) -> None:
    assert len(corpus) > 100
    for source in corpus:
        names = sorted(set(re.findall(r"\$(?!__loc__|ENV)([a-zA-Z_]\w*)", source)))
        fields = sorted(set(re.findall(r"[.{ ]([a-zA-Z_]\w*)", source))) or ["a"]
        # Numbers stay small: an expression that counts up to one must come to its end, with libjq too.
        chance = random.Random(source)
        for _ in range(20):
            value = _any_value(chance, fields)
            variables = {name: _any_value(chance, fields) for name in names}
            ours, theirs = _ours(compiler, source, value, variables), _theirs(source, value, variables)
            assert _same(ours, theirs), (source, value, variables)


def _any_value(chance: random.Random, fields: list[str], depth: int = 3) -> Any:
    """Half of the values are shaped as the expression wants them, by the names that it reads."""
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        odd = ["", "é", "10", "x y", "\u0000", "\U0001f600", "null", "2026-01-01T00:00:00Z"]
        return chance.choice([None, True, False, 0, 0.5, -0.0, chance.randint(-100, 100), *odd])
    if kind < 0.6:
        return [_any_value(chance, fields, depth - 1) for _ in range(chance.randint(0, 3))]
    return {chance.choice(fields): _any_value(chance, fields, depth - 1) for _ in range(chance.randint(0, 5))}


@pytest.fixture(scope="module")
def corpus(conformance: Path, ows: Path) -> list[str]:
    """Every expression of the shared documents that compiles, and that does not ask for the time."""
    found: set[str] = set()
    for root in (conformance, ows):
        for path in [*root.rglob("*.yaml"), *root.rglob("*.feature")]:
            found.update(_expressions(path))
    return sorted(source for source in found if _compiles(source) and not re.search(r"\bnow\b", source))


def _expressions(path: Path) -> Iterator[str]:
    text = path.read_text()
    yield from (match[1].strip() for match in re.finditer(r"^.*?['\"]?\$\{(.*)\}['\"]?\s*$", text, re.MULTILINE))
    if path.suffix == ".yaml" and path.parent.name != "schema":
        for document in yaml.load_all(text, Loader=yaml.CSafeLoader):
            yield from _conditions(document)


def _conditions(value: Any) -> Iterator[str]:
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        if isinstance(member, str) and (key in ("if", "when", "while", "from", "as", "in") or "${" in member):
            wrapped = re.fullmatch(r"\s*\$\{(.*)\}\s*", member, re.DOTALL)
            yield (wrapped[1] if wrapped else member).strip()
        yield from _conditions(member)


def _compiles(source: str) -> bool:
    try:
        Compiler().expression(source, variables=re.findall(r"\$([a-zA-Z_]\w*)", source))
    except ExpressionInvalid:
        return False
    return True


def test_both_kinds_of_evaluation_are_exercised(compiler: Compiler) -> None:
    assert isinstance(compiler.expression(".a // 1"), Plain)
    inline = compiler.expression(".a + 1")
    assert isinstance(inline, JqProgram)
    assert inline.inline
    apart = compiler.expression("[range(3)]")
    assert isinstance(apart, JqProgram)
    assert not apart.inline
