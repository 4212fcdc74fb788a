"""Paths that cannot exist: what is reported, where, and what is not."""

from __future__ import annotations

import pytest
from checks_documents import HEAD

from counterpoint.dsl import load
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check
from counterpoint.values.diagnostics import Diagnostic

CLOSED = "{ type: object, properties: { id: { type: string }, tags: { type: array, items: { type: string } } }"
INPUT = f"""\
input:
  schema:
    document:
      type: object
      required: [order]
      properties:
        order: {CLOSED}, additionalProperties: false }}
        open: {CLOSED} }}
"""


def findings(expressions: Compiler, text: str, **options: object) -> list[Diagnostic]:
    found = check(load(HEAD + text, source="w.yaml"), expressions, **options)  # type: ignore[arg-type]
    return [each for each in found if each.code in ("CP330", "CP331")]


@pytest.mark.parametrize(
    ("expression", "step"),
    [
        (".order.idd", ".order.idd"),
        (".order.id.length", ".order.id.length"),
        (".order.tags.first", ".order.tags.first"),
        (".order[0]", ".order[0]"),
        ('.order["name"]', ".order.name"),
        (".order.tags[0].name", ".order.tags[0].name"),
        ("[.order.tags[] | .name]", "..name"),
        (".order.id[]", ".order.id[]"),
        ("{ order: .order } | .ordr", "..ordr"),
        (".order.nme == 1", ".order.nme"),
        ("$input.order.nme", "$input.order.nme"),
        ("$workflow.input.order.nme", "$workflow.input.order.nme"),
        ("$workflow.inputs", "$workflow.inputs"),
        ("$context.order", "$context.order"),
        ('"no \\(.order.nr)"', ".order.nr"),
        (".order as $o | $o.nr", "$o.nr"),
        ("(.order + { more: 1 }).les", "(.order + { more: 1 }).les"),
        ("$workflow.id.x // 1", "$workflow.id.x"),
        ("[1, 2][5]", "[1, 2][5]"),
    ],
)
def test_reported(expressions: Compiler, expression: str, step: str) -> None:
    found = findings(expressions, f"{INPUT}do:\n- use:\n    set:\n      a: '${{ {expression} }}'\n")
    assert len(found) == 1, found
    assert found[0].message.startswith(f"`{step.replace('..', '.')}` cannot exist: ")


@pytest.mark.parametrize(
    "expression",
    [
        ".order.id",
        ".order.tags[0]",
        ".order.tags[].x?",
        ".open.anything.at.all",
        ".unknown.x",
        ".order.nr // 0",
        ".order.nr?",
        "try .order.id.x catch 1",
        ".order.nr == null",
        "null != .order.nr",
        '.order | has("nr") and .nr > 1',
        "if .order.nr then .order.nr + 1 else 0 end",
        'if (.order | type) == \\"string\\" then .order.x else 1 end',
        ".order.nr | not",
        ".order.nr | type",
        ".order.nr | if . then 1 else 2 end",
        ".order.nr | . // 1",
        ".order.nr and .order.nr.x",
        ".order | keys",
        ".order[.key]",
        ".order.nr |= 1",
        "def f: .order.nr; f",
        "reduce .order.nr as $x (0; . + $x)",
        "$task.definition.x.y",
        "$secrets | keys",
        "$runtime.name.x",
        "($input + { nr: 1 }).nr",
        "[.order.tags[] | select(. == 1)]",
        ".order | to_entries | map(.value.x)?",
        '{} | .[\\"a\\"]?',
        "[] | .[0] // 1",
    ],
)
def test_not_reported(expressions: Compiler, expression: str) -> None:
    assert (
        findings(
            expressions,
            f'{INPUT}do:\n- use:\n    set:\n      a: "${{ {expression} }}"\n'.replace('("nr")', '(\\"nr\\")'),
        )
        == []
    )


POSITIONS = """\
do:
- make: { set: { order: { id: 1 } } }
- use:
    set:
      plain: ${ .order.idd }
      single: '${ "it''s" + .order.ide }'
      double: "${ \\"é\\" + .order.nr }"
      literal: |
        ${ {
          a: .order.id,
          b: .order.other } }
      folded: >-
        ${ .order.id +

        .order.more }
    if: .order.id > .order.max
    output:
      as: .order.id
"""


def test_the_position_is_that_of_the_step(expressions: Compiler) -> None:
    lines = (HEAD + POSITIONS).split("\n")
    found = findings(expressions, POSITIONS)
    places = {each.message.split("`")[1]: each.position for each in found}
    for path, step in {
        ".order.idd": ".idd",
        ".order.ide": ".ide",
        ".order.nr": ".nr",
        ".order.other": ".other",
        ".order.more": ".more",
        ".order": ".order",
    }.items():
        place = places[path]
        assert place is not None
        assert lines[place.line - 1][place.column - 1 :].startswith(step)
    assert len(found) == 6


