"""Random documents, inputs and expressions, in which much fits and much does not."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from counterpoint.contracts.schema import compile_schema

NAMES = ("a", "b", "c")
HEAD = "document: { dsl: 1.0.3, namespace: test, name: example, version: 1.0.0 }\n"

scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "x", "long text"]))
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3) -> dict[str, Any]:
    """A schema together with the keywords that types are inferred from."""
    kind = draw(st.sampled_from(("object", "object", "array", "string", "number", "boolean", "null", "any", "union")))
    if depth == 0 and kind in ("object", "array", "union"):
        kind = "string"
    if kind == "any":
        return {}
    if kind == "union":
        parts = draw(st.lists(schemas(depth - 1), min_size=1, max_size=2))
        return {draw(st.sampled_from(("anyOf", "oneOf", "allOf"))): parts}
    if kind == "object":
        names = draw(st.lists(st.sampled_from(NAMES), unique=True))
        found: dict[str, Any] = {"type": draw(st.sampled_from(("object", ["object", "null"])))}
        found["properties"] = {name: draw(schemas(depth - 1)) for name in names}
        found["required"] = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2))
        closing = draw(st.sampled_from(("", "", "additionalProperties", "unevaluatedProperties")))
        return found if not closing else {**found, closing: False}
    if kind == "array":
        tuple_of = draw(st.lists(schemas(depth - 1), min_size=1, max_size=2))
        items = draw(st.one_of(st.just(False), schemas(depth - 1)))
        return {"type": "array", "prefixItems": tuple_of, "items": items, "minItems": draw(st.integers(0, 2))}
    return draw(st.sampled_from(({"type": kind}, {"enum": [draw(scalars)]}, {"const": draw(values)})))


@st.composite
def paths(draw: st.DrawFn, roots: tuple[str, ...] = ("",)) -> str:
    """A path such as `.a[0].b`."""
    root = draw(st.sampled_from(roots))
    steps = draw(st.lists(st.sampled_from((".a", ".b", ".c", "[0]", "[-1]", "[1]", '["a"]')), max_size=3))
    path = root + "".join(steps)
    return path if path.startswith((".", "$")) else "." + path


@st.composite
def expressions(draw: st.DrawFn, roots: tuple[str, ...] = ("",), depth: int = 3) -> str:
    """An expression of those that types are inferred for, and some others."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.one_of(paths(roots), values.map(json.dumps)))

    def inner() -> str:
        return draw(expressions(roots, depth - 1))

    form = draw(st.sampled_from(FORMS))
    for _ in range(form.count("@")):
        form = form.replace("@", f"({inner()})", 1)
    return form


FORMS = (
    "{a: @, b: @}",
    "{a: @} + {c: @}",
    "@ + @",
    "@ - @",
    "@ * @",
    "@ / @",
    "[@, @]",
    "[@[]]",
    "(@ // @)",
    "if @ then @ else @ end",
    "if @ then @ end",
    "(@ == @)",
    "(@ and @)",
    "(@ | .a)",
    "(@ | @)",
    "(@ | map(@))",
    "(@ | map(select(@)))",
    "(@ | to_entries)",
    "(@ | keys)",
    "(@ | length)",
    "(@ | tostring)",
    "(@ | first)",
    "(@ | add)",
    "(@ | sort)",
    "(@ | reverse)",
    "(@ | type)",
    "(@ | has(@))",
    "(@ as $x | {a: $x, b: @})",
    "(@[@])",
    "(@[1:])",
    "(try @ catch @)",
    "(@?)",
    '"text \\(@)"',
    "(@, @)",
    "{@: @, a: @}",
    "(-@)",
    "(.a |= @)",
    "(reduce @[] as $i (0; @))",
    "(@ | group_by(@))",
    "(@ | min_by(@))",
    "(@ | any)",
    "(@ | join(@))",
    "(@ | split(@))",
)

ROOTS = ("", "", "", "$input", "$context", "$workflow.input", "$item", "$error")


