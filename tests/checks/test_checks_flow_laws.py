"""The laws of data flow, on random documents that the kernel runs: types admit what flows, exclusions hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from checks_documents import documents
from hypothesis import given, settings

from counterpoint.dsl import Definition, load
from counterpoint.errors import InvalidDocument
from counterpoint.expressions import Compiler, Expression, Scope
from counterpoint.kernel import Instance, decide, pending
from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke, Proceed
from counterpoint.kernel.state import Status
from counterpoint.plan import compile_plan
from counterpoint.plan.model import Limits
from counterpoint.plan.types import Impossible, admits, infer

STEPS_MAX = 200


class Watched:
    """An expression that keeps what it gave."""

    def __init__(self, expression: Expression, given: list[Any]) -> None:
        self._expression = expression
        self._given = given
        self.source, self.variables, self.constant = expression.source, expression.variables, expression.constant

    def evaluate(self, value: Any, scope: Scope) -> Any:
        result = self._expression.evaluate(value, scope)
        self._given.append(result)
        return result


class WatchingCompiler(Compiler):
    """Keeps what each expression gave, by its source."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, list[Any]] = {}

    def expression(self, source: str, **options: Any) -> Expression:
        found = super().expression(source, **options)
        return Watched(found, self.given.setdefault(found.source, []))


@pytest.fixture(scope="module")
def compiler() -> Iterator[WatchingCompiler]:
    found = WatchingCompiler()
    yield found
    found.close()


def test_types_admit_what_flows_and_impossible_paths_give_nothing(compiler: WatchingCompiler) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=300)
    @given(documents())
    def holds(document: tuple[str, Any]) -> None:
        _check(compiler, *document, seen)

    holds()
    # The random documents must be worth running.
    assert seen["completed"] > 20
    assert seen["impossible"] > 20


def _check(compiler: WatchingCompiler, text: str, input: Any, seen: Counter[str]) -> None:
    definition = load(text)
    compiler.given.clear()
    try:
        plan = compile_plan(definition, compiler, limits=Limits(steps_max=STEPS_MAX))
    except InvalidDocument:
        return
    inferred = infer(definition)
    instance = Instance(plan, None)
    run(instance, input)
    seen["completed"] += instance.ended is Status.COMPLETED and not inferred.output.unknown
    seen["impossible"] += len(inferred.impossible)
    if instance.ended is Status.COMPLETED:
        assert admits(inferred.output, instance.output), (inferred.output, instance.output)
    for each in inferred.impossible:
        source = string_at(definition, each)
        if is_pure(source):
            assert set(map(type, compiler.given.get(source, []))) <= {type(None)}, each


HEADER = "document: { dsl: 1.0.3, namespace: test, name: example, version: 1.0.0 }\n"
END = "output: { as: '${ { data: ., context: $context } }' }\n"
WAYS = {
    "a loop that changes its data": """do:
- a: { set: { n: 1 } }
- l: { for: { in: "${ [1, 2] }" }, do: [ { s: { set: { m: "${ .n }", n: "${ [.n] }" } } } ] }
""",
    "a loop that exports": """do:
- l:
    for: { in: "${ [1, 2] }" }
    do: [ { s: { set: { m: "${ $context.k }" }, export: { as: "${ { k: $item } }" } } } ]
""",
    "a jump back": """do:
- a: { set: { n: "${ ($context.n // 0) + 1 }" }, export: { as: "${ { n: .n, ('m' + (.n | tostring)): 1 } }" } }
- s: { switch: [ { again: { when: .n < 5, then: a } } ] }
""".replace("'", '\\"'),
    "branches that export": """do:
- f:
    fork:
      branches:
      - a: { set: { x: 1 }, export: { as: "${ { x: 1 } }" } }
      - b: { set: { y: 1 }, export: { as: "${ { y: [1] } }" } }
""",
    "a branch that wins": """do:
- f: { fork: { compete: true, branches: [ { a: { set: { x: 1 } } }, { b: { set: { y: 1 } } } ] } }
""",
    "an error after an export": """do:
- a: { set: { n: 1 } }
- t:
    try:
    - e: { set: { x: 1 }, export: { as: "${ { seen: .x } }" } }
    - r: { raise: { error: { type: "http://x/y", status: 400 } } }
    catch: { do: [ { c: { set: { e: "${ $error }", n: "${ .n }", seen: "${ $context.seen }" } } } ] }
""",
    "an end inside a branch": """do:
- f: { fork: { branches: [ { a: { set: { x: 1 }, export: { as: "${ { x: 1 } }" }, then: end } } ] } }
""",
    "a task that is skipped": """do:
- a: { set: { n: 1 } }
- b: { set: { m: 1 }, if: .n == 2, export: { as: "${ { m: 1 } }" } }
""",
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_through_a_workflow_is_followed(compiler: WatchingCompiler, way: str) -> None:
    definition = load(HEADER + WAYS[way] + END)
    instance = Instance(compile_plan(definition, compiler), None)
    run(instance, {})
    inferred = infer(definition)
    assert instance.ended is Status.COMPLETED, instance.error
    assert admits(inferred.output, instance.output), (inferred.output, instance.output)
    assert not inferred.impossible


def run(instance: Instance, input: Any) -> None:
    """Let the kernel run; each call answers with the task's input."""
    decide(instance, c.Start(at=1, id="i", input=input, seed=1))
    for _ in range(1_000):
        effects = pending(instance)
        if not effects:
            return
        effect = effects[0]
        if isinstance(effect, Proceed):
            decide(instance, c.Continue(at=1))
        elif isinstance(effect, Invoke):
            decide(instance, c.EffectCompleted(at=1, run=effect.run, output=effect.arguments))


def string_at(definition: Definition, found: Impossible) -> str:
    """The expression that holds the impossible step, as the compiler names it."""
    tokens, path = [], found.path
    while path is not None:
        path, token = path
        tokens.append(token)
    value: Any = definition.data
    for token in reversed(tokens):
        value = value[token]
    return str(value).strip().removeprefix("${").removesuffix("}").strip()


def is_pure(source: str) -> bool:
    """Whether an expression is one path and nothing else."""
    path = source.partition(" #")[0]
    return path.startswith((".", "$")) and not set(path) & set(" (){},|/")