def test_the_nearest_name_is_given(expressions: Compiler) -> None:
    (found,) = findings(
        expressions, "do:\n- a: { set: { order: { id: 1 } } }\n- b: { set: { x: '${ .order.idd }' } }\n"
    )
    assert str(found) == (
        "w.yaml:4:28: error CP330: `.order.idd` cannot exist: `.order` is an object with only `id` (did you mean `id`?)"
    )


def test_an_undo_that_reads_what_its_step_does_not_give(expressions: Compiler) -> None:
    text = """\
do:
- pay:
    call: http
    with: { method: post, endpoint: http://x, body: { order: '${ .order }' } }
    output: { as: '${ { charge: .id } }' }
    compensate:
      do:
      - good: { set: { a: '${ $compensation.output.charge }', b: '${ .charge }', c: '${ $compensation.input.any }' } }
      - bad: { set: { a: '${ $compensation.output.chargeId }' } }
      - more: { set: { a: '${ $compensation.key }', b: '${ $compensation.error.status.x }' } }
"""
    first, second = findings(expressions, text)
    assert (first.code, first.hint) == ("CP331", "did you mean `charge`?")
    assert second.code == "CP331"
    assert [each.position.line for each in (first, second) if each.position] == [10, 11]


API = {
    "openapi": "3.1.0",
    "paths": {
        "/pets": {
            "get": {
                "operationId": "find",
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/components/schemas/Pet"}},
                "additionalProperties": False,
            }
        }
    },
}


@pytest.mark.parametrize(("path", "sound"), [(".name", True), (".parent.parent.name", True), (".parent.nme", False)])
def test_contracts_of_openapi_are_known_where_they_are_at_hand(expressions: Compiler, path: str, sound: bool) -> None:
    text = f"""\
do:
- find: {{ call: openapi, with: {{ operationId: find, document: {{ endpoint: http://x/api }} }} }}
- use: {{ set: {{ a: '${{ {path} }}' }} }}
"""
    assert findings(expressions, text) == []
    assert (findings(expressions, text, resources={"http://x/api": API}) == []) is sound


FLOWS = [
    ("- t: { for: { in: '${ [1] }' }, do: [ { i: { set: { n: '${ $item.x }' } } } ] }\n", [".x"]),
    ("- t: { for: { in: '${ [1] }' }, do: [ { i: { set: { a: '${ .n }', n: 1 } } } ] }\n", []),
    (("- t: { fork: { branches: [ { a: { set: { x: 1 } } }, { b: { set: { y: 1 } } } ] } }\n"
     "- u: { set: { x: '${ .[0].x }', y: '${ .[1].x }' } }\n"), [".x"]),
    ("- t: { try: [ { a: { call: f } } ], catch: { as: e, do: [ { b: { set: { s: '${ $e.status.x }' } } } ] } }\n",
     [".x"]),
    (("- s: { switch: [ { x: { when: .k, then: b } } ] }\n- a: { set: { x: 1 }, then: c }\n- b: { set: { y: 1 } }\n"
     "- c: { set: { u: '${ .x }', v: '${ .y }', w: '${ .z }' } }\n"), [".z"]),
    ("- a: { set: { x: 1 }, if: .k }\n- b: { set: { y: '${ .y }' } }\n", []),
    ("- a: { set: { x: 1 }, export: { as: '${ { seen: .x } }' } }\n- b: { set: { y: '${ $context.sen }' } }\n",
     [".sen"]),
    ("- a: { call: g, with: { x: 1 } }\n- b: { call: g, with: { x: 1, y: 2 } }\n", []),
    ("- a: { call: g, with: { x: 1 } }\n", [".y"]),
    ("- a: { set: { x: 1 } }\n- b: { listen: { to: { any: [] } } }\n- c: { set: { d: '${ .data.x }' } }\n", []),
    ("- a: { set: { x: 1 } }\n- b: { call: http, with: { method: get, endpoint: 'http://x/{y}' } }\n", ["{y}"]),
    ("- a: { run: { shell: { command: ls } } }\n- b: { set: { d: '${ .x }' } }\n", [".x"]),
]  # fmt: skip


@pytest.mark.parametrize(("tasks", "steps"), FLOWS)
def test_data_is_followed(expressions: Compiler, tasks: str, steps: list[str]) -> None:
    use = "use: { functions: { g: { set: { got: '${ .y }' } }, f: { set: { a: 1 } } } }\n"
    text = f"{use}do:\n{tasks}"
    found = findings(expressions, text)
    lines = (HEAD + text).split("\n")
    assert len(found) == len(steps)
    for each, step in zip(found, steps, strict=True):
        assert each.position is not None
        assert lines[each.position.line - 1][each.position.column - 1 :].startswith(step)


def test_extensions_loose_mode_and_other_languages_are_left_alone(expressions: Compiler) -> None:
    wrong = "do:\n- a: { set: { x: 1 } }\n- b: { set: { y: '${ .z }' } }\n"
    assert len(findings(expressions, wrong)) == 1
    assert findings(expressions, "evaluate: { mode: loose }\n" + wrong) == []
    extension = "use: { extensions: [ { e: { extend: set, before: [ { l: { set: { q: 1 } } } ] } } ] }\n"
    assert findings(expressions, extension + wrong) == []