KEPT = st.sampled_from(
    (
        ".",
        "{a: .}",
        "{b: 1}",
        "{c: .a}",
        "[.]",
        "($input + {a: 1})",
        "($context + {b: .})",
        "{a: $context.a, c: .}",
        "{a: [.a, 1]}",
        "($context + {c: .a})",
    )
)
"""Expressions that seldom fail and keep what they are given."""


class Author:
    """Writes one document as JSON. Each expression carries a number as a comment, by which it is found again."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0

    def expression(self) -> str:
        self.count += 1
        inner = self.draw(st.one_of(paths(ROOTS), paths(ROOTS), KEPT.map(str), expressions(ROOTS, 2)))
        fails = self.draw(st.integers(0, 3)) == 0  # few may, or nearly every document ends with an error
        return f"{inner if fails else f'({inner})?'} #{self.count}"

    def wrapped(self) -> str:
        return "${ " + self.expression() + "}"

    def template(self) -> Any:
        names = self.draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2))
        found: dict[str, Any] = {name: self.wrapped() for name in names}
        return {**found, "c": self.draw(values)} if self.draw(st.booleans()) else found

    def tasks(self, depth: int, length_max: int = 3) -> list[dict[str, Any]]:
        length = self.draw(st.integers(1, length_max))
        return [{f"t{at}": self.task(depth, length)} for at in range(length)]

    def task(self, depth: int, length: int) -> dict[str, Any]:
        kinds = ("set", "set", "set", "call", "raise", "switch") + (("do", "for", "try", "fork") if depth else ())
        kind = self.draw(st.sampled_from(kinds))
        task: dict[str, Any] = getattr(self, f"_{kind}")(depth, length)
        chance = st.integers(0, 3)
        if not self.draw(st.integers(0, 2)):
            task["if"] = self.expression()
        if not self.draw(chance):
            task["input"] = {"from": self.wrapped()}
        if not self.draw(chance):
            task["output"] = {"as": self.wrapped()}
        if not self.draw(chance):
            task["export"] = {"as": self.wrapped()}
        if not self.draw(chance) and kind != "switch":
            task["then"] = self.draw(st.sampled_from(("continue", "exit", "end", f"t{length - 1}", "t0")))
        return task

    def _set(self, depth: int, length: int) -> dict[str, Any]:
        return {"set": self.template()}

    def _call(self, depth: int, length: int) -> dict[str, Any]:
        return {"call": "answer", "with": self.template()}

    def _raise(self, depth: int, length: int) -> dict[str, Any]:
        return {"raise": {"error": {"type": "http://x/y", "status": 400}}, "if": "(.a)?"}

    def _switch(self, depth: int, length: int) -> dict[str, Any]:
        case = {"when": self.expression(), "then": self.draw(st.sampled_from(("end", f"t{length - 1}", "continue")))}
        return {"switch": [{"one": case}]}

    def _do(self, depth: int, length: int) -> dict[str, Any]:
        return {"do": self.tasks(depth - 1)}

    def _for(self, depth: int, length: int) -> dict[str, Any]:
        items = self.draw(st.sampled_from(("${ [1, {a: 2}] }", self.wrapped())))
        return {"for": {"in": items}, "do": self.tasks(depth - 1, 2)}

    def _try(self, depth: int, length: int) -> dict[str, Any]:
        return {"try": self.tasks(depth - 1, 2), "catch": {"do": self.tasks(depth - 1, 2)}}

    def _fork(self, depth: int, length: int) -> dict[str, Any]:
        return {"fork": {"branches": self.tasks(depth - 1, 2), "compete": self.draw(st.booleans())}}


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Any]:
    """A document and an input that its schema admits."""
    author = Author(draw)
    schema, given = draw(schemas()), draw(values)
    data = {
        "document": {"dsl": "1.0.3", "namespace": "test", "name": "example", "version": "1.0.0"},
        "input": {"schema": {"document": schema}} if compile_schema(schema).valid(given) else {},
        "do": author.tasks(2, 4),
        "output": {"as": "${ {data: ., context: $context} }"},
    }
    if not data["input"]:
        data["input"] = {"schema": {"document": {"const": given}}} if draw(st.booleans()) else {}
    return json.dumps({name: each for name, each in data.items() if each}), given
